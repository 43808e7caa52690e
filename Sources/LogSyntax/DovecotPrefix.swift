import MailEvents

/// Dovecot's process prefix: `imap-login: `, `imap(user)<pid><session>: `, `auth-worker(24544): `, `lmtp(123, user): `
/// (Dovecot `mail_log_prefix`, lib/failures.c).
enum DovecotPrefix {
  private static let longestName = 24
  private static let longestPrefix = 600

  /// Takes the prefix and `Info: ` off the message; process, user, session and pid are kept in the frame.
  static func strip(_ bytes: borrowing Span<UInt8>, _ frame: inout LineFrame) {
    let start = frame.message.lower
    let end = frame.message.upper
    var i = nameEnd(bytes, start, end)
    guard i > start, i < end else {
      stripInfo(bytes, &frame)
      return
    }
    let process = ByteRange(start, i)
    var inside = ByteRange.none
    if bytes[i] == UInt8(ascii: "(") {
      guard let close = closing(bytes, i + 1, end) else { return }
      inside = ByteRange(i + 1, close)
      i = close + 1
    }
    var brackets = 0
    var pid = ByteRange.none
    var session = ByteRange.none
    while i < end, bytes[i] == UInt8(ascii: "<"), brackets < 2 {
      var close = i + 1
      while close < end, bytes[close] != UInt8(ascii: ">"), bytes[close] > 0x20 { close += 1 }
      guard close < end, bytes[close] == UInt8(ascii: ">") else { return }
      if brackets == 0 { pid = ByteRange(i + 1, close) } else { session = ByteRange(i + 1, close) }
      brackets += 1
      i = close + 1
    }
    guard i + 1 < end, bytes[i] == UInt8(ascii: ":"), bytes[i + 1] == 0x20, !isLevel(bytes, process) else {
      stripInfo(bytes, &frame)
      return
    }
    frame.process = process
    if brackets == 1, !isNumber(bytes, pid) {
      session = pid
      pid = .none
    }
    frame.session = session
    if let number = number(bytes, pid) { frame.pid = number }
    readInside(bytes, inside, &frame)
    frame.message = ByteRange(i + 2, end)
    stripInfo(bytes, &frame)
  }

  /// `24544` is a pid, `123, user` a pid and a user; else a user, perhaps with the client's address and the mechanism:
  /// `user,192.0.2.7,sasl:plain`.
  private static func readInside(_ bytes: borrowing Span<UInt8>, _ inside: ByteRange, _ frame: inout LineFrame) {
    guard !inside.isEmpty else { return }
    var i = inside.lower
    while i < inside.upper, bytes[i] &- 0x30 < 10 { i += 1 }
    if i == inside.upper {
      if let pid = number(bytes, inside) { frame.pid = pid }
    } else if i > inside.lower, i + 2 < inside.upper, bytes[i] == UInt8(ascii: ","), bytes[i + 1] == 0x20 {
      if let pid = number(bytes, ByteRange(inside.lower, i)) { frame.pid = pid }
      frame.user = ByteRange(i + 2, inside.upper)
    } else {
      readUser(bytes, inside, &frame)
    }
  }

  private static func readUser(_ bytes: borrowing Span<UInt8>, _ inside: ByteRange, _ frame: inout LineFrame) {
    var upper = inside.upper
    if let comma = lastComma(bytes, inside.lower, upper),
      TagParser.starts(bytes, ByteRange(comma + 1, upper), "sasl:")
    {
      upper = comma
    }
    if let comma = lastComma(bytes, inside.lower, upper) {
      let address = ByteRange(TagParser.blankEnd(bytes, comma + 1, upper), upper)
      if isAddress(bytes, address) {
        frame.client = address
        upper = comma
      }
    }
    frame.user = ByteRange(inside.lower, upper)
  }

  private static func lastComma(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var i = end - 1
    while i >= start {
      if bytes[i] == UInt8(ascii: ",") { return i }
      i -= 1
    }
    return nil
  }

  /// Digits and dots, or hexadecimal digits and colons.
  private static func isAddress(_ bytes: borrowing Span<UInt8>, _ range: ByteRange) -> Bool {
    guard range.count >= 2, range.count <= 45 else { return false }
    var dots = 0
    var colons = 0
    for i in range.lower..<range.upper {
      switch bytes[i] {
      case UInt8(ascii: "."): dots += 1
      case UInt8(ascii: ":"): colons += 1
      case let byte where byte &- 0x30 < 10 || byte | 0x20 &- 0x61 < 6: break
      default: return false
      }
    }
    return dots == 3 || colons >= 2
  }

