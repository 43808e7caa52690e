import MailEvents
import Testing

@testable import LogSyntax

/// Every form of header, one hand-written line each; times without zone are read as UTC.
@Suite struct HeaderFormTests {
  static func frame(_ line: String) -> FramedLine { Framing.frame(line) }

  // MARK: RFC 3164

  @Test(
    "RFC 3164, with and without priority, year, facility and noise around",
    arguments: [
      "Nov 23 03:44:04 mx postfix/smtpd[123]: connect from client.example.com[192.0.2.1]",
      "<22>Nov 23 03:44:04 mx postfix/smtpd[123]: connect from client.example.com[192.0.2.1]",
      "Nov 23 2026 03:44:04 mx postfix/smtpd[123]: connect from client.example.com[192.0.2.1]",
      "Nov 23 03:44:04 2026 mx postfix/smtpd[123]: connect from client.example.com[192.0.2.1]",
      "Mon Nov 23 03:44:04 2026 mx postfix/smtpd[123]: connect from client.example.com[192.0.2.1]",
      "Nov 23 03:44:04 <mail.info> mx postfix/smtpd[123]: connect from client.example.com[192.0.2.1]",
      "Nov 23 03:44:04 mx mail.info postfix/smtpd[123]: connect from client.example.com[192.0.2.1]",
      "Nov 23 03:44:04 mx postfix/smtpd[123]: [ID 197553 mail.info] connect from client.example.com[192.0.2.1]",
      "Nov 23 03:44:04 mx postfix/smtpd[123] connect from client.example.com[192.0.2.1]",
      "Nov 23 03:44:04  mx  postfix/smtpd[123]: connect from client.example.com[192.0.2.1]",
      "\0\0Nov 23 03:44:04 mx postfix/smtpd[123]: connect from client.example.com[192.0.2.1]\r\0",
    ])
  func rfc3164(line: String) {
    let got = Self.frame(line)
    #expect(got.frame.form == .rfc3164)
    #expect(got.frame.origin == .tagged)
    #expect(got.seconds == novemberMorning)
    #expect(got.host == "mx")
    #expect(got.tag == "postfix/smtpd")
    #expect(got.frame.pid == 123)
    #expect(got.message == "connect from client.example.com[192.0.2.1]")
  }

  @Test("a day of one digit is padded with a blank, a zero or nothing", arguments: ["Nov  3", "Nov 03", "Nov 3"])
  func dayPadding(day: String) {
    let got = Self.frame("\(day) 04:05:06 mx postfix/qmgr[9]: removed")
    #expect(got.seconds == novemberMorning - 20 * 86_400 + 1_262)
    #expect(got.message == "removed")
  }

  @Test("journalctl short-precise: microseconds behind the time")
  func shortPrecise() {
    let got = Self.frame("Nov 23 03:44:04.123456 mx postfix/submission/smtpd[1]: x")
    #expect(got.frame.form == .rfc3164)
    #expect(got.seconds == novemberMorning)
    #expect(got.microsecond == 123_456)
    #expect(got.tag == "postfix/submission/smtpd")
  }

  @Test(
    "tag, pid and message",
    arguments: [
      ("dovecot: Warning: x", "dovecot", -1, "Warning: x"),
      ("dovecot[7508]: Warning: x", "dovecot", 7508, "Warning: x"),
      ("exim[9]: x", "exim", 9, "x"),
      ("postfix/smtpd: x", "postfix/smtpd", -1, "x"),
      ("postfix/smtpd[]: x", "postfix/smtpd", -1, "x"),
      ("postfix/smtpd[99999999999]: x", "postfix/smtpd", -1, "x"),
      ("pam_unix(sshd:session): x", "pam_unix(sshd:session)", -1, "x"),
      ("kernel: [12.5] x", "kernel", -1, "[12.5] x"),
      ("postfix@-.service[12]: x", "postfix@-.service", 12, "x"),
      ("postfix/smtpd[1]:", "postfix/smtpd", 1, ""),
      ("postfix/smtpd[1]: ", "postfix/smtpd", 1, ""),
      ("postfix/smtpd[1]:  x", "postfix/smtpd", 1, " x"),
      ("some words of no tag: x", "", -1, "some words of no tag: x"),
    ])
  func tags(text: String, tag: String, pid: Int32, message: String) {
    let got = Self.frame("Nov 23 03:44:04 mx \(text)")
    #expect(got.host == "mx")
    #expect(got.tag == tag)
    #expect(got.frame.pid == pid)
    #expect(got.message == message)
  }

  @Test("host names and addresses", arguments: ["mx1.example.com", "192.0.2.25", "2001:db8::25", "_gateway", "mx-1"])
  func hosts(host: String) {
    #expect(Self.frame("Nov 23 03:44:04 \(host) postfix/smtp[5]: x").host == host)
    #expect(Self.frame("2026-11-23T03:44:04Z \(host) postfix/smtp[5]: x").host == host)
  }

