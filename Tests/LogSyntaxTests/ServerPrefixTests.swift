import MailEvents
import Testing

@testable import LogSyntax

/// What Dovecot and Exim write before their messages, in syslog and in their own files.
@Suite struct ServerPrefixTests {
  static func frame(_ line: String) -> FramedLine { Framing.frame(line) }

  // MARK: Dovecot

  struct Prefix: Sendable, CustomTestStringConvertible {
    var text: String
    var process = ""
    var user = ""
    var session = ""
    var client = ""
    var pid: Int32 = -1
    var message = "x"
    var testDescription: String { text }
  }

  static let prefixes: [Prefix] = [
    Prefix(text: "imap-login: x", process: "imap-login"),
    Prefix(text: "imap-login: Info: x", process: "imap-login"),
    Prefix(text: "imap-login: Error: x", process: "imap-login", message: "Error: x"),
    Prefix(text: "auth-worker(24544): x", process: "auth-worker", pid: 24544),
    Prefix(text: "lmtp(123): Info: x", process: "lmtp", pid: 123),
    Prefix(text: "lmtp(123, jo@example.com): x", process: "lmtp", user: "jo@example.com", pid: 123),
    Prefix(text: "imap(jo@example.com): x", process: "imap", user: "jo@example.com"),
    Prefix(text: "imap(jo)<77><a/b+c>: x", process: "imap", user: "jo", session: "a/b+c", pid: 77),
    Prefix(text: "lmtp(jo)<77><abc:T1>: Info: x", process: "lmtp", user: "jo", session: "abc:T1", pid: 77),
    Prefix(text: "imap(jo (her) doe, b)<77><s>: x", process: "imap", user: "jo (her) doe, b", session: "s", pid: 77),
    Prefix(text: "imap(jo)<77><>: x", process: "imap", user: "jo", pid: 77),
    Prefix(text: "imap()<77><s>: x", process: "imap", session: "s", pid: 77),
    Prefix(
      text: "imap(jo,192.0.2.7)<77><s>: x", process: "imap", user: "jo", session: "s", client: "192.0.2.7", pid: 77),
    Prefix(text: "imap(jo, 2001:db8::7): x", process: "imap", user: "jo", client: "2001:db8::7"),
    Prefix(
      text: "auth(jo@example.com,192.0.2.7,sasl:plain)<S1>: sql: x", process: "auth", user: "jo@example.com",
      session: "S1", client: "192.0.2.7", message: "sql: x"),
    Prefix(
      text: "auth-worker(jo,192.0.2.7,sasl:plain)<77><S1>: request [1]: x", process: "auth-worker", user: "jo",
      session: "S1", client: "192.0.2.7", pid: 77, message: "request [1]: x"),
    Prefix(
      text: "master: Warning: Killed with signal 15", process: "master", message: "Warning: Killed with signal 15"),
    Prefix(
      text: "auth: passwd-file(jo,192.0.2.7,<S1>): unknown user", process: "auth",
      message: "passwd-file(jo,192.0.2.7,<S1>): unknown user"),
    Prefix(text: "Error: x", message: "Error: x"),
    Prefix(text: "Info: x", message: "x"),
    Prefix(text: "Fatal: master: service(imap): x", message: "Fatal: master: service(imap): x"),
    Prefix(text: "imap(jo: x", message: "imap(jo: x"),
    Prefix(text: "Login: user=<jo>", message: "Login: user=<jo>"),
    Prefix(text: "http://example.com/: x", message: "http://example.com/: x"),
  ]

  @Test("Dovecot's process prefix: user, session, client and pid", arguments: prefixes)
  func dovecotInSyslog(prefix: Prefix) {
    let got = Self.frame("Nov 23 03:44:04 mx dovecot: \(prefix.text)")
    #expect(got.frame.origin == .tagged)
    #expect(got.tag == "dovecot")
    check(got, prefix)
  }

  func check(_ got: FramedLine, _ prefix: Prefix) {
    #expect(got.process == prefix.process)
    #expect(got.user == prefix.user)
    #expect(got.session == prefix.session)
    #expect(got.client == prefix.client)
    #expect(got.frame.pid == prefix.pid)
    #expect(got.message == prefix.message)
  }

