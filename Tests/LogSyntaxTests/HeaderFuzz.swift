import MailEvents
import Testing

@testable import LogSyntax

/// No bytes may crash the framer, and whatever it finds lies inside the line.
@Suite struct HeaderFuzz {
  /// One line of each form, which the fuzz cuts and damages.
  static let lines = [
    "<22>Nov 23 03:44:04 mx postfix/submission/smtpd[123]: connect from unknown[192.0.2.1]",
    "2026-11-23T03:44:04.123456+01:00 mx dovecot: imap(jo)<77><s>: Info: Disconnected",
    "<22>1 2026-11-23T03:44:04Z mx postfix/smtpd 123 ID47 [a b=\"c\\\"]\"][d e=\"f\"] \u{FEFF}connect",
    "Mon 2026-11-23 03:44:04 UTC mx dovecot.service[9]: imap-login: Login: user=<jo>",
    "2026-11-23 03:44:04.123 +0100 [77] 1xVKzL-00002M-1z <= jo@example.com H=mx.example.com [192.0.2.1]:25",
    "Nov 23 03:44:04 imap-login: Info: Login: user=<jo>, method=PLAIN, rip=192.0.2.1",
    "2026-11-23T03:44:04.000000789Z stdout F Nov 23 03:44:04 mx exim[5]: 2026-11-23 03:44:04 [1\\3] x",
    "mail_1  | 2026-11-23T03:44:04Z postfix/smtpd[1]: x",
    #"{"log":"Nov 23 03:44:04 mx postfix/smtpd[1]: \u00e9\ud83d\ude00\n","time":"2026-11-23T03:44:04Z"}"#,
    #"{"MESSAGE":"x","__REALTIME_TIMESTAMP":"1795405444123456","SYSLOG_IDENTIFIER":"exim","_PID":"1"}"#,
    #"{"MESSAGE":[120,255,0],"_HOSTNAME":"mx","SYSLOG_IDENTIFIER":"postfix/smtpd"}"#,
    "Nov 23 03:44:04 mx postfix/smtpd[1]: message repeated 5 times: [ connect from unknown[192.0.2.1]]",
    "Nov 23 03:44:04 mx last message repeated 99999999999 times",
  ]

  func check(_ line: [UInt8]) {
    var framer = HeaderFormTests.framer()
    let buffer = Array("before\n".utf8) + line + Array("\nafter".utf8)
    let range = ByteRange(7, 7 + line.count)
    let frame = framer.frame(buffer.span, range)
    if frame.inScratch {
      #expect(FramedLine.isInside(frame, framer.scratch.count))
    } else {
      #expect(FramedLine.isInside(frame, 7 + line.count))
      #expect(frame.message.isEmpty || frame.message.lower >= 7)
    }
  }

  @Test("every beginning of every form", arguments: lines)
  func prefixes(line: String) {
    let bytes = Array(line.utf8)
    for count in 0...bytes.count { check(Array(bytes[..<count])) }
  }

  @Test("every end of every form", arguments: lines)
  func suffixes(line: String) {
    let bytes = Array(line.utf8)
    for start in 0...bytes.count { check(Array(bytes[start...])) }
  }

  @Test("lines with bytes changed, dropped and doubled", arguments: lines)
  func mutations(line: String) {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var bytes = Array(line.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: place)
        default: bytes[place] = Array("0 9:[](){}<>\"\\\0\u{FF}".utf8).randomElement(using: &random) ?? 0
        }
      }
      check(bytes)
    }
  }

  @Test("bytes of no meaning")
  func noise() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      check((0..<Int.random(in: 0...120, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
  }

  @Test("deeply nested wrappers end")
  func nesting() {
    let wrapped = String(repeating: "2026-11-23T03:44:04Z stdout F ", count: 2000) + "x"
    check(Array(wrapped.utf8))
    check(Array(String(repeating: "a | ", count: 5000).utf8))
    check(Array(String(repeating: #"{"log":""#, count: 5000).utf8))
    check(Array(String(repeating: "<22>", count: 5000).utf8))
    check(Array(String(repeating: "[", count: 50_000).utf8))
  }
}
