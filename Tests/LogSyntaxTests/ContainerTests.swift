import MailEvents
import Testing

@testable import LogSyntax

/// Lines wrapped by a container's runtime or by the journal.
@Suite struct ContainerTests {
  static func frame(_ line: String) -> FramedLine { Framing.frame(line) }

  static let inner = [
    "Nov 23 03:44:04 mx postfix/smtpd[12]: connect from unknown[192.0.2.1]",
    "2026-11-23T03:44:04.000000+00:00 mx postfix/smtpd[12]: connect from unknown[192.0.2.1]",
    "postfix/smtpd[12]: connect from unknown[192.0.2.1]",
  ]

  func check(_ got: FramedLine, hasTime: Bool = true) {
    if hasTime { #expect(got.seconds == novemberMorning) }
    #expect(got.tag == "postfix/smtpd")
    #expect(got.frame.pid == 12)
    #expect(got.message == "connect from unknown[192.0.2.1]")
  }

  @Test("Kubernetes CRI and docker logs -t: the runtime's stamp before the line", arguments: inner)
  func cri(line: String) {
    for stream in ["stdout F", "stderr F", "stdout P"] {
      check(Self.frame("2026-11-23T03:44:04.000000789Z \(stream) \(line)"))
    }
    check(Self.frame("2026-11-23T03:44:04.000000789Z \(line)"))
  }

  @Test("docker-compose: the service's name, coloured or not", arguments: inner)
  func compose(line: String) {
    let esc = "\u{1B}"
    for prefix in [
      "postfix-1  | ", "mail_1 | ", "\(esc)[36mpostfix-1  |\(esc)[0m ", "\(esc)[36;1mpostfix-1 | \(esc)[0m",
      "my.mail-1            | ", "2026-mail-1 | ", "postfix-1  | 2026-11-23T03:44:04.000000789Z ",
    ] {
      check(Self.frame(prefix + line), hasTime: !line.hasPrefix("postfix") || prefix.contains("Z "))
    }
  }

  @Test("Docker json-file: the line is a member of an object", arguments: inner)
  func docker(line: String) {
    for object in [
      #"{"log":"\#(line)\n","stream":"stderr","time":"2026-11-23T03:44:04.000000789Z"}"#,
      #"{"time":"2026-11-23T03:44:04.000000789Z", "attrs":{"a":["}",{"b":"\""}]}, "stream":"stdout", "log":"\#(line)\r\n"}"#,
    ] {
      let got = Self.frame(object)
      #expect(got.frame.inScratch)
      check(got)
    }
  }

  @Test("Docker json-file around Exim's and Dovecot's own forms")
  func dockerEximAndDovecot() {
    let exim = Self.frame(
      #"{"log":"2026-11-23 03:44:04 1xVKzL-00002M-1z Completed\n","stream":"stdout","time":"2026-11-23T03:44:04.1Z"}"#)
    #expect(exim.frame.origin == .exim)
    #expect(exim.message == "1xVKzL-00002M-1z Completed")
    let dovecot = Self.frame(
      #"{"log":"Nov 23 03:44:04 imap(jo)\u003c7\u003e\u003cs\u003e: Info: a \"b\"\n","time":"2026-11-23T03:44:04.1Z"}"#)
    #expect(dovecot.frame.origin == .dovecot)
    #expect(dovecot.user == "jo" && dovecot.session == "s" && dovecot.frame.pid == 7)
    #expect(dovecot.message == #"a "b""#)
    let text = Self.frame(#"{"log":"no header\n","stream":"stdout","time":"2026-11-23T03:44:04Z"}"#)
    #expect(text.frame.form == .dockerJSON)
    #expect(text.seconds == novemberMorning)
    #expect(text.message == "no header")
  }

  @Test("the runtime's stamp wins over an inner one that lacks year and zone")
  func outerTimeWinsOverAGuess() {
    let log = Framing()
    let got = log.frame("2025-11-23T05:44:04Z stdout F Nov 23 03:44:03 mx postfix/smtpd[12]: x")
    #expect(got.seconds == novemberMorning - 365 * 86_400 + 7200)
    #expect(got.host == "mx")
    let written = log.frame("2026-11-23T05:44:04Z stdout F 2026-11-23T03:44:04+00:00 mx postfix/smtpd[12]: x")
    #expect(written.seconds == novemberMorning)
  }

  // MARK: Journal

  @Test("journalctl json: fields in any order, escapes undone")
  func journal() {
    let got = Self.frame(
      #"{"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1795405445000000","_SOURCE_REALTIME_TIMESTAMP":"1795405444123456","#
        + #""_HOSTNAME":"mx","SYSLOG_IDENTIFIER":"postfix/smtpd","SYSLOG_PID":"12","_PID":"13","_COMM":"smtpd","#
        + #""MESSAGE":"connect from unknown[192.0.2.1] \"a\\b\" \u00fc \ud83d\ude00","_X":null,"_Y":12,"_Z":true}"#)
    #expect(got.frame.form == .journalJSON)
    #expect(got.frame.inScratch)
    #expect(got.seconds == novemberMorning)
    #expect(got.microsecond == 123_456)
    #expect(got.host == "mx")
    #expect(got.tag == "postfix/smtpd")
    #expect(got.frame.pid == 12)
    #expect(got.message == "connect from unknown[192.0.2.1] \"a\\b\" ü 😀")
  }

  /// The scratch buffer is what a reader is shown: it reads like a line of the log.
  @Test("journalctl json writes a message that is no text as an array of bytes")
  func journalBytes() {
    let got = Self.frame(
      #"{"MESSAGE":[104,255,10,105],"SYSLOG_IDENTIFIER":"dovecot","_HOSTNAME":"mx","__REALTIME_TIMESTAMP":"1795405444000000"}"#
    )
    #expect(got.frame.message.count == 4)
    #expect(got.tag == "dovecot")
    #expect(got.message.hasSuffix(" i"))
  }

  @Test("journalctl json: the command stands in for a missing identifier")
  func journalWithoutIdentifier() {
    let got = Self.frame(#"{"MESSAGE":"x","_COMM":"master","_PID":"3"}"#)
    #expect(got.tag == "master")
    #expect(got.frame.pid == 3)
    #expect(got.frame.time == .unknown)
  }

  @Test("journalctl json around Dovecot's process prefix")
  func journalDovecot() {
    let got = Self.frame(#"{"SYSLOG_IDENTIFIER":"dovecot","_PID":"3","MESSAGE":"imap(jo)<7><s>: Info: Disconnected"}"#)
    #expect(got.process == "imap" && got.user == "jo" && got.session == "s")
    #expect(got.frame.pid == 7)
    #expect(got.message == "Disconnected")
  }

  @Test(
    "what only looks like a record is a line without header",
    arguments: [
      "{", "{}", "{\"MESSAGE\"", "{\"MESSAGE\":", "{\"MESSAGE\":\"a", "{\"MESSAGE\":\"a\\", "{\"MESSAGE\":\"\\u12\"}",
      "{\"a\":1}", "{\"MESSAGE\":[1,", "{\"MESSAGE\":[1,300]", "{a}", "{\"log\":{}}", "{\"log\":\"", "{ not json }",
      "{\"MESSAGE\":\"a\" \"b\":1}", "{\"a\":[[[[[[", "{\"a\":\"b\",}",
    ])
  func notJSON(line: String) {
    let got = Self.frame(line)
    #expect(got.frame.form == .bare)
    #expect(!got.frame.inScratch)
    #expect(got.message == line)
  }
}
