import EventRules
import MailEvents

/// Values that stand for real ones in samples, so that a sample can be shown to others: names and addresses are those
/// reserved for documentation (RFC 2606, RFC 5737, RFC 3849).
enum ExampleValue {
  /// What stands in a sample for `value`, a value of the same form.
  static func standing(for value: ArraySlice<UInt8>, kind: MessagePiece.Kind, field: Field?) -> String {
    let text = String(decoding: value, as: UTF8.self)
    switch kind {
    case .word, .mark, .decimal, .duration, .code, .dsn: break
    case .int: return number(text, field)
    case .ip: return address(text, field)
    case .host: return hostName(field)
    case .queueID: return queueID(value)
    case .address: return value.isEmpty ? "" : mailbox(field)
    case .path: return "/path/to/file"
    case .url: return "https://www.example.com/"
    case .table: return "\(text.prefix { $0 != ":" }):/etc/example"
    case .quoted: return "\"\(name(text.dropFirst().dropLast(), field))\""
    case .name, .enclosed, .odd: return name(text[...], field)
    }
    return text
  }

  /// A word that varies: none of the real ones.
  static func standingForWord(_ field: Field?) -> String { field == .userName ? "alice" : "example" }

  /// Small numbers and ports are counts and kinds, larger ones may identify something.
  private static func number(_ text: String, _ field: Field?) -> String {
    switch field {
    case .clientPort, .smtpRelayPort, .serverPort: text
    case .processChildPid: "12345"
    default: text.utf8.count > 4 ? "12345" : text
    }
  }

  private static func name(_ text: Substring, _ field: Field?) -> String {
    if text.contains("@") { return mailbox(field) }
    switch field {
    case .userName: return "alice"
    case .saslMechanism: return "PLAIN"
    case .smtpHelo, .clientDomain, .smtpRelayAddress: return hostName(field)
    case .smtpEnvelopeFrom, .smtpEnvelopeTo, .smtpEnvelopeOrigTo: return "alice"
    default: break
    }
    // Versions are no secret, and read better.
    if text.hasPrefix("TLSv") || text.hasPrefix("SSLv") { return "TLSv1.3" }
    return text.utf8.contains { $0 &- 0x30 < 10 } ? "example1" : "example"
  }

  private static func address(_ text: String, _ field: Field?) -> String {
    let number =
      switch field {
      case .smtpRelayIp: 25
      case .serverIp: 1
      default: 10
      }
    guard text.contains(":") else { return "192.0.2.\(number)" }
    return "\(text.hasPrefix("IPv6:") ? "IPv6:" : "")2001:db8::\(number)"
  }

  private static func hostName(_ field: Field?) -> String {
    switch field {
    case .smtpRelayAddress: "mx.example.net"
    case .clientDomain, .smtpHelo: "client.example.org"
    default: "host.example.com"
    }
  }

  private static func mailbox(_ field: Field?) -> String {
    switch field {
    case .smtpEnvelopeFrom: "sender@example.org"
    case .smtpEnvelopeTo: "recipient@example.net"
    case .emailMessageId: "id@example.org"
    default: "user@example.com"
    }
  }

  /// Postfix's short and long form, Exim's old and new one.
  private static func queueID(_ value: ArraySlice<UInt8>) -> String {
    if value.contains(UInt8(ascii: "-")) {
      return value.count > 16 ? "1tExMp-0000000AbCd-1aBc" : "1tExMp-000aBc-1D"
    }
    return value.allSatisfy { $0 &- 0x30 < 10 || $0 &- 0x41 < 6 } ? "3F2A91C0D2" : "4BcDfGhJkLz12"
  }
}
