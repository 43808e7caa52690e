import EventRules
import RuleFiles

/// Splits a message into fixed words, punctuation and values. The pieces follow each other without gaps.
struct MessageSplitter: Sendable {
  /// Words of the language of logs, in lower case: one of them behind `user` is no name.
  var knownWords: Set<String> = []

  /// Further pieces are not looked for; a message of so many is drafted by its beginning.
  static let pieceLimit = 160

  /// Lookup tables of Postfix (`postconf -m`): what may stand before the colon.
  private static let tableTypes: Set<String> = [
    "btree", "cdb", "cidr", "dbm", "environ", "fail", "hash", "inline", "internal", "ldap", "lmdb", "memcache",
    "mongodb",
    "mysql", "nis", "nisplus", "pcre", "pgsql", "pipemap", "proxy", "randmap", "regexp", "sdbm", "socketmap", "sqlite",
    "static", "tcp", "texthash", "unionmap", "unix",
  ]
  /// Ends of file names that are no domains.
  private static let fileEndings: Set<String> = [
    "c", "cc", "cf", "conf", "cpp", "crt", "db", "ext", "h", "key", "lock", "log", "lua", "map", "pem", "pid", "pl",
    "py",
    "sh", "sieve", "so", "sock", "svbin", "tmp", "yaml",
  ]
  /// A word behind one of these that is no word of the language is a name.
  private static let introductions: Set<String> = [
    "account", "by", "client", "domain", "for", "from", "host", "identity", "login", "mailbox", "recipient", "sender",
    "server", "to", "user", "username",
  ]

  func split(_ bytes: [UInt8]) -> [MessagePiece] {
    var pieces: [MessagePiece] = []
    var position = 0
    while position < bytes.count, pieces.count < Self.pieceLimit {
      let byte = bytes[position]
      if Self.isControl(byte) {
        append(.odd, position, Self.run(bytes, position) { $0 != 0x20 }, &pieces, &position)
      } else if let end = quotedEnd(bytes, position) {
        append(.quoted, position, end, &pieces, &position)
      } else if let inside = enclosed(bytes, position) {
        append(.mark, position, position + 1, &pieces, &position)
        append(inside.kind, position, inside.end, &pieces, &position)
        append(.mark, position, position + 1, &pieces, &position)
      } else if let value = value(bytes, position, after: pieces) {
        append(value.kind, position, value.end, &pieces, &position)
      } else {
        append(.mark, position, position + 1, &pieces, &position)
      }
    }
    return pieces
  }

  private func append(
    _ kind: MessagePiece.Kind, _ start: Int, _ end: Int, _ pieces: inout [MessagePiece], _ position: inout Int
  ) {
    pieces.append(MessagePiece(kind: kind, range: start..<end))
    position = end
  }

  // MARK: Text between marks

  private func quotedEnd(_ bytes: [UInt8], _ position: Int) -> Int? {
    guard let end = ValueProbe.end(of: .quoted, in: bytes, at: position),
      !bytes[position..<end].contains(where: Self.isControl)
    else { return nil }
    return end
  }

