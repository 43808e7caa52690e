import EventRules
import MailEvents
import Testing

@testable import Tracing

/// What a query means.
@Suite struct TraceQueryTests {
  /// Whether a query means an event whose only value is this one.
  func matches(_ query: String, _ field: Field, _ value: String) -> Bool {
    let bytes = Array("before \(value) after".utf8)
    let none: [UInt8] = []
    var values = FieldValues()
    values.set(field, ByteRange(7, 7 + value.utf8.count))
    return TraceQuery(query).matches(bytes.span, none.span, values)
  }

  @Test("an address is the whole address, whatever its case")
  func address() {
    #expect(matches("anna@example.com", .smtpEnvelopeTo, "Anna@Example.COM"))
    #expect(!matches("anna@example.com", .smtpEnvelopeTo, "joanna@example.com"))
    #expect(!matches("anna@example.com", .smtpResponseText, "anna@example.com"))
  }

  @Test("queue IDs differ by case")
  func queueID() {
    #expect(matches("4jQcpGH10zzb38c", .emailLocalId, "4jQcpGH10zzb38c"))
    #expect(!matches("4jQcpGH10zzb38c", .emailLocalId, "4JQCPGH10ZZB38C"))
    #expect(matches("4jQcpGH10zzb38c", .emailNextLocalId, "4jQcpGH10zzb38c"))
  }

  @Test("a message-id is asked for with and without brackets")
  func messageID() {
    for query in ["m1@example.net", "<m1@example.net>"] {
      #expect(matches(query, .emailMessageId, "<m1@example.net>"))
      #expect(matches(query, .emailMessageId, "m1@example.net"))
    }
  }

  @Test(
    "a domain means what is in it, and nothing that only ends like it",
    arguments: [
      ("example.net", Field.smtpEnvelopeTo, "jo@example.net", true),
      ("example.net", .smtpEnvelopeTo, "jo@mail.example.net", true),
      ("example.net", .smtpRelayAddress, "mx.example.net", true),
      ("@example.net", .smtpEnvelopeTo, "jo@example.net", true),
      ("example.net", .smtpEnvelopeTo, "jo@myexample.net", false),
      ("@example.net", .smtpEnvelopeTo, "jo@mail.example.net", false),
      ("192.0.2.1", .clientIp, "192.0.2.1", true), ("2.0.2.1", .clientIp, "192.0.2.1", false),
    ])
  func domain(query: String, field: Field, value: String, expected: Bool) {
    #expect(matches(query, field, value) == expected)
  }

  @Test(
    "wildcards",
    arguments: [
      ("*@example.net", "jo@example.net", true), ("j?@example.net", "jo@example.net", true),
      ("j?@example.net", "joe@example.net", false), ("*", "", false), ("a*b*c", "aXbXbXc", true),
      ("a*b*c", "aXbXbX", false), ("**", "x", true),
    ])
  func wildcards(query: String, value: String, expected: Bool) {
    #expect(matches(query, .smtpEnvelopeTo, value) == expected)
  }

  @Test("any pattern on any text ends, soon")
  func hostilePattern() {
    let pattern = String(repeating: "*a", count: 200) + "b"
    #expect(!matches(pattern, .smtpEnvelopeTo, String(repeating: "a", count: 20_000)))
  }
}
