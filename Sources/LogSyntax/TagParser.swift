import MailEvents

/// `tag[pid]: message` (RFC 3164 section 4.1.3 and what is written in practice).
public enum TagParser {
  /// Longer words are no tags.
  private static let longestTag = 128

  /// Reads tag, pid and message; also the repetition notes of syslog daemons, which have no tag.
  static func parse(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame) {
    frame.message = ByteRange(start, end)
    if let count = repetition(bytes, start, end) {
      frame.repeats = count
      frame.message = ByteRange(end, end)
      return
    }
    var i = start
    while i < end, i - start < longestTag, bytes[i] > 0x20, bytes[i] != UInt8(ascii: "["), bytes[i] != UInt8(ascii: ":")
    {
      i += 1
    }
    guard i < end, i > start, i - start < longestTag else { return }
    let tag = ByteRange(start, i)
    if bytes[i] == UInt8(ascii: "[") {
      var pid: Int32 = 0
      i += 1
      let digits = i
      while i < end, bytes[i] &- 0x30 < 10, i - digits < 9 {
        pid = pid * 10 + Int32(bytes[i] &- 0x30)
        i += 1
      }
      guard i < end, bytes[i] == UInt8(ascii: "]") else { return }
      if i > digits { frame.pid = pid }
      i += 1
      if i < end, bytes[i] == UInt8(ascii: ":") { i += 1 }
    } else if bytes[i] == UInt8(ascii: ":") {
      i += 1
    } else {
      return
    }
    frame.tag = tag
    if i < end, bytes[i] == 0x20 { i += 1 }
    frame.message = ByteRange(i, end)
    unfoldRepetition(bytes, &frame)
  }

  /// Whether a word is a tag (it ends in a colon or holds a pid), not a host name.
  static func isTag(_ bytes: borrowing Span<UInt8>, _ word: ByteRange) -> Bool {
    guard word.count > 1 else { return false }
    if bytes[word.upper - 1] == UInt8(ascii: ":") { return !isAddress(bytes, word) }
    for i in word.lower..<word.upper {
      if bytes[i] == UInt8(ascii: "(") { return true }
      if bytes[i] == UInt8(ascii: "["), i > word.lower { return true }
    }
    return false
  }

  /// An IPv6 address as host name may end in a colon.
  private static func isAddress(_ bytes: borrowing Span<UInt8>, _ word: ByteRange) -> Bool {
    var colons = 0
    for i in word.lower..<word.upper where bytes[i] == UInt8(ascii: ":") { colons += 1 }
    return colons > 2
  }

  /// The part of a word before `[`, `:` or `(`.
  static func name(_ bytes: borrowing Span<UInt8>, _ word: ByteRange) -> ByteRange {
    var i = word.lower
    while i < word.upper, bytes[i] != UInt8(ascii: "["), bytes[i] != UInt8(ascii: ":"), bytes[i] != UInt8(ascii: "(") {
      i += 1
    }
    return ByteRange(word.lower, i)
  }

  /// `postfix…`, `dovecot`, `exim…`
  static func isMailServer(_ bytes: borrowing Span<UInt8>, _ tag: ByteRange) -> Bool {
    starts(bytes, tag, "postfix") || starts(bytes, tag, "exim") || tag.count == 7 && starts(bytes, tag, "dovecot")
  }

  /// `exim`, `exim4`, `exim-4.96`
  public static func isExim(_ bytes: borrowing Span<UInt8>, _ tag: ByteRange) -> Bool { starts(bytes, tag, "exim") }

  static func starts(_ bytes: borrowing Span<UInt8>, _ range: ByteRange, _ text: StaticString) -> Bool {
    guard range.count >= text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for i in 0..<expected.count where bytes[range.lower + i] | 0x20 != expected[i] | 0x20 { return false }
      return true
    }
  }

  /// `last message repeated 3 times`
  private static func repetition(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int32? {
    guard end - start > 28, bytes[start] == UInt8(ascii: "l"),
      starts(bytes, ByteRange(start, end), "last message repeated ")
    else { return nil }
    return count(bytes, start + 22, end)
  }

  /// rsyslog: `tag[pid]: message repeated 3 times: [ the message]`
  private static func unfoldRepetition(_ bytes: borrowing Span<UInt8>, _ frame: inout LineFrame) {
    let range = frame.message
    guard range.count > 28, bytes[range.lower] == UInt8(ascii: "m"), starts(bytes, range, "message repeated "),
      let times = count(bytes, range.lower + 17, range.upper)
    else { return }
    var i = range.lower + 17
    while i < range.upper, bytes[i] != UInt8(ascii: "[") { i += 1 }
    guard i + 1 < range.upper, bytes[range.upper - 1] == UInt8(ascii: "]") else { return }
    i += 1
    if bytes[i] == 0x20 { i += 1 }
    frame.repeats = times
    frame.message = ByteRange(i, range.upper - 1)
  }

  private static func count(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int32? {
    var value: Int32 = 0
    var i = start
    while i < end, i - start < 8, bytes[i] &- 0x30 < 10 {
      value = value * 10 + Int32(bytes[i] &- 0x30)
      i += 1
    }
    return i > start && value > 0 ? value : nil
  }
}
