import MailEvents
import RuleFiles
import Testing

@testable import EventRules

/// What a value of each type takes, and what it leaves.
@Suite("A typed value")
struct ValueScannerTests {
  private func taken(_ type: Template.FieldType, _ text: String, at start: Int = 0) -> String? {
    let bytes = Array(text.utf8)
    let found = ValueScanner.scan(type, bytes.span, start, bytes.count)
    guard found.next >= 0 else { return nil }
    #expect(found.next <= bytes.count && found.next >= start)
    return String(decoding: bytes[found.value.lower..<max(found.value.lower, found.value.upper)], as: UTF8.self)
  }

  @Test(
    "ends at the first byte that is not its own",
    arguments: [
      (.ip, "192.0.2.10]:25", "192.0.2.10"), (.ip, "2001:db8::1]:25", "2001:db8::1"),
      (.ip, "IPv6:2001:db8::1 x", "2001:db8::1"), (.ip, "::1]", "::1"), (.ip, "2001:db8::1: x", "2001:db8::1"),
      (.ip, "::ffff:192.0.2.1]", "::ffff:192.0.2.1"), (.ip, "fe80::1%eth0]", "fe80::1%eth0"),
      (.host, "mx-1.example.net[", "mx-1.example.net"), (.host, "unknown[", "unknown"),
      (.int, "250 ok", "250"), (.int, "-44)", "-44"), (.decimal, "0.03, ", "0.03"), (.decimal, "12.", "12"),
      (.duration, "1m30s)", "1m30s"), (.duration, "250ms ", "250ms"), (.duration, "3 secs)", "3 secs"),
      (.word, "ESMTP helo", "ESMTP"), (.token, "a,b;c d", "a,b;c"),
      (.quoted, #""a \" b" rest"#, #"a \" b"#),
      (.address, "<a@example.com> x", "a@example.com"), (.address, "<> x", ""),
      (.address, #"<"a>b"@example.com> x"#, #""a>b"@example.com"#), (.address, "a@example.com: x", "a@example.com"),
      (.address, "a@example.com R=x", "a@example.com"),
      (.queueid, "3F2A81C0D2: x", "3F2A81C0D2"), (.queueid, "4Zx7Yv0mBdz1q2R: x", "4Zx7Yv0mBdz1q2R"),
      (.queueid, "1xVKzL-00002M-1z <=", "1xVKzL-00002M-1z"),
      (.queueid, "1xVKzL-00000002M7z-1abc <=", "1xVKzL-00000002M7z-1abc"),
      (.queueid, "NOQUEUE: x", ""), (.dsn, "5.7.26 x", "5.7.26"), (.code, "550-5.7.1", "550"),
    ] as [(Template.FieldType, String, String)])
  func takes(type: Template.FieldType, text: String, expected: String) {
    #expect(taken(type, text) == expected)
  }

  @Test(
    "rejects what is not its own",
    arguments: [
      (.ip, "999.0.2.1"), (.ip, "1.2.3"), (.ip, "1.2.3.4.example.com.x"), (.ip, "ab:cd"), (.int, "x"),
      (.dsn, "3.1.1"), (.dsn, "5.1111.1"), (.code, "650 x"), (.code, "25 x"), (.code, "2500"),
      (.queueid, "warning: x"), (.queueid, "1234"), (.queueid, "statistics: x"), (.queueid, "connect to"),
      (.quoted, "\"open"), (.address, "<open"), (.host, "[x]"), (.word, " x"), (.duration, "x"),
    ] as [(Template.FieldType, String)])
  func rejects(type: Template.FieldType, text: String) {
    #expect(taken(type, text) == nil)
  }

  @Test("no bytes make a scanner trap or leave the line")
  func fuzz() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("<>\"\\[]():;,= @.-:0123456789abcdefXYZ\0\u{1B}".utf8) + [0xC3, 0xFF]
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      let start = Int.random(in: 0...bytes.count, using: &random)
      for type in Template.FieldType.allCases {
        let found = ValueScanner.scan(type, bytes.span, start, bytes.count)
        if found.next >= 0 {
          #expect(found.next >= start && found.next <= bytes.count)
          #expect(found.value.lower >= 0 && found.value.upper <= bytes.count)
        }
      }
      var captures = Captures()
      _ = PairScanner.postfix.scan(bytes.span, start, bytes.count, &captures)
      _ = PairScanner.dovecot.scan(bytes.span, start, bytes.count, &captures)
      _ = EximFieldScanner.scan(bytes.span, start, bytes.count, &captures)
      for i in 0..<captures.count {
        #expect(captures.ranges[i].lower >= 0 && captures.ranges[i].upper <= bytes.count)
      }
    }
  }
}
