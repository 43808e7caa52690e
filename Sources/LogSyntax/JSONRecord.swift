import MailEvents

/// The members of a JSON object that make a log line: a journal entry (`journalctl -o json`) or a line of Docker's
/// json-file. Values are unescaped into a scratch buffer; anything else is skipped. Only the outer object is looked at.
struct JSONRecord {
  var message = ByteRange.none
  var hasMessage = false
  var identifier = ByteRange.none
  var command = ByteRange.none
  var pid = ByteRange.none
  var syslogPID = ByteRange.none
  var host = ByteRange.none
  var unit = ByteRange.none
  var priority = ByteRange.none
  var realTime = ByteRange.none
  var sourceTime = ByteRange.none
  var log = ByteRange.none
  var time = ByteRange.none

  /// Nested deeper than this is no log line.
  private static let depthLimit = 32

  /// Where the object of a line begins: behind what journalctl's `json-seq` (RFC 7464) and `json-sse` put in front.
  static func start(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard start < end else { return start }
    if bytes[start] == 0x1E { return start + 1 }
    guard bytes[start] == UInt8(ascii: "d"), start + 6 < end, bytes[start + 4] == UInt8(ascii: ":"),
      bytes[start + 5] == 0x20
    else { return start }
    return start + 6
  }

  /// Reads one object; false when it is not well formed.
  mutating func read(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, into scratch: inout [UInt8]) -> Bool {
    var i = start + 1
    Self.skipSpace(bytes, &i, end)
    if i < end, bytes[i] == UInt8(ascii: "}") { return true }
    while i < end {
      guard let key = Self.string(bytes, &i, end, into: &scratch) else { return false }
      Self.skipSpace(bytes, &i, end)
      guard i < end, bytes[i] == UInt8(ascii: ":") else { return false }
      i += 1
      Self.skipSpace(bytes, &i, end)
      let name = String(decoding: scratch[key.lower..<key.upper], as: UTF8.self)
      scratch.removeLast(key.count)
      guard let value = Self.value(bytes, &i, end, into: &scratch) else { return false }
      keep(name, value)
      Self.skipSpace(bytes, &i, end)
      guard i < end else { return false }
      if bytes[i] == UInt8(ascii: "}") { return true }
      guard bytes[i] == UInt8(ascii: ",") else { return false }
      i += 1
      Self.skipSpace(bytes, &i, end)
    }
    return false
  }

  private mutating func keep(_ name: String, _ value: ByteRange) {
    switch name {
    case "MESSAGE":
      message = value
      hasMessage = true
    case "SYSLOG_IDENTIFIER": identifier = value
    case "_COMM": command = value
    case "_PID": pid = value
    case "SYSLOG_PID": syslogPID = value
    case "_HOSTNAME": host = value
    case "_SYSTEMD_UNIT": unit = value
    case "PRIORITY": priority = value
    case "__REALTIME_TIMESTAMP": realTime = value
    case "_SOURCE_REALTIME_TIMESTAMP": sourceTime = value
    case "log": log = value
    case "time": time = value
    default: break
    }
  }

  /// Any value. Strings, numbers and arrays of bytes are copied; other values are skipped.
  private static func value(
    _ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int, into scratch: inout [UInt8]
  ) -> ByteRange? {
    guard i < end else { return nil }
    switch bytes[i] {
    case UInt8(ascii: "\""): return string(bytes, &i, end, into: &scratch)
    case UInt8(ascii: "["): return array(bytes, &i, end, into: &scratch)
    case UInt8(ascii: "{"): return skipNested(bytes, &i, end) ? ByteRange.none : nil
    default:
      let start = scratch.count
      while i < end, bytes[i] > 0x20, bytes[i] != UInt8(ascii: ","), bytes[i] != UInt8(ascii: "}"),
        bytes[i] != UInt8(ascii: "]")
      {
        scratch.append(bytes[i])
        i += 1
      }
      return scratch.count > start ? ByteRange(start, scratch.count) : nil
    }
  }

