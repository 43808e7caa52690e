import EventRules
import MailEvents

/// Tests of a field's value, as causes write them in `select:`.
enum FieldCondition {
  static func holds(
    _ test: TallyPlan.FieldTest, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) -> Bool {
    let range = DerivedFields.range(test.field, values, bytes)
    for one in test.anyOf where holds(one.condition, range, bytes, constants) != one.isNegated {
      return true
    }
    return false
  }

  private static func holds(
    _ condition: TallyPlan.FieldTest.Condition, _ range: ByteRange?, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>
  ) -> Bool {
    guard let range, !range.isEmpty else { return false }
    switch condition {
    case .present: return true
    case .equals(let text):
      return range.count == text.count && occurs(text, at: 0, range, bytes, constants)
    case .hasPrefix(let text):
      return range.count >= text.count && occurs(text, at: 0, range, bytes, constants)
    case .hasSuffix(let text):
      return range.count >= text.count
        && occurs(text, at: range.count - text.count, range, bytes, constants)
    case .contains(let text):
      guard range.count >= text.count else { return false }
      for start in 0...(range.count - text.count)
      where occurs(text, at: start, range, bytes, constants) {
        return true
      }
      return false
    case .loopback: return isLoopback(range, bytes, constants)
    case .privateNetwork: return isPrivate(range, bytes, constants)
    case .remote: return !isLoopback(range, bytes, constants) && !isPrivate(range, bytes, constants)
    case .less(let limit): return number(range, bytes, constants).map { $0 < limit } ?? false
    case .atLeast(let limit): return number(range, bytes, constants).map { $0 >= limit } ?? false
    }
  }

  /// `text` is lower case.
  private static func occurs(
    _ text: [UInt8], at start: Int, _ range: ByteRange, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>
  ) -> Bool {
    for i in 0..<text.count {
      var byte = byteValue(range, start + i, bytes, constants)
      if byte &- 0x41 < 26 { byte |= 0x20 }
      if byte != text[i] { return false }
    }
    return true
  }

  private static func starts(
    _ prefix: StaticString, _ range: ByteRange, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>
  ) -> Bool {
    let text = Array(prefix.description.utf8)
    return range.count >= text.count && occurs(text, at: 0, range, bytes, constants)
  }

  private static func isLoopback(
    _ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) -> Bool {
    starts("127.", range, bytes, constants) || starts("::ffff:127.", range, bytes, constants)
      || range.count == 3 && starts("::1", range, bytes, constants)
  }

  /// RFC 1918, RFC 6598 is left out, RFC 4193 and link-local.
  private static func isPrivate(
    _ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) -> Bool {
    if starts("10.", range, bytes, constants) || starts("192.168.", range, bytes, constants) {
      return true
    }
    if starts("172.", range, bytes, constants) {
      var second = 0
      var i = 4
      while i < range.count, i < 7 {
        let byte = byteValue(range, i, bytes, constants)
        guard byte &- 0x30 < 10 else { break }
        second = second * 10 + Int(byte &- 0x30)
        i += 1
      }
      return (16...31).contains(second)
    }
    return starts("fd", range, bytes, constants) || starts("fe80", range, bytes, constants)
  }

  private static func number(
    _ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) -> Int? {
    var value = 0
    for i in 0..<min(range.count, 15) {
      let byte = byteValue(range, i, bytes, constants)
      if byte == UInt8(ascii: "."), i > 0 { break }
      guard byte &- 0x30 < 10 else { return i > 0 ? value : nil }
      value = value * 10 + Int(byte &- 0x30)
    }
    return value
  }
}
