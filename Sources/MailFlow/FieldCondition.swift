import EventRules
import MailEvents

/// The tests of field values that causes write in `select:`, laid out flat: the hot path reads them without touching a
/// reference count.
struct FieldConditions: Sendable {
  private enum Kind: UInt8, Sendable {
    case equals, hasPrefix, hasSuffix, contains, present, loopback, privateNetwork, remote, less, atLeast
  }

  private struct Condition: Sendable {
    var kind: Kind
    var isNegated: Bool
    /// Bytes of `texts`.
    var text: ByteRange
    var limit: Int
  }

  private struct Test: Sendable {
    var field: Field
    var conditions: Range<Int32>
    /// The event that `verdict` was found for: many tables ask the same.
    var number: UInt32 = 0
    var verdict = false
  }

  private var tests: ContiguousArray<Test> = []
  private var conditions: ContiguousArray<Condition> = []
  private var texts: ContiguousArray<UInt8> = []

  private var numbers: [TallyPlan.FieldTest: Int32] = [:]
  private var event: UInt32 = 0

  /// The number of a test; the same test has the same.
  mutating func add(_ test: TallyPlan.FieldTest) -> Int32 {
    if let known = numbers[test] { return known }
    let first = Int32(conditions.count)
    for one in test.anyOf { conditions.append(condition(one)) }
    tests.append(Test(field: test.field, conditions: first..<Int32(conditions.count)))
    numbers[test] = Int32(tests.count - 1)
    return Int32(tests.count - 1)
  }

  /// Forgets what was found of the event before.
  mutating func beginEvent() {
    event &+= 1
    guard event == 0 else { return }
    for i in tests.indices { tests[i].number = 0 }
    event = 1
  }

  private mutating func condition(_ one: TallyPlan.FieldTest.Test) -> Condition {
    func text(_ kind: Kind, _ bytes: [UInt8]) -> Condition {
      let start = texts.count
      texts.append(contentsOf: bytes)
      return Condition(kind: kind, isNegated: one.isNegated, text: ByteRange(start, texts.count), limit: 0)
    }
    func plain(_ kind: Kind, _ limit: Int = 0) -> Condition {
      Condition(kind: kind, isNegated: one.isNegated, text: .none, limit: limit)
    }
    switch one.condition {
    case .equals(let bytes): return text(.equals, bytes)
    case .hasPrefix(let bytes): return text(.hasPrefix, bytes)
    case .hasSuffix(let bytes): return text(.hasSuffix, bytes)
    case .contains(let bytes): return text(.contains, bytes)
    case .present: return plain(.present)
    case .loopback: return plain(.loopback)
    case .privateNetwork: return plain(.privateNetwork)
    case .remote: return plain(.remote)
    case .less(let limit): return plain(.less, limit)
    case .atLeast(let limit): return plain(.atLeast, limit)
    }
  }

  /// Whether a test holds for the event.
  @inline(__always)
  mutating func holds(
    _ number: Int, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) -> Bool {
    if tests[number].number != event { find(number, bytes, constants, values) }
    return tests[number].verdict
  }

  private mutating func find(
    _ number: Int, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    tests[number].number = event
    tests[number].verdict = false
    let range = DerivedFields.range(tests[number].field, values, bytes)
    for c in tests[number].conditions {
      let condition = conditions[Int(c)]
      if holds(condition, range, bytes, constants) != condition.isNegated {
        tests[number].verdict = true
        return
      }
    }
  }

  private func holds(
    _ condition: Condition, _ range: ByteRange?, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>
  ) -> Bool {
    guard let range, !range.isEmpty else { return false }
    let count = condition.text.count
    switch condition.kind {
    case .present: return true
    case .equals: return range.count == count && occurs(condition.text, at: 0, range, bytes, constants)
    case .hasPrefix: return range.count >= count && occurs(condition.text, at: 0, range, bytes, constants)
    case .hasSuffix:
      return range.count >= count && occurs(condition.text, at: range.count - count, range, bytes, constants)
    case .contains: return isPart(condition.text, of: range, bytes, constants)
    case .loopback: return AddressKind.of(range, bytes, constants) == .loopback
    case .privateNetwork: return AddressKind.of(range, bytes, constants) == .privateNetwork
    case .remote: return AddressKind.of(range, bytes, constants) == .remote
    case .less: return Self.number(range, bytes, constants).map { $0 < condition.limit } ?? false
    case .atLeast: return Self.number(range, bytes, constants).map { $0 >= condition.limit } ?? false
    }
  }

  private func isPart(
    _ text: ByteRange, of range: ByteRange, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) -> Bool {
    guard range.count >= text.count, !text.isEmpty else { return range.count >= text.count }
    let last = range.count - text.count
    if range.isConstant {
      for start in 0...last where occurs(text, at: start, range, bytes, constants) { return true }
      return false
    }
    // Bit 5 tells capitals from small letters; what else it confuses the comparison finds out.
    let first = texts[text.lower] | 0x20
    for start in 0...last where bytes[range.lower + start] | 0x20 == first {
      if occurs(text, at: start, range, bytes, constants) { return true }
    }
    return false
  }

  /// The text of the condition is lower case.
  private func occurs(
    _ text: ByteRange, at start: Int, _ range: ByteRange, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>
  ) -> Bool {
    for i in 0..<text.count {
      var byte = byteValue(range, start + i, bytes, constants)
      if byte &- 0x41 < 26 { byte |= 0x20 }
      if byte != texts[text.lower + i] { return false }
    }
    return true
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

/// Where an IP address belongs.
enum AddressKind {
  case loopback, privateNetwork, remote

  /// RFC 1122 section 3.2.1.3, RFC 1918, RFC 4193 and link-local addresses; RFC 6598 counts as remote.
  static func of(
    _ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) -> AddressKind {
    @inline(__always) func byte(_ i: Int) -> UInt8 {
      i < range.count ? byteValue(range, i, bytes, constants) : 0
    }
    let start = byte(0) == UInt8(ascii: ":") && byte(2) | 0x20 == UInt8(ascii: "f") ? 7 : 0
    let first = byte(start)
    if first == UInt8(ascii: ":") {
      return range.count == 3 && byte(2) == UInt8(ascii: "1") ? .loopback : .remote
    }
    if first | 0x20 == UInt8(ascii: "f") {
      let second = byte(start + 1) | 0x20
      let isLinkLocal = second == UInt8(ascii: "e") && byte(start + 2) == UInt8(ascii: "8")
      return second == UInt8(ascii: "d") || isLinkLocal ? .privateNetwork : .remote
    }
    var number = 0
    var numbers = (0, 0)
    var dots = 0
    var i = start
    while i < range.count, dots < 2 {
      let digit = byte(i) &- 0x30
      if digit < 10 {
        number = number &* 10 &+ Int(digit)
      } else if byte(i) == UInt8(ascii: "."), number < 256 {
        if dots == 0 { numbers.0 = number } else { numbers.1 = number }
        number = 0
        dots += 1
      } else {
        return .remote
      }
      i += 1
    }
    guard dots == 2 else { return .remote }
    switch numbers {
    case (127, _): return .loopback
    case (10, _), (192, 168), (172, 16...31): return .privateNetwork
    default: return .remote
    }
  }
}
