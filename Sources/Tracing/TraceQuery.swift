import EventRules
import MailEvents

/// What is looked for: a queue ID, a message-id, an address, a domain, a host name, an IP address, a user or a session.
/// `*` and `?` stand for any text and any byte.
public struct TraceQuery: Sendable {
  public let text: String
  private let pattern: [UInt8]
  private let isGlob: Bool
  /// A domain also means the addresses and hosts in it.
  private let isDomain: Bool

  /// Fields that say who or what a line is about.
  static let fields: [Field] = [
    .emailLocalId, .emailNextLocalId, .emailMessageId, .smtpEnvelopeFrom, .smtpEnvelopeTo, .smtpEnvelopeOrigTo,
    .emailSender, .userName, .userMailbox, .clientIp, .clientDomain, .smtpRelayIp, .smtpRelayAddress, .serverIp,
    .smtpHelo, .sessionId,
  ]
  /// Names that differ by case alone are different.
  private static let exactCase: Set<Field> = [.emailLocalId, .emailNextLocalId, .sessionId]
  private static let addresses: Set<Field> = [
    .smtpEnvelopeFrom, .smtpEnvelopeTo, .smtpEnvelopeOrigTo, .emailSender, .userName,
  ]
  private static let hosts: Set<Field> = [.clientDomain, .smtpRelayAddress, .smtpHelo]

  public init(_ text: String) {
    var bare = text[...]
    if bare.hasPrefix("<"), bare.hasSuffix(">") { bare = bare.dropFirst().dropLast() }
    self.text = String(bare)
    pattern = Array(bare.utf8)
    isGlob = bare.contains("*") || bare.contains("?")
    let isAddress = bare.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" }
    isDomain = !isGlob && bare.contains(".") && !bare.dropFirst().contains("@") && !isAddress
  }

  /// Whether one of the event's values is meant. O(bytes of the values).
  public func matches(
    _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) -> Bool {
    for field in Self.fields {
      guard let range = values[field], !range.isConstant, !range.isEmpty else { continue }
      if matches(field, range, bytes) { return true }
    }
    return false
  }

  private func matches(_ field: Field, _ range: ByteRange, _ bytes: borrowing Span<UInt8>) -> Bool {
    let folds = !Self.exactCase.contains(field)
    var range = range
    // A message-id is asked for with or without its brackets.
    if field == .emailMessageId, range.count > 2, bytes[range.lower] == UInt8(ascii: "<") {
      range = ByteRange(range.lower + 1, range.upper - 1)
    }
    if isGlob { return Glob.matches(pattern, bytes, range, folding: folds) }
    if range.count == pattern.count { return ends(range, bytes, folds) }
    guard isDomain, range.count > pattern.count, Self.addresses.contains(field) || Self.hosts.contains(field) else {
      return false
    }
    let before = bytes[range.upper - pattern.count - 1]
    let isBorder =
      before == UInt8(ascii: ".") || before == UInt8(ascii: "@") || pattern.first == UInt8(ascii: "@")
    return isBorder && ends(range, bytes, true)
  }

  /// Whether the value ends in the pattern.
  private func ends(_ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ folds: Bool) -> Bool {
    var i = range.upper - pattern.count
    for expected in pattern {
      if bytes[i] != expected, !folds || Glob.lowercased(bytes[i]) != Glob.lowercased(expected) { return false }
      i += 1
    }
    return true
  }

  /// Whether a text as a whole is meant; for the filters on sender and recipient.
  public func matches(_ value: String) -> Bool {
    let bytes = Array(value.utf8)
    let whole = ByteRange(0, bytes.count)
    if isGlob { return Glob.matches(pattern, bytes.span, whole, folding: true) }
    if bytes.count == pattern.count { return ends(whole, bytes.span, true) }
    guard isDomain, bytes.count > pattern.count else { return false }
    let before = bytes[bytes.count - pattern.count - 1]
    return (before == UInt8(ascii: "@") || before == UInt8(ascii: ".") || pattern.first == UInt8(ascii: "@"))
      && ends(whole, bytes.span, true)
  }
}

/// Shell patterns of `*` and `?`.
enum Glob {
  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// At most bytes × pattern steps: only the last star is ever gone back to.
  static func matches(
    _ pattern: [UInt8], _ bytes: borrowing Span<UInt8>, _ range: ByteRange, folding: Bool
  ) -> Bool {
    var p = 0
    var i = range.lower
    var star = -1
    var mark = i
    while i < range.upper {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = p
        mark = i
        p += 1
      } else if p < pattern.count,
        pattern[p] == UInt8(ascii: "?") || pattern[p] == bytes[i]
          || folding && lowercased(pattern[p]) == lowercased(bytes[i])
      {
        p += 1
        i += 1
      } else if star >= 0 {
        p = star + 1
        mark += 1
        i = mark
      } else {
        return false
      }
    }
    while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
    return p == pattern.count
  }
}
