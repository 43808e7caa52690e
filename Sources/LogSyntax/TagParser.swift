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
    let nameEnd = tagEnd(bytes, start, end)
    guard nameEnd < end, nameEnd > start, nameEnd - start < longestTag else { return }
    let tag = ByteRange(start, nameEnd)
    var i = nameEnd
    if bytes[i] == UInt8(ascii: "[") {
      var pid: Int32 = 0
      i += 1
      let digits = i
      while i < end, bytes[i] &- 0x30 < 10 {
        if i - digits < 9 { pid = pid &* 10 &+ Int32(bytes[i] &- 0x30) }
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

  /// Where the tag's name ends: before `[pid]` or `:`.
  @inline(__always)
  private static func tagEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    let stop = min(end, start + longestTag)
    var i = start
    while i < stop {
      i = ByteWords.skipName(bytes, i, stop)
      if i == stop { return i }
      let byte = bytes[i]
      if byte == UInt8(ascii: "[") || byte <= 0x20 { return i }
      // postfix/127.0.0.1:10025/smtpd
      if byte == UInt8(ascii: ":"), !(i + 1 < end && bytes[i + 1] &- 0x30 < 10 && hasSlash(bytes, start, i)) {
        return i
      }
      if byte == UInt8(ascii: "(") {
        // pam_unix(sshd:session)
        var close = i
        while close < stop, bytes[close] > 0x20, bytes[close] != UInt8(ascii: ")") { close += 1 }
        i = close
        if i == stop || bytes[i] <= 0x20 { return i }
      }
      i += 1
    }
    return i
  }

  private static func hasSlash(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for i in start..<end where bytes[i] == UInt8(ascii: "/") { return true }
    return false
  }

  static func blankEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i < end, bytes[i] == 0x20 { i += 1 }
    return i
  }

  /// Behind `<mail.info> ` (BSD) or `mail.info ` (rsyslog's facility and severity texts); `start` where there is none.
  static func facilityEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard start + 4 < end, mayBeginFacility(bytes[start]) else { return start }
    var i = start
    let isBracketed = bytes[i] == UInt8(ascii: "<")
    if isBracketed { i += 1 }
    let word = i
    while i < end, i - word < 20, bytes[i] | 0x20 &- 0x61 < 26 || bytes[i] &- 0x30 < 10 { i += 1 }
    guard i < end, bytes[i] == UInt8(ascii: "."), isFacility(bytes, ByteRange(word, i)) else { return start }
    i += 1
    let level = i
    while i < end, bytes[i] &- 0x61 < 26 { i += 1 }
    guard isLevel(bytes, ByteRange(level, i)) else { return start }
    if isBracketed {
      guard i < end, bytes[i] == UInt8(ascii: ">") else { return start }
      i += 1
    }
    return i < end && bytes[i] == 0x20 ? blankEnd(bytes, i, end) : start
  }

  @inline(__always)
  private static func mayBeginFacility(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "m"), UInt8(ascii: "u"), UInt8(ascii: "a"), UInt8(ascii: "d"), UInt8(ascii: "l"): true
    default: byte == UInt8(ascii: "<")
    }
  }

  /// The names of severities in syslog.conf(5). `mail.example` is a host.
  private static func isLevel(_ bytes: borrowing Span<UInt8>, _ word: ByteRange) -> Bool {
    switch word.count {
    case 3: starts(bytes, word, "err")
    case 4: starts(bytes, word, "info") || starts(bytes, word, "warn") || starts(bytes, word, "crit")
    case 5:
      starts(bytes, word, "debug") || starts(bytes, word, "emerg") || starts(bytes, word, "alert")
        || starts(bytes, word, "error") || starts(bytes, word, "panic")
    case 6: starts(bytes, word, "notice")
    case 7: starts(bytes, word, "warning")
    default: false
    }
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
    if bytes[word.lower] == UInt8(ascii: "(") { return true }
    var i = word.lower + 1
    while i < word.upper {
      let byte = bytes[i]
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { return true }
      i += 1
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
