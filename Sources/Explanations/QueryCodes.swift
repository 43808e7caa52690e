import MailEvents
import RuleFiles

/// The codes in what somebody pasted: `0x800CCC0E`, `-2146644978`, `550 5.7.1 …`, `ECONNREFUSED`.
struct QueryCodes {
  /// Windows numbers and names, in the order in which they stand.
  private(set) var errors: [ErrorCode] = []
  private(set) var reply: ErrorCode?
  private(set) var enhanced: ErrorCode?
  /// Where they stand in the text's bytes.
  private(set) var replyRange: ByteRange?
  private(set) var enhancedRange: ByteRange?
  /// There is nothing but codes.
  private(set) var isAll = true

  init(_ text: String) {
    let bytes = Array(text.utf8)
    var start = 0
    var mark: UInt8 = UInt8(ascii: ":")
    while start < bytes.count {
      guard !Self.isGap(bytes[start]) else {
        if bytes[start] > 0x20 { mark = bytes[start] }
        start += 1
        continue
      }
      var end = start
      while end < bytes.count, !Self.isGap(bytes[end]) { end += 1 }
      read(bytes, start, end, after: mark)
      mark = 0
      start = end
    }
  }

  private static func isGap(_ byte: UInt8) -> Bool {
    byte <= 0x20 || "\"'()[]<>,;:=|`#".utf8.contains(byte)
  }

  /// A word of the text. `mark` is the sign before it, 0 where another word is.
  private mutating func read(_ bytes: [UInt8], _ start: Int, _ end: Int, after mark: UInt8) {
    var end = end
    while end > start, ".!?".utf8.contains(bytes[end - 1]) { end -= 1 }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    if enhanced == nil, case .enhanced(_?, _?, let detail?)? = ErrorCode(word), detail.count == 1 {
      enhanced = ErrorCode(word)
      enhancedRange = ByteRange(start, end)
      return
    }
    if let number = Self.number(word) {
      errors.append(number)
      return
    }
    if reply == nil, end - start >= 3, let code = ErrorCode(word.prefix(3)), case .reply(_, _?, _?) = code {
      // `550-5.7.26` of a reply of several lines.
      let rest = word.dropFirst(3)
      let next = rest.first == "-" ? ErrorCode(rest.dropFirst()) : nil
      let isCode = rest.isEmpty ? Self.isReply(bytes, end, after: mark) : next != nil
      if isCode {
        reply = code
        replyRange = ByteRange(start, start + 3)
        if case .enhanced? = next, enhanced == nil {
          enhanced = next
          enhancedRange = ByteRange(start + 4, end)
        }
        return
      }
    }
    if case .name? = ErrorCode(word), word.contains(where: { $0 == "_" || $0 == "-" || $0.isNumber || $0.isUppercase })
    {
      errors.append(.name(word.lowercased()))
    }
    isAll = false
  }

  /// Three digits are a reply code at the beginning, behind a sign, or before an enhanced code.
  private static func isReply(_ bytes: [UInt8], _ end: Int, after mark: UInt8) -> Bool {
    if mark != 0 { return true }
    let next = bytes[end...].drop { $0 == 0x20 || $0 == UInt8(ascii: "#") }.prefix { !isGap($0) }
    if case .enhanced? = ErrorCode(String(decoding: next, as: UTF8.self)) { return true }
    return false
  }

  /// `0x800CCC0E`, `800CCC0E`, or the same number in decimal, with or without a sign.
  private static func number(_ word: String) -> ErrorCode? {
    if case .number? = ErrorCode(word) { return ErrorCode(word) }
    let isHex = word.utf8.count == 8 && word.utf8.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }
    if isHex, word.first == "8", let value = UInt32(word, radix: 16) { return .number(value...value) }
    // A failure has the highest bit set: such a number is no port and no size.
    guard let value = Int64(word), value >= -0x8000_0000, value <= 0xFFFF_FFFF, !(0..<0x8000_0000).contains(value)
    else { return nil }
    let bits = UInt32(truncatingIfNeeded: value)
    return word.hasPrefix("-") && word.utf8.count < 9 ? nil : .number(bits...bits)
  }
}
