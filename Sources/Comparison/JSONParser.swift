/// Reads JSON that somebody else may have written: depth and number of values are bounded, and members nobody asks for
/// are passed over.
struct JSONParser {
  /// What is wrong, and at which byte.
  struct Problem: Error, Equatable {
    var text: String
    var offset: Int
  }

  private let bytes: [UInt8]
  private var i = 0
  private var values = 0

  static let depthLimit = 64
  static let valueLimit = 2_000_000

  /// Reads one object and keeps those of its members that are named.
  static func object(_ bytes: [UInt8], keeping names: Set<String>) throws(Problem) -> [String: JSONValue] {
    var parser = JSONParser(bytes: bytes)
    var members: [String: JSONValue] = [:]
    parser.skipSpace()
    guard parser.peek() == UInt8(ascii: "{") else { throw parser.problem("no JSON object") }
    try parser.members(depth: 1) { (parser, name) throws(Problem) in
      if names.contains(name) {
        members[name] = try parser.value(depth: 1, isKept: true)
      } else {
        _ = try parser.value(depth: 1, isKept: false)
      }
    }
    parser.skipSpace()
    guard parser.i == bytes.count else { throw parser.problem("something follows the object") }
    return members
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func problem(_ text: String) -> Problem { Problem(text: text, offset: i) }
  private func peek() -> UInt8? { i < bytes.count ? bytes[i] : nil }

  private mutating func skipSpace() {
    while i < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[i]) { i += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    i += 1
    return true
  }

  private mutating func value(depth: Int, isKept: Bool) throws(Problem) -> JSONValue {
    guard depth < Self.depthLimit else { throw problem("nested too deeply") }
    if isKept {
      values += 1
      guard values <= Self.valueLimit else { throw problem("too many values") }
    }
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"):
      var result: [String: JSONValue] = [:]
      try members(depth: depth + 1) { (parser, name) throws(Problem) in
        let value = try parser.value(depth: depth + 1, isKept: isKept)
        if isKept { result[name] = value }
      }
      return .object(result)
    case UInt8(ascii: "["): return try array(depth: depth + 1, isKept: isKept)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("ends in the middle")
    default: return .number(try number())
    }
  }

  private mutating func members(
    depth: Int, _ body: (inout JSONParser, String) throws(Problem) -> Void
  ) throws(Problem) {
    i += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else {
        throw problem(peek() == nil ? "ends in the middle" : "no name of a member")
      }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw problem("no ':' behind a name") }
      try body(&self, name)
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw problem(peek() == nil ? "ends in the middle" : "no ',' or '}'") }
      return
    }
  }

  private mutating func array(depth: Int, isKept: Bool) throws(Problem) -> JSONValue {
    i += 1
    var items: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      let item = try value(depth: depth, isKept: isKept)
      if isKept { items.append(item) }
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw problem(peek() == nil ? "ends in the middle" : "no ',' or ']'") }
      return .array(items)
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(Problem) -> JSONValue {
    guard bytes[i...].starts(with: word.utf8) else { throw problem("no JSON value") }
    i += word.utf8.count
    return value
  }

  private mutating func number() throws(Problem) -> Double {
    let start = i
    while i < bytes.count, bytes[i] &- 0x30 < 10 || "+-.eE".utf8.contains(bytes[i]) { i += 1 }
    let text = String(decoding: bytes[start..<i], as: UTF8.self)
    // JSON has no leading '+' or '.', which Swift would take.
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || first &- 0x30 < 10, i - start <= 400,
      let value = Double(text)
    else {
      i = start
      throw problem("no JSON value")
    }
    return value
  }

  private mutating func string() throws(Problem) -> String {
    i += 1
    var text: [UInt8] = []
    while let byte = peek() {
      i += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
      case ..<0x20:
        i -= 1
        throw problem("a control character in a text")
      default: text.append(byte)
      }
    }
    throw problem("ends in the middle")
  }

  private mutating func escape() throws(Problem) -> [UInt8] {
    guard let byte = peek() else { throw problem("ends in the middle") }
    i += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
    default: throw problem("an unknown escape in a text")
    }
  }

  /// The four digits behind `\u`, and those of the second half of a pair. Half a pair becomes U+FFFD.
  private mutating func scalar() throws(Problem) -> Unicode.Scalar {
    let first = try fourDigits()
    guard (0xD800..<0xDC00).contains(first), bytes[i...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
      return Unicode.Scalar(first) ?? "\u{FFFD}"
    }
    i += 2
    let second = try fourDigits()
    guard (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func fourDigits() throws(Problem) -> UInt32 {
    guard i + 4 <= bytes.count,
      bytes[i..<(i + 4)].allSatisfy({ $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }),
      let value = UInt32(String(decoding: bytes[i..<(i + 4)], as: UTF8.self), radix: 16)
    else { throw problem("an escape that is not four digits") }
    i += 4
    return value
  }
}
