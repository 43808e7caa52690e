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
    var depth = 0
    var hasSlash = false
    while i < end, i - start < longestTag, bytes[i] > 0x20 {
      // pam_unix(sshd:session)
      if bytes[i] == UInt8(ascii: "(") { depth += 1 }
      if bytes[i] == UInt8(ascii: ")") { depth -= 1 }
      if depth == 0, bytes[i] == UInt8(ascii: "[") || bytes[i] == UInt8(ascii: ":") {
        // postfix/127.0.0.1:10025/smtpd
        guard i + 1 < end, bytes[i] == UInt8(ascii: ":"), bytes[i + 1] &- 0x30 < 10, hasSlash else { break }
      }
      if bytes[i] == UInt8(ascii: "/") { hasSlash = true }
      i += 1
    }
    guard i < end, i > start, i - start < longestTag else { return }
    let tag = ByteRange(start, i)
    if bytes[i] == UInt8(ascii: "[") {
      var pid: Int32 = 0
      i += 1
      let digits = i
      while i < end, bytes[i] &- 0x30 < 10 {
        if i - digits < 9 { pid = pid * 10 + Int32(bytes[i] &- 0x30) }
        i += 1
      }
      guard i < end, bytes[i] == UInt8(ascii: "]") else { return }
      if i > digits, i - digits <= 9 { frame.pid = pid }
      i += 1
      if i < end, bytes[i] == UInt8(ascii: ":") { i += 1 }
    } else if bytes[i] == UInt8(ascii: ":") {
      i += 1
    } else {
      return
    }
    frame.tag = tag
    if i < end, bytes[i] == 0x20 { i += 1 }
    frame.message = ByteRange(messageIDEnd(bytes, i, end), end)
    if let count = repetition(bytes, frame.message.lower, end) {
      frame.repeats = count
      frame.message = ByteRange(end, end)
      return
    }
    unfoldRepetition(bytes, &frame)
  }

  static func blankEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i < end, bytes[i] == 0x20 { i += 1 }
    return i
  }

  /// Behind `<mail.info> ` (BSD) or `mail.info ` (rsyslog's facility and severity texts); `start` where there is none.
  static func facilityEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    let isBracketed = i < end && bytes[i] == UInt8(ascii: "<")
    if isBracketed { i += 1 }
    let word = i
    while i < end, i - word < 20, bytes[i] | 0x20 &- 0x61 < 26 || bytes[i] &- 0x30 < 10 { i += 1 }
    guard i < end, bytes[i] == UInt8(ascii: "."), isFacility(bytes, ByteRange(word, i)) else { return start }
    i += 1
    let level = i
    while i < end, bytes[i] &- 0x61 < 26 { i += 1 }
    guard i > level, i - level <= 7 else { return start }
    if isBracketed {
      guard i < end, bytes[i] == UInt8(ascii: ">") else { return start }
      i += 1
    }
    return i < end && bytes[i] == 0x20 ? blankEnd(bytes, i, end) : start
  }

  private static func isFacility(_ bytes: borrowing Span<UInt8>, _ word: ByteRange) -> Bool {
    if word.count == 4, starts(bytes, word, "mail") { return true }
    if word.count == 4, starts(bytes, word, "user") || starts(bytes, word, "auth") { return true }
    return word.count == 6 && (starts(bytes, word, "daemon") || starts(bytes, word, "local"))
  }

  /// Solaris: `[ID 197553 mail.info] `.
  private static func messageIDEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard end - start > 12, bytes[start] == UInt8(ascii: "["), starts(bytes, ByteRange(start, end), "[ID ") else {
      return start
    }
    var i = start + 4
    while i < end, bytes[i] &- 0x30 < 10 { i += 1 }
    guard i > start + 4, i < end, bytes[i] == 0x20 else { return start }
    while i < end, i - start < 40, bytes[i] != UInt8(ascii: "]") { i += 1 }
    return i + 1 < end && bytes[i] == UInt8(ascii: "]") && bytes[i + 1] == 0x20 ? i + 2 : start
  }

  /// Whether a host name and `tag[pid]:` stand here, of which Exim and Dovecot write neither in their own files.
  static func isHostAndTag(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i < end, i - start < 255, bytes[i] > 0x20, bytes[i] != UInt8(ascii: "[") { i += 1 }
    guard i > start, i < end, bytes[i] == 0x20 else { return false }
    i += 1
    let tag = i
    while i < end, i - tag < longestTag, bytes[i] > 0x20, bytes[i] != UInt8(ascii: "["), bytes[i] != UInt8(ascii: ":") {
      i += 1
    }
    guard i > tag, i < end else { return false }
    let name = ByteRange(tag, i)
    if bytes[i] == UInt8(ascii: ":") { return isMailServer(bytes, name) }
    guard bytes[i] == UInt8(ascii: "[") else { return false }
    let digits = i + 1
    i = digits
    while i < end, bytes[i] &- 0x30 < 10 { i += 1 }
    return i > digits && i + 1 < end && bytes[i] == UInt8(ascii: "]") && bytes[i + 1] == UInt8(ascii: ":")
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
    guard end - start > 22, bytes[start] == UInt8(ascii: "l"),
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