  @Test(
    "Dovecot's own file has a level, whatever the stamp (`log_timestamp`)",
    arguments: [
      "Nov 23 03:44:04", "2026-11-23 03:44:04", "2026-11-23T03:44:04+0000", "2026-11-23 03:44:04.000000",
    ])
  func dovecotFile(stamp: String) {
    for prefix in Self.prefixes
    where !prefix.process.isEmpty && ["Info: ", "Warning: ", "Error: "].contains(where: prefix.text.contains) {
      let got = Self.frame("\(stamp) \(prefix.text)")
      #expect(got.frame.origin == .dovecot)
      #expect(got.seconds == novemberMorning)
      #expect(got.host == "" && got.tag == "")
      check(got, prefix)
    }
  }

  @Test("a user name may hold a blank")
  func dovecotUserWithBlanksInItsFile() {
    let got = Self.frame("Nov 23 03:44:04 imap(jo doe)<7><s>: Info: Disconnected: x")
    #expect(got.frame.origin == .dovecot)
    #expect(got.user == "jo doe")
    #expect(got.message == "Disconnected: x")
  }

  @Test("Dovecot under its unit's name")
  func dovecotUnit() {
    let got = Self.frame("Mon 2026-11-23 03:44:04 UTC mx dovecot.service[7]: imap-login: Login: x")
    #expect(got.tag == "dovecot.service")
    #expect(got.frame.pid == 7)
    #expect(got.process == "imap-login")
  }

  @Test("Dovecot's process prefix without any header")
  func dovecotWithoutAnyHeader() {
    let got = Self.frame("imap-login: Info: Disconnected: x")
    #expect(got.frame.form == .bare)
    #expect(got.frame.origin == .dovecot)
    #expect(got.process == "imap-login")
    #expect(got.message == "Disconnected: x")
    #expect(Self.frame("warning: Error: x").process == "")
  }

  // MARK: Exim

  @Test(
    "Exim's own log: millisec, zone and pid selectors",
    arguments: [
      ("2026-11-23 03:44:04 ", -1, 0), ("2026-11-23 03:44:04.123 ", -1, 123_000), ("2026-11-23 04:44:04 +0100 ", -1, 0),
      ("2026-11-23 04:44:04.123 +0100 ", -1, 123_000), ("2026-11-23 03:44:04 [456] ", 456, 0),
      ("2026-11-22 22:14:04.5 -0530 [456] ", 456, 500_000),
    ])
  func eximFile(head: String, pid: Int32, microsecond: Int64) {
    for message in [
      "1xVKzL-00002M-1z <= jo@example.com H=mail.example.com [192.0.2.9] P=esmtps S=900",
      "1xVKzL-00000002M7z-1abc => info@example.com R=dnslookup T=remote_smtp",
      "Start queue run: pid=12", "SMTP connection from [192.0.2.9] lost", "no host name found for IP address 192.0.2.9",
      "H=(imap: Error: x) [192.0.2.9] F=<a@example.com> rejected RCPT <b@example.com>: relay not permitted",
    ] {
      let got = Self.frame(head + message)
      #expect(got.frame.form == .eximLog)
      #expect(got.frame.origin == .exim)
      #expect(got.seconds == novemberMorning)
      #expect(got.microsecond == microsecond)
      #expect(got.frame.pid == pid)
      #expect(got.host == "" && got.tag == "")
      #expect(got.message == message)
    }
  }

  @Test(
    "Exim in syslog: its own stamp again, and the marks of split entries",
    arguments: [
      "2026-11-23 03:44:04 1xVKzL-00002M-1z Completed", "[1\\3] 2026-11-23 03:44:04 1xVKzL-00002M-1z Completed",
      "[2/3] 1xVKzL-00002M-1z Completed", "2026-11-23 03:44:04.123 +0100 [12] 1xVKzL-00002M-1z Completed",
      "1xVKzL-00002M-1z Completed", "[10\\12] 2026-11-23 03:44:04 1xVKzL-00002M-1z Completed",
    ])
  func eximInSyslog(text: String) {
    for tag in ["exim", "exim4", "exim.service"] {
      let got = Self.frame("Nov 23 03:44:04 mx \(tag)[12]: \(text)")
      #expect(got.frame.origin == .tagged)
      #expect(got.tag == tag)
      #expect(got.frame.pid == 12)
      #expect(got.message == "1xVKzL-00002M-1z Completed")
    }
  }

  @Test("an address in brackets is not a pid and not a mark")
  func eximBracket() {
    #expect(Self.frame("2026-11-23 03:44:04 [192.0.2.9] x").message == "[192.0.2.9] x")
    #expect(Self.frame("Nov 23 03:44:04 mx exim[1]: [a/b] x").message == "[a/b] x")
  }
}