  /// The `)` that closes the user: the first followed by `:` and a blank, or by `<`.
  private static func closing(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var i = start
    while i + 1 < end, i - start < longestPrefix {
      if bytes[i] == UInt8(ascii: ")") {
        if bytes[i + 1] == UInt8(ascii: "<") { return i }
        if bytes[i + 1] == UInt8(ascii: ":"), i + 2 < end, bytes[i + 2] == 0x20 { return i }
      }
      i += 1
    }
    return nil
  }

  private static func nameEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i < end, i - start <= longestName {
      let byte = bytes[i]
      guard byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") else {
        break
      }
      i += 1
    }
    let count = i - start
    return count >= 2 && count <= longestName ? i : start
  }

  /// Whether a line of Dovecot's own file stands here: `name: ` or `name(…`.
  static func isProcess(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let i = nameEnd(bytes, start, end)
    guard i > start, i + 1 < end else { return false }
    return bytes[i] == UInt8(ascii: "(") || bytes[i] == UInt8(ascii: ":") && bytes[i + 1] == 0x20
  }

  /// The same for a process that Dovecot is known to have: for lines that nothing else tells apart.
  static func isKnownProcess(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard isProcess(bytes, start, end) else { return false }
    let name = ByteRange(start, nameEnd(bytes, start, end))
    return processes.contains { name.count == $0.utf8CodeUnitCount && TagParser.starts(bytes, name, $0) }
  }

  /// Services of dovecot.conf that log (Dovecot 2.2 to 2.4).
  private static let processes: [StaticString] = [
    "imap-login", "pop3-login", "imap", "pop3", "lmtp", "auth", "auth-worker", "master", "lda", "submission",
    "submission-login", "managesieve", "managesieve-login", "anvil", "config", "stats", "indexer-worker", "dict",
    "doveadm", "replicator", "quota-status", "imap-hibernate", "imap-urlauth", "indexer",
  ]

  /// Whether a process prefix and a level stand here: only Dovecot's own file has both.
  static func hasLevel(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = nameEnd(bytes, start, end)
    guard i > start, i < end else { return false }
    while i + 1 < end, i - start < longestPrefix, !(bytes[i] == UInt8(ascii: ":") && bytes[i + 1] == 0x20) { i += 1 }
    guard i + 2 < end else { return false }
    let level = i + 2
    var stop = level
    while stop < end, stop - level < 8, bytes[stop] != UInt8(ascii: ":") { stop += 1 }
    return isLevel(bytes, ByteRange(level, stop))
  }

  private static func isLevel(_ bytes: borrowing Span<UInt8>, _ word: ByteRange) -> Bool {
    switch word.count {
    case 4: TagParser.starts(bytes, word, "Info")
    case 5:
      TagParser.starts(bytes, word, "Error") || TagParser.starts(bytes, word, "Fatal")
        || TagParser.starts(bytes, word, "Panic") || TagParser.starts(bytes, word, "Debug")
    case 7: TagParser.starts(bytes, word, "Warning")
    default: false
    }
  }

  private static func stripInfo(_ bytes: borrowing Span<UInt8>, _ frame: inout LineFrame) {
    let start = frame.message.lower
    guard frame.message.count >= 6, bytes[start] == UInt8(ascii: "I"), bytes[start + 4] == UInt8(ascii: ":"),
      bytes[start + 5] == 0x20, TagParser.starts(bytes, frame.message, "Info")
    else { return }
    frame.message = ByteRange(start + 6, frame.message.upper)
  }

  private static func isNumber(_ bytes: borrowing Span<UInt8>, _ range: ByteRange) -> Bool {
    number(bytes, range) != nil
  }

  private static func number(_ bytes: borrowing Span<UInt8>, _ range: ByteRange) -> Int32? {
    guard range.count > 0, range.count <= 9 else { return nil }
    var value: Int32 = 0
    for i in range.lower..<range.upper {
      guard bytes[i] &- 0x30 < 10 else { return nil }
      value = value * 10 + Int32(bytes[i] &- 0x30)
    }
    return value
  }
}