  @Test(
    "a tag where the host should be",
    arguments: [
      ("postfix/smtpd[12]: x", "postfix/smtpd", 12), ("kernel: x", "kernel", -1), ("sshd[7]: x", "sshd", 7),
      ("opendkim[7]: x", "opendkim", 7),
    ])
  func tagWithoutHost(text: String, tag: String, pid: Int32) {
    for stamp in ["Nov 23 03:44:04", "2026-11-23T03:44:04Z"] {
      let got = Self.frame("\(stamp) \(text)")
      #expect(got.frame.origin == .tagged)
      #expect(got.host == "")
      #expect(got.tag == tag)
      #expect(got.frame.pid == pid)
      #expect(got.message == "x")
    }
  }

  @Test(
    "a date or a time that does not exist is no header",
    arguments: [
      "Nov 31 03:44:04 mx a[1]: x", "Nov 23 25:44:04 mx a[1]: x", "Nov 23 03:61:04 mx a[1]: x",
      "Nov 23 03:44:61 mx a[1]: x", "Nov 0 03:44:04 mx a[1]: x", "Nov 32 03:44:04 mx a[1]: x",
      "Nox 23 03:44:04 mx a[1]: x", "2026-02-29T03:44:04Z mx a[1]: x", "2026-13-01T03:44:04Z mx a[1]: x",
      "2026-11-23T24:44:04Z mx a[1]: x", "2026-11-23 03:44:61 Start queue run", "2026-11-23T03:44:04mx a[1]: x",
      "2026-11-23 03:44:04mx a[1]: x", "Nov 23 03:44:0", "2026-11-23T03:44", "Feb 29 2026 03:44:04 mx a[1]: x",
    ])
  func noHeader(line: String) {
    let got = Self.frame(line)
    #expect(got.frame.form == .bare)
    #expect(got.frame.time == .unknown)
    #expect(got.message == line)
  }

  @Test("a leap second is the next second")
  func leapSecond() {
    #expect(Self.frame("2016-12-31T23:59:60Z mx a[1]: x").seconds == 1_483_228_800)
  }

  // MARK: RFC 3339

  @Test(
    "RFC 3339: fraction and offset of any length",
    arguments: [
      ("2026-11-23T03:44:04Z", 0), ("2026-11-23T03:44:04.1Z", 100_000), ("2026-11-23T04:44:04.123456+01:00", 123_456),
      ("2026-11-23T04:44:04+0100", 0), ("2026-11-23T04:44:04.123456789+0100", 123_456),
      ("2026-11-22T22:14:04,5-05:30", 500_000), ("2026-11-23T03:44:04.003-00:00", 3_000), ("2026-11-23T03:44:04", 0),
      ("2026-11-23T04:44:04+01", 0), ("<22>2026-11-23T03:44:04Z", 0),
    ])
  func rfc3339(stamp: String, microsecond: Int64) {
    let got = Self.frame("\(stamp) mx postfix/smtps/smtpd[4]: x")
    #expect(got.frame.form == .rfc3339)
    #expect(got.seconds == novemberMorning)
    #expect(got.microsecond == microsecond)
    #expect(got.host == "mx")
    #expect(got.tag == "postfix/smtps/smtpd")
    #expect(got.frame.pid == 4)
    #expect(got.message == "x")
  }

  @Test("whether year and zone were guessed is remembered")
  func localZoneIsNotUsedWhenWritten() {
    let log = Framing()
    log.frame("2026-11-23T03:44:04Z mx postfix/smtp[4]: x")
    #expect(!log.usedLocalZone && !log.inferredYears)
    log.frame("2026-11-23T03:44:05 mx postfix/smtp[4]: x")
    #expect(log.usedLocalZone && !log.inferredYears)
    log.frame("Nov 23 03:44:06 mx postfix/smtp[4]: x")
    #expect(log.inferredYears)
  }

  @Test(
    "a blank where RFC 3339 wants a T: the tag tells that it is not Exim's own log",
    arguments: ["2026-11-23 03:44:04", "2026-11-23 03:44:04.000", "2026-11-23 04:44:04+01:00"])
  func blankForT(stamp: String) {
    let got = Self.frame("\(stamp) mx.example.com postfix/smtpd[12]: connect from unknown[192.0.2.1]")
    #expect(got.frame.origin == .tagged)
    #expect(got.seconds == novemberMorning)
    #expect(got.host == "mx.example.com")
    #expect(got.tag == "postfix/smtpd")
    #expect(got.frame.pid == 12)
    #expect(got.message == "connect from unknown[192.0.2.1]")
  }

  // MARK: journalctl