  /// `<address>`, `<identifier>`, `'text'`: the kind of what is inside and where that ends.
  private func enclosed(_ bytes: [UInt8], _ position: Int) -> (kind: MessagePiece.Kind, end: Int)? {
    let isAngle = bytes[position] == UInt8(ascii: "<")
    let close = isAngle ? UInt8(ascii: ">") : bytes[position]
    guard isAngle || close == UInt8(ascii: "'"),
      let end = bytes[(position + 1)...].firstIndex(of: close)
    else { return nil }
    let inside = bytes[(position + 1)..<end]
    if isAngle {
      if inside.isEmpty { return (.address, end) }
      if inside.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "<") }) { return nil }
      return (inside.contains(UInt8(ascii: "@")) ? .address : .enclosed, end)
    }
    // An apostrophe inside a word (can't) opens nothing.
    let isOpen = position == 0 || !Self.isAlphanumeric(bytes[position - 1])
    let isClosed = end + 1 == bytes.count || !Self.isAlphanumeric(bytes[end + 1])
    return isOpen && isClosed && !inside.isEmpty ? (.enclosed, end) : nil
  }

  // MARK: Values and words

  private func value(
    _ bytes: [UInt8], _ position: Int, after pieces: [MessagePiece]
  ) -> (kind: MessagePiece.Kind, end: Int)? {
    if let end = ValueProbe.end(of: .ip, in: bytes, at: position), !Self.continues(bytes, end),
      Self.isAddress(bytes[position..<end])
    {
      return (.ip, end)
    }
    let run = Self.run(bytes, position, Self.isTokenByte)
    if run > position, bytes[position] != UInt8(ascii: "@"),
      bytes[position..<run].dropLast().contains(UInt8(ascii: "@"))
    {
      return (.address, run)
    }
    if let located = located(bytes, position) { return located }
    guard Self.isAlphanumeric(bytes[position]) || bytes[position] >= 128 || isNegative(bytes, position, pieces) else {
      return nil
    }
    if let end = ValueProbe.end(of: .duration, in: bytes, at: position), !Self.continues(bytes, end),
      Self.hasUnits(bytes[position..<end])
    {
      return (.duration, end)
    }
    var end = Self.run(bytes, position, ValueProbe.isWord)
    while end > position + 1, ".!?/|".utf8.contains(bytes[end - 1]) { end -= 1 }
    return end > position ? (kind(of: bytes, position..<end, after: pieces), end) : nil
  }

  /// A URL, a lookup table with its type, or a path.
  private func located(_ bytes: [UInt8], _ position: Int) -> (kind: MessagePiece.Kind, end: Int)? {
    func end(_ from: Int, _ isOwn: (UInt8) -> Bool) -> Int {
      var end = Self.run(bytes, from, isOwn)
      while end > from, ".:".utf8.contains(bytes[end - 1]) { end -= 1 }
      return end
    }
    let letters = Self.run(bytes, position, Self.isLetter)
    if letters > position, letters < bytes.count, bytes[letters] == UInt8(ascii: ":") {
      if bytes[letters...].starts(with: "://".utf8) {
        return (.url, end(letters + 3) { Self.isTokenByte($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") })
      }
      if letters + 1 < bytes.count, bytes[letters + 1] == UInt8(ascii: "/") || Self.isLetter(bytes[letters + 1]),
        Self.tableTypes.contains(String(decoding: bytes[position..<letters], as: UTF8.self))
      {
        return (.table, end(letters + 1) { Self.isTokenByte($0) || $0 == UInt8(ascii: ":") })
      }
    }
    guard bytes[position] == UInt8(ascii: "/"), position + 1 < bytes.count,
      Self.isAlphanumeric(bytes[position + 1]), position == 0 || !Self.isAlphanumeric(bytes[position - 1])
    else { return nil }
    return (.path, end(position + 1) { Self.isTokenByte($0) && $0 != UInt8(ascii: "=") })
  }

  private func kind(
    of bytes: [UInt8], _ range: Range<Int>, after pieces: [MessagePiece]
  ) -> MessagePiece.Kind {
    func isWhole(_ type: Template.FieldType) -> Bool {
      ValueProbe.end(of: type, in: bytes, at: range.lowerBound) == range.upperBound
    }
    let text = bytes[range]
    let next = range.upperBound < bytes.count ? bytes[range.upperBound] : 0
    let hasDigit = text.contains { $0 &- 0x30 < 10 }
    let hasLetter = text.contains(where: Self.isLetter)
    // A key in front of its value.
    if next == UInt8(ascii: "="), hasLetter, text.allSatisfy({ $0 < 128 }) { return .word }
    if next == UInt8(ascii: "["), text.allSatisfy(ValueProbe.isHost),
      let end = ValueProbe.end(of: .ip, in: bytes, at: range.upperBound + 1), end < bytes.count,
      bytes[end] == UInt8(ascii: "]")
    {
      return .host
    }
    if isQueueID(bytes, range, isFirst: pieces.isEmpty) { return .queueID }
    if hasDigit {
      if isWhole(.dsn) { return .dsn }
      if isWhole(.code), isReplyCode(bytes, range, pieces) { return .code }
      if isWhole(.int) { return .int }
      if isWhole(.decimal) { return .decimal }
    }
    if text.contains(where: { $0 >= 128 }) { return .name }
    if isHostName(text) { return .host }
    if hasDigit || !hasLetter { return .name }
    if let last = pieces.last, last.kind == .mark, bytes[last.range.lowerBound] == UInt8(ascii: "=") { return .name }
    return isName(bytes, range, after: pieces) ? .name : .word
  }

  /// Letters with a dot inside that do not name a file.
  private func isHostName(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.allSatisfy(ValueProbe.isHost), let dot = text.lastIndex(of: UInt8(ascii: ".")),
      dot > text.startIndex, text.endIndex - dot > 2, text[(dot + 1)...].allSatisfy(Self.isLetter)
    else { return false }
    return !Self.fileEndings.contains(String(decoding: text[(dot + 1)...], as: UTF8.self).lowercased())
  }

  /// Three digits are a reply code before an enhanced code, behind a word that says so, or at the start of a reply.
  private func isReplyCode(_ bytes: [UInt8], _ range: Range<Int>, _ pieces: [MessagePiece]) -> Bool {
    if range.upperBound + 1 < bytes.count,
      ValueProbe.end(of: .dsn, in: bytes, at: range.upperBound + 1) != nil
    {
      return true
    }
    guard let before = previousWord(bytes, pieces) else { return false }
    return ["said", "reply", "code", "response", "error", "smtp"].contains(before)
  }

  /// Hexadecimal digits alone also make numbers and words, so more is asked of a queue ID than its form.
  private func isQueueID(_ bytes: [UInt8], _ range: Range<Int>, isFirst: Bool) -> Bool {
    guard ValueProbe.end(of: .queueid, in: bytes, at: range.lowerBound) == range.upperBound else { return false }
    let isHead =
      isFirst && range.upperBound < bytes.count && [0x20, UInt8(ascii: ":")].contains(bytes[range.upperBound])
    return isHead || range.count >= 8 && bytes[range].contains(where: Self.isLetter)
  }

  private func isName(_ bytes: [UInt8], _ range: Range<Int>, after pieces: [MessagePiece]) -> Bool {
    guard let before = previousWord(bytes, pieces), Self.introductions.contains(before) else { return false }
    return !knownWords.contains(String(decoding: bytes[range], as: UTF8.self).lowercased())
  }

  /// The word before, with nothing but blanks and colons between.
  private func previousWord(_ bytes: [UInt8], _ pieces: [MessagePiece]) -> String? {
    let last = pieces.last {
      $0.kind != .mark || !" :".utf8.contains(bytes[$0.range.lowerBound])
    }
    guard let last, last.kind == .word else { return nil }
    return String(decoding: bytes[last.range], as: UTF8.self).lowercased()
  }

  private func isNegative(_ bytes: [UInt8], _ position: Int, _ pieces: [MessagePiece]) -> Bool {
    bytes[position] == UInt8(ascii: "-") && position + 1 < bytes.count && bytes[position + 1] &- 0x30 < 10
      && (position == 0 || !Self.isAlphanumeric(bytes[position - 1]))
  }

  /// The type also takes times of day and numbers between colons.
  private static func isAddress(_ value: ArraySlice<UInt8>) -> Bool {
    let colons = value.count { $0 == UInt8(ascii: ":") }
    if colons == 0 || value.starts(with: "IPv6:".utf8) { return true }
    let isShortened = zip(value, value.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: ":") }
    return isShortened || colons == 7 && value.first != UInt8(ascii: ":")
  }

  /// The type takes any letters behind a number; here they have to be units of time.
  private static func hasUnits(_ value: ArraySlice<UInt8>) -> Bool {
    let units = value.split { !isLetter($0) }
    return !units.isEmpty
      && units.allSatisfy { unit in
        let text = String(decoding: unit, as: UTF8.self).lowercased()
        return ["us", "ms", "s", "m", "h", "d", "w"].contains(text)
          || ["sec", "min", "hour", "day", "msec", "week"].contains { text.hasPrefix($0) }
      }
  }

  // MARK: Bytes

  private static func run(_ bytes: [UInt8], _ start: Int, _ isOwn: (UInt8) -> Bool) -> Int {
    var end = start
    while end < bytes.count, isOwn(bytes[end]) { end += 1 }
    return end
  }

  /// A value that ends in the middle of a word is none.
  private static func continues(_ bytes: [UInt8], _ end: Int) -> Bool {
    end < bytes.count && (isAlphanumeric(bytes[end]) || "_-".utf8.contains(bytes[end]) || bytes[end] >= 128)
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && !",;:()[]<>\"'{}".utf8.contains(byte)
  }

  private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || isLetter(byte) }
}
