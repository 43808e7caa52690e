import MailEvents
import Testing

@testable import LogSyntax

/// One file may hold lines of every form, one after the other.
@Suite struct MixedFormsTests {
  struct Line: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var form: LineFrame.Form
    var origin = LineFrame.Origin.tagged
    var tag = ""
    var process = ""
    var pid: Int32 = -1
    var hasTime = true
    var message = "x"
    var testDescription: String { name }
  }

  /// All of 2026-11-23 03:44:04 UTC.
  static let lines: [Line] = [
    Line(name: "RFC 3164", text: "Nov 23 03:44:04 mx postfix/qmgr[7]: x", form: .rfc3164, tag: "postfix/qmgr", pid: 7),
    Line(
      name: "RFC 3164 with priority", text: "<22>Nov 23 03:44:04 mx postfix/qmgr[7]: x", form: .rfc3164,
      tag: "postfix/qmgr", pid: 7),
    Line(
      name: "RFC 3339", text: "2026-11-23T04:44:04.003+01:00 mx postfix/qmgr[7]: x", form: .rfc3339,
      tag: "postfix/qmgr", pid: 7),
    Line(
      name: "RFC 5424", text: #"<22>1 2026-11-23T03:44:04.003Z mx postfix/qmgr 7 ID47 [a@1 b="]\""][c] x"#,
      form: .rfc5424, tag: "postfix/qmgr", pid: 7),
    Line(name: "journalctl short", text: "Nov 23 03:44:04 mx exim[7]: x", form: .rfc3164, tag: "exim", pid: 7),
    Line(
      name: "journalctl short-precise", text: "Nov 23 03:44:04.123456 mx exim[7]: x", form: .rfc3164, tag: "exim",
      pid: 7),
    Line(
      name: "journalctl short-iso", text: "2026-11-23T03:44:04+0000 mx exim[7]: x", form: .rfc3339, tag: "exim", pid: 7),
    Line(
      name: "journalctl short-iso-precise", text: "2026-11-23T03:44:04.123456+00:00 mx exim[7]: x", form: .rfc3339,
      tag: "exim", pid: 7),
    Line(
      name: "journalctl short-full", text: "Mon 2026-11-23 03:44:04 UTC mx exim[7]: x", form: .journalShortFull,
      tag: "exim", pid: 7),
    Line(
      name: "journalctl with-unit", text: "Mon 2026-11-23 03:44:04 UTC mx postfix@-.service[7]: x",
      form: .journalShortFull, tag: "postfix@-.service", pid: 7),
    Line(name: "journalctl cat", text: "postfix/qmgr[7]: x", form: .bare, tag: "postfix/qmgr", pid: 7, hasTime: false),
    Line(
      name: "journalctl json",
      text: #"{"__REALTIME_TIMESTAMP":"1795405444000657","SYSLOG_IDENTIFIER":"exim","_PID":"7","MESSAGE":"x"}"#,
      form: .journalJSON, tag: "exim", pid: 7),
    Line(
      name: "journalctl json, a message of bytes",
      text: #"{"MESSAGE":[120],"__REALTIME_TIMESTAMP":"1795405444000657","_COMM":"exim"}"#, form: .journalJSON,
      tag: "exim"),
    Line(
      name: "journalctl export, as the reader rewrites it", text: "2026-11-23T03:44:04.000657+00:00 mx exim[7]: x",
      form: .rfc3339, tag: "exim", pid: 7),
    Line(
      name: "Exim's main log", text: "2026-11-23 03:44:04 1xVKzL-00002M-1z Completed", form: .eximLog, origin: .exim,
      message: "1xVKzL-00002M-1z Completed"),
    Line(
      name: "Exim with millisec, zone and pid", text: "2026-11-23 04:44:04.123 +0100 [7] x", form: .eximLog,
      origin: .exim, pid: 7),
    Line(
      name: "Exim's reject log: a header of the message", text: "F From: Jo <jo@example.com>", form: .bare,
      hasTime: false, message: "F From: Jo <jo@example.com>"),
    Line(
      name: "Exim's panic log", text: "2026-11-23 03:44:04 Cannot open main log file: Permission denied",
      form: .eximLog, origin: .exim, message: "Cannot open main log file: Permission denied"),
    Line(
      name: "Exim in syslog", text: "Nov 23 03:44:04 mx exim[7]: [1\\2] 2026-11-23 03:44:04.123 +0000 x",
      form: .rfc3164, tag: "exim", pid: 7),
    Line(
      name: "Dovecot in syslog", text: "Nov 23 03:44:04 mx dovecot: imap(jo)<7><s/1+>: Info: x", form: .rfc3164,
      tag: "dovecot", process: "imap", pid: 7),
    Line(
      name: "Dovecot's own file", text: "Nov 23 03:44:04 imap(jo,192.0.2.7)<7><s>: Info: x", form: .dovecotLog,
      origin: .dovecot, process: "imap", pid: 7),
    Line(
      name: "Dovecot's own file, ISO stamp", text: "2026-11-23 03:44:04 imap-login: Warning: x", form: .dovecotLog,
      origin: .dovecot, process: "imap-login", message: "Warning: x"),
    Line(
      name: "docker-compose", text: "\u{1B}[36mmail-1  |\u{1B}[0m Nov 23 03:44:04 mx postfix/qmgr[7]: x",
      form: .rfc3164, tag: "postfix/qmgr", pid: 7),
    Line(
      name: "docker logs -t", text: "2026-11-23T03:44:04.000000789Z postfix/qmgr[7]: x", form: .rfc3339,
      tag: "postfix/qmgr", pid: 7),
    Line(
      name: "Docker json-file",
      text: #"{"log":"Nov 23 03:44:04 mx postfix/qmgr[7]: x\n","stream":"stdout","time":"2026-11-23T03:44:04.1Z"}"#,
      form: .rfc3164, tag: "postfix/qmgr", pid: 7),
    Line(
      name: "Docker json-file around no header",
      text: #"{"log":"x \u00e9\ud83d\ude00\r\n","stream":"stdout","time":"2026-11-23T03:44:04.1Z"}"#, form: .dockerJSON,
      message: "x é😀"),
    Line(
      name: "Kubernetes CRI", text: "2026-11-23T03:44:04.000000789Z stdout F Nov 23 03:44:04 mx postfix/qmgr[7]: x",
      form: .rfc3164, tag: "postfix/qmgr", pid: 7),
    Line(
      name: "a repetition", text: "Nov 23 03:44:04 mx last message repeated 3 times", form: .rfc3164, message: ""),
    Line(
      name: "rsyslog's repetition", text: "Nov 23 03:44:04 mx exim[7]: message repeated 3 times: [ x]", form: .rfc3164,
      tag: "exim", pid: 7),
    Line(name: "no header at all", text: "x", form: .bare, hasTime: false),
  ]

  func check(_ got: FramedLine, _ line: Line, _ note: Comment) {
    #expect(got.frame.form == line.form, note)
    #expect(got.frame.origin == line.origin, note)
    #expect(got.seconds == (line.hasTime ? novemberMorning : nil), note)
    #expect(got.tag == line.tag, note)
    #expect(got.process == line.process, note)
    #expect(got.frame.pid == line.pid, note)
    #expect(got.message == line.message, note)
    #expect(got.isSound, note)
  }

  @Test("each form alone", arguments: lines)
  func alone(line: Line) { check(Framing.frame(line.text), line, "") }

  @Test("all forms in one file, in any order", arguments: 1...20)
  func mixed(seed: Int) {
    var random = SeededRandom(seed: seed)
    let log = Framing()
    for line in (Self.lines + Self.lines).shuffled(using: &random) { check(log.frame(line.text), line, "\(line.name)") }
    #expect(log.clockStepsBack == 0)
  }

  @Test("a carriage return and zero bytes around a line are not part of it", arguments: lines)
  func carriageReturn(line: Line) {
    for (before, after) in [("", "\r"), ("\0\0", ""), ("", "\0"), ("\0", "\r\0\0")] {
      check(Framing.frame(before + line.text + after), line, "\(line.name) with \(after.utf8.count) bytes behind")
    }
  }

  @Test(
    "bytes that are no UTF-8 stay as they are", arguments: lines.filter { $0.message == "x" && $0.text.hasSuffix("x") })
  func invalidUTF8(line: Line) {
    let odd: [UInt8] = [0xC3, 0x28, 0xFF, 0x00, 0xFE, 0xF0, 0x9F]
    #expect(Framing().frame(Array(line.text.utf8) + odd).messageBytes == Array("x".utf8) + odd)
  }

  @Test("an empty line is an empty message", arguments: ["", "\r", "\0", "\0\0\r\0"])
  func empty(line: String) {
    let got = Framing.frame(line)
    #expect(got.frame.form == .bare)
    #expect(got.message.isEmpty)
  }

  @Test(
    "instances of a program keep their names",
    arguments: [
      "postfix/smtpd", "postfix/submission/smtpd", "postfix/smtps/smtpd", "postfix-out/smtp", "postfix-2/relay/smtp",
      "postfix/127.0.0.1:10025/smtpd", "exim", "exim4", "exim-4.98", "dovecot", "opendkim",
    ])
  func instances(tag: String) {
    for head in ["Nov 23 03:44:04 mx ", "2026-11-23T03:44:04Z mx ", "Mon 2026-11-23 03:44:04 UTC mx "] {
      let got = Framing.frame("\(head)\(tag)[123]: x")
      #expect(got.tag == tag)
      #expect(got.frame.pid == 123)
      #expect(got.message == "x")
    }
  }

  @Test(
    "lines of Exim's reject log after the first are messages without header",
    arguments: [
      "Envelope-from: <jo@example.com>", "Envelope-to: <info@example.org>", "P Received: from [192.0.2.1] (helo=x)",
      "  \tby mx.example.org with esmtp (Exim 4.98)", "I Message-Id: <a@example.com>", "  Subject: postfix: x",
      "----------------------------------------------------------",
    ])
  func rejectLog(line: String) {
    let got = Framing.frame(line)
    #expect(got.frame.form == .bare)
    #expect(got.tag == "")
    #expect(got.message == line)
  }

  @Test("a line feed inside a record does not make two lines of it")
  func lineFeedInRecord() {
    for text in [#""a\nb""#, #""a\u000ab""#, "[97,10,98]"] {
      #expect(Framing.frame(#"{"MESSAGE":\#(text),"SYSLOG_IDENTIFIER":"exim"}"#).message == "a b")
    }
    #expect(Framing.frame(#"{"log":"postfix/qmgr[7]: a\nb\n","time":"2026-11-23T03:44:04Z"}"#).message == "a b")
  }
}