  @Test(
    "journalctl short-full and with-unit",
    arguments: [
      "Mon 2026-11-23 03:44:04 UTC", "Mon 2026-11-23 03:44:04.000000 UTC", "Mon 2026-11-23 04:44:04 +01",
      "Mon 2026-11-23 03:44:04 GMT", "Mon 2026-11-22 22:14:04 -0530", "Mon 2026-11-23 03:44:04 XYZ",
    ])
  func shortFull(stamp: String) {
    let got = Self.frame("\(stamp) mx postfix.service[123]: x")
    #expect(got.frame.form == .journalShortFull)
    #expect(got.seconds == novemberMorning)
    #expect(got.host == "mx")
    #expect(got.tag == "postfix.service")
    #expect(got.frame.pid == 123)
    #expect(got.message == "x")
  }

  @Test("journalctl cat: a tag of a mail server, or no header at all")
  func catOutput() {
    let got = Self.frame("postfix/smtpd[12]: connect from unknown[192.0.2.1]")
    #expect(got.frame.form == .bare)
    #expect(got.tag == "postfix/smtpd")
    #expect(got.frame.pid == 12)
    #expect(got.message == "connect from unknown[192.0.2.1]")
    let plain = Self.frame("connect from unknown[192.0.2.1]: x")
    #expect(plain.tag == "")
    #expect(plain.message == "connect from unknown[192.0.2.1]: x")
    let login = Self.frame("dovecot: imap-login: Info: Login")
    #expect(login.tag == "dovecot")
    #expect(login.process == "imap-login")
    #expect(login.message == "Login")
  }

  // MARK: RFC 5424

  @Test(
    "RFC 5424: structured data is skipped, and the byte order mark",
    arguments: [
      ("-", "connect"), ("- \u{FEFF}", "connect"), ("[a b=\"c\"]", "connect"),
      (#"[a@32473 b="]"][c d="\"] x" e="f"]"#, "connect"), ("[timeQuality tzKnown=\"1\"] \u{FEFF}", "connect"),
    ])
  func rfc5424(data: String, message: String) {
    let got = Self.frame(
      "<22>1 2026-11-23T03:44:04.003Z mx postfix/smtpd 123 ID47 \(data)\(data.hasSuffix("\u{FEFF}") ? "" : " ")\(message)"
    )
    #expect(got.frame.form == .rfc5424)
    #expect(got.seconds == novemberMorning)
    #expect(got.microsecond == 3_000)
    #expect(got.host == "mx")
    #expect(got.tag == "postfix/smtpd")
    #expect(got.frame.pid == 123)
    #expect(got.message == message)
  }

  @Test("RFC 5424: fields that are not there")
  func rfc5424Nil() {
    let got = Self.frame("<22>1 - - - - - - x")
    #expect(got.frame.form == .rfc5424)
    #expect(got.frame.time == .unknown)
    #expect(got.host == "" && got.tag == "" && got.frame.pid == -1)
    #expect(got.message == "x")
    let tagged = Self.frame("<22>1 2026-11-23T03:44:04Z mx - - - - postfix/smtpd[12]: x")
    #expect(tagged.tag == "postfix/smtpd")
    #expect(tagged.frame.pid == 12)
    #expect(tagged.message == "x")
    let dovecot = Self.frame("<22>1 2026-11-23T03:44:04Z mx dovecot - - - imap-login: Login: x")
    #expect(dovecot.process == "imap-login")
    #expect(dovecot.message == "Login: x")
  }

  // MARK: Repetitions

  @Test(
    "a repetition has a count and no message",
    arguments: ["last message repeated 3 times", "postfix/smtpd[1]: last message repeated 3 times"])
  func lastRepeated(text: String) {
    let got = Self.frame("Nov 23 03:44:04 mx \(text)")
    #expect(got.frame.repeats == 3)
    #expect(got.frame.message.isEmpty)
    #expect(got.host == "mx")
  }

  @Test("a repetition of one, and of a dozen")
  func lastRepeatedOnce() {
    #expect(Self.frame("Nov 23 03:44:04 mx last message repeated 1 time").frame.repeats == 1)
    #expect(Self.frame("2026-11-23T03:44:04Z mx last message repeated 12 times").frame.repeats == 12)
  }

  @Test("rsyslog repeats the message in brackets")
  func messageRepeated() {
    let got = Self.frame("Nov 23 03:44:04 mx dovecot: message repeated 5 times: [ imap-login: Disconnected [x]: a]")
    #expect(got.frame.repeats == 5)
    #expect(got.tag == "dovecot")
    #expect(got.process == "imap-login")
    #expect(got.message == "Disconnected [x]: a")
    let postfix = Self.frame(
      "Nov 23 03:44:04 mx postfix/smtpd[9]: message repeated 2 times: [ connect from a[192.0.2.1]]")
    #expect(postfix.frame.repeats == 2)
    #expect(postfix.message == "connect from a[192.0.2.1]")
    #expect(Self.frame("Nov 23 03:44:04 mx postfix/smtpd[9]: message repeated often").frame.repeats == 0)
  }
}