  /// The journal writes a value that is no text as an array of byte values.
  private static func array(
    _ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int, into scratch: inout [UInt8]
  ) -> ByteRange? {
    let start = scratch.count
    let begin = i
    i += 1
    while i < end {
      skipSpace(bytes, &i, end)
      guard i < end else { return nil }
      if bytes[i] == UInt8(ascii: "]") {
        i += 1
        return ByteRange(start, scratch.count)
      }
      if bytes[i] == UInt8(ascii: ",") {
        i += 1
        continue
      }
      var number = 0
      let digits = i
      while i < end, i - digits < 4, bytes[i] &- 0x30 < 10 {
        number = number * 10 + Int(bytes[i] &- 0x30)
        i += 1
      }
      guard i > digits, number < 256 else {
        scratch.removeLast(scratch.count - start)
        i = begin
        return skipNested(bytes, &i, end) ? ByteRange.none : nil
      }
      scratch.append(number == 0x0A ? 0x20 : UInt8(number))
    }
    return nil
  }

  private static func skipNested(_ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int) -> Bool {
    var depth = 0
    while i < end {
      switch bytes[i] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        i += 1
        while i < end, bytes[i] != UInt8(ascii: "\"") { i += bytes[i] == UInt8(ascii: "\\") ? 2 : 1 }
      default: break
      }
      i += 1
      if depth == 0 { return true }
      if depth > depthLimit { return false }
    }
    return false
  }

  /// A string, unescaped (RFC 8259 section 7). A line feed inside becomes a blank.
  private static func string(
    _ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int, into scratch: inout [UInt8]
  ) -> ByteRange? {
    guard i < end, bytes[i] == UInt8(ascii: "\"") else { return nil }
    let start = scratch.count
    i += 1
    while i < end {
      let byte = bytes[i]
      if byte == UInt8(ascii: "\"") {
        i += 1
        return ByteRange(start, scratch.count)
      }
      i += 1
      guard byte == UInt8(ascii: "\\") else {
        scratch.append(byte)
        continue
      }
      guard i < end else { return nil }
      let escape = bytes[i]
      i += 1
      switch escape {
      case UInt8(ascii: "n"): scratch.append(0x20)
      case UInt8(ascii: "t"): scratch.append(0x09)
      case UInt8(ascii: "r"): scratch.append(0x0D)
      case UInt8(ascii: "b"): scratch.append(0x08)
      case UInt8(ascii: "f"): scratch.append(0x0C)
      case UInt8(ascii: "u"):
        guard let scalar = scalar(bytes, &i, end) else { return nil }
        if scalar == "\n" { scratch.append(0x20) } else { scratch.append(contentsOf: String(scalar).utf8) }
      default: scratch.append(escape)
      }
    }
    return nil
  }

  /// Behind `\u`: four digits, or two surrogates.
  private static func scalar(_ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int) -> Unicode.Scalar? {
    guard let first = hex(bytes, i, end) else { return nil }
    i += 4
    if (0xD800..<0xDC00).contains(first), i + 6 <= end, bytes[i] == UInt8(ascii: "\\"),
      bytes[i + 1] == UInt8(ascii: "u"),
      let second = hex(bytes, i + 2, end), (0xDC00..<0xE000).contains(second)
    {
      i += 6
      return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }
    return Unicode.Scalar(first) ?? "\u{FFFD}"
  }

  private static func hex(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
    guard start + 4 <= end else { return nil }
    var value: UInt32 = 0
    for i in start..<(start + 4) {
      let digit: UInt8
      switch bytes[i] {
      case 0x30...0x39: digit = bytes[i] - 0x30
      case 0x41...0x46: digit = bytes[i] - 0x41 + 10
      case 0x61...0x66: digit = bytes[i] - 0x61 + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private static func skipSpace(_ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int) {
    while i < end, bytes[i] == 0x20 || bytes[i] == 0x09 { i += 1 }
  }
}
