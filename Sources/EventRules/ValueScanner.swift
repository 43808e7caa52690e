import MailEvents
import RuleFiles

/// Finds the end of one value of a type. Values are possessive: a value ends at the first byte that is not its own.
enum ValueScanner {
  /// What was found: the value and where the line goes on. `next` is -1 when there is no value of the type.
  struct Found {
    var value: ByteRange
    var next: Int

    @inline(__always)
    static var nothing: Found { Found(value: .none, next: -1) }

    @inline(__always)
    init(value: ByteRange, next: Int) {
      self.value = value
      self.next = next
    }

    @inline(__always)
    init(_ start: Int, _ end: Int) {
      value = ByteRange(start, end)
      next = end
    }
  }

  @inline(__always)
  static func scan(
    _ type: Template.FieldType, _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int
  ) -> Found {
    switch type {
    case .ip: ip(bytes, position, end)
    case .host: run(bytes, position, end) { ByteClasses.isHost($0) }
    case .int: int(bytes, position, end)
    case .decimal: decimal(bytes, position, end)
    case .duration: duration(bytes, position, end)
    case .word: run(bytes, position, end) { ByteClasses.isWord($0) }
    case .token: run(bytes, position, end) { $0 > 0x20 && $0 != 0x7F }
    case .quoted: quoted(bytes, position, end)
    case .address: address(bytes, position, end)
    case .queueid: queueID(bytes, position, end)
    case .dsn: enhancedStatusCode(bytes, position, end)
    case .code: replyCode(bytes, position, end)
    case .pairs, .eximfields, .free, .greedy, .rest: .nothing
    }
  }

  @inline(__always)
  static func run(
    _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int, _ isOwn: (UInt8) -> Bool
  ) -> Found {
    var i = position
    while i < end, isOwn(bytes[i]) { i += 1 }
    return i > position ? Found(position, i) : .nothing
  }

  static func int(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    var i = position
    if i < end, bytes[i] == UInt8(ascii: "-") { i += 1 }
    let digits = i
    while i < end, ByteClasses.isDigit(bytes[i]) { i += 1 }
    return i > digits ? Found(position, i) : .nothing
  }

  static func decimal(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    let whole = int(bytes, position, end)
    guard whole.next >= 0 else { return .nothing }
    var i = whole.next
    if i + 1 < end, bytes[i] == UInt8(ascii: "."), ByteClasses.isDigit(bytes[i + 1]) {
      i += 1
      while i < end, ByteClasses.isDigit(bytes[i]) { i += 1 }
    }
    return Found(position, i)
  }

  /// `12`, `0.03s`, `1m30s`, `250ms`, `3 secs`.
  static func duration(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    var i = position
    var any = false
    while i < end, ByteClasses.isDigit(bytes[i]) {
      i = decimal(bytes, i, end).next
      any = true
      var letters = i
      while letters < end, letters - i < 8, ByteClasses.isLetter(bytes[letters]) { letters += 1 }
      if letters == i { break }
      i = letters
    }
    guard any else { return .nothing }
    if i + 3 < end, bytes[i] == UInt8(ascii: " "), isUnit(bytes, i + 1, end) {
      i += 1
      while i < end, ByteClasses.isLetter(bytes[i]) { i += 1 }
    }
    return Found(position, i)
  }

  /// `sec…`, `min…`, `hour…`, `day…`, `msec…`
  private static func isUnit(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Bool {
    guard position + 2 < end else { return false }
    let three = (bytes[position] | 0x20, bytes[position + 1] | 0x20, bytes[position + 2] | 0x20)
    return three == (UInt8(ascii: "s"), UInt8(ascii: "e"), UInt8(ascii: "c"))
      || three == (UInt8(ascii: "m"), UInt8(ascii: "i"), UInt8(ascii: "n"))
      || three == (UInt8(ascii: "h"), UInt8(ascii: "o"), UInt8(ascii: "u"))
      || three == (UInt8(ascii: "d"), UInt8(ascii: "a"), UInt8(ascii: "y"))
      || three == (UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "e"))
  }

  static func quoted(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    guard position < end, bytes[position] == UInt8(ascii: "\"") else { return .nothing }
    var i = position + 1
    while i < end, bytes[i] != UInt8(ascii: "\"") {
      i += bytes[i] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard i < end else { return .nothing }
    return Found(value: ByteRange(position + 1, i), next: i + 1)
  }

  static func replyCode(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    guard position + 3 <= end, bytes[position] >= UInt8(ascii: "2"),
      bytes[position] <= UInt8(ascii: "5"), ByteClasses.isDigit(bytes[position + 1]),
      ByteClasses.isDigit(bytes[position + 2])
    else { return .nothing }
    if position + 3 < end, ByteClasses.isDigit(bytes[position + 3]) { return .nothing }
    return Found(position, position + 3)
  }

  /// RFC 3463: class 2, 4 or 5, then two numbers of up to three digits.
  static func enhancedStatusCode(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    guard position + 5 <= end, bytes[position + 1] == UInt8(ascii: ".") else { return .nothing }
    let first = bytes[position]
    guard first == UInt8(ascii: "2") || first == UInt8(ascii: "4") || first == UInt8(ascii: "5") else {
      return .nothing
    }
    var i = position + 2
    let subject = i
    while i < end, i - subject < 3, ByteClasses.isDigit(bytes[i]) { i += 1 }
    guard i > subject, i < end, bytes[i] == UInt8(ascii: ".") else { return .nothing }
    i += 1
    let detail = i
    while i < end, i - detail < 3, ByteClasses.isDigit(bytes[i]) { i += 1 }
    guard i > detail else { return .nothing }
    if i < end, ByteClasses.isDigit(bytes[i]) { return .nothing }
    return Found(position, i)
  }

  static func ip(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    if let stop = ipv4End(bytes, position, end) { return Found(position, stop) }
    var start = position
    if end - start > 5, bytes[start] == UInt8(ascii: "I"), bytes[start + 1] == UInt8(ascii: "P"),
      bytes[start + 4] == UInt8(ascii: ":")
    {
      start += 5
    }
    var i = start
    var colons = 0
    while i < end, i - start < 64 {
      let byte = bytes[i]
      if byte == UInt8(ascii: ":") {
        colons += 1
      } else if !ByteClasses.isHexDigit(byte), byte != UInt8(ascii: ".") {
        break
      }
      i += 1
    }
    guard colons >= 2 else { return .nothing }
    // A colon that only separates the address from what follows is not part of it.
    if bytes[i - 1] == UInt8(ascii: ":"), bytes[i - 2] != UInt8(ascii: ":") { i -= 1 }
    if i < end, bytes[i] == UInt8(ascii: "%") {
      i += 1
      while i < end, ByteClasses.isAlphanumeric(bytes[i]) { i += 1 }
    }
    return Found(value: ByteRange(start, i), next: i)
  }

  private static func ipv4End(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Int? {
    var i = position
    var parts = 0
    while true {
      let start = i
      var value = 0
      while i < end, i - start < 3, ByteClasses.isDigit(bytes[i]) {
        value = value &* 10 &+ Int(bytes[i] &- 0x30)
        i += 1
      }
      guard i > start, value < 256 else { return nil }
      parts += 1
      if parts == 4 { break }
      guard i < end, bytes[i] == UInt8(ascii: ".") else { return nil }
      i += 1
    }
    // Part of a longer name (`192.0.2.1.dyn.example.net`) is no address; a full stop at the end is not part of one.
    let next = i < end && bytes[i] == UInt8(ascii: ".") ? i + 1 : i
    if next < end, ByteClasses.isHost(bytes[next]), next == i || bytes[next] != UInt8(ascii: ".") { return nil }
    return i
  }

  /// An envelope address, in angle brackets or bare, possibly with a quoted local part (RFC 5321 section 4.1.2).
  static func address(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    if position < end, bytes[position] == UInt8(ascii: "<") {
      guard let close = bracketEnd(bytes, position + 1, end) else { return .nothing }
      return Found(value: ByteRange(position + 1, close), next: close + 1)
    }
    if position > 0, bytes[position - 1] == UInt8(ascii: "<") {
      guard let close = bracketEnd(bytes, position, end) else { return .nothing }
      return Found(position, close)
    }
    var i = position
    while i < end {
      let byte = bytes[i]
      if byte == UInt8(ascii: "\"") {
        let inside = quoted(bytes, i, end)
        guard inside.next >= 0 else { break }
        i = inside.next
        continue
      }
      if byte <= 0x20 || byte == UInt8(ascii: ">") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") {
        break
      }
      i += 1
    }
    if i > position, bytes[i - 1] == UInt8(ascii: ":") { i -= 1 }
    return i > position ? Found(position, i) : .nothing
  }

  /// The `>` that closes an address; one inside a quoted local part does not.
  static func bracketEnd(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Int? {
    var i = position
    while i < end {
      let byte = bytes[i]
      if byte == UInt8(ascii: ">") { return i }
      if byte == UInt8(ascii: "\""), i == position {
        let inside = quoted(bytes, i, end)
        if inside.next >= 0 {
          i = inside.next
          continue
        }
      }
      i += 1
    }
    return nil
  }

  /// Postfix: short (hexadecimal) and long (base 52) forms, `global/mail_queue.h`; Exim: 6-6-2 and, since 4.97, 6-11-4.
  static func queueID(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Found {
    let stop = min(end, position + 24)
    var i = position
    // Which of the forms all bytes so far are good for.
    var forms: UInt8 = 0xFF
    while i < stop {
      let form = ByteClasses.queueIDForms(bytes[i])
      if form == 0 { break }
      forms &= form
      i += 1
    }
    let count = i - position
    if count >= 16, isDash(bytes, position + 6) {
      if count == 16, isDash(bytes, position + 13) { return Found(position, i) }
      if count == 23, isDash(bytes, position + 18) { return Found(position, i) }
      return .nothing
    }
    if forms & ByteClasses.hexForm != 0 { return count >= 5 ? Found(position, i) : .nothing }
    if count == 7, bytes[position] == UInt8(ascii: "N"), bytes[position + 1] == UInt8(ascii: "O"),
      bytes[position + 2] == UInt8(ascii: "Q"), bytes[position + 6] == UInt8(ascii: "E")
    {
      return Found(value: .none, next: i)
    }
    guard count >= 12, count < 24 else { return .nothing }
    guard forms & ByteClasses.base52Form != 0 else { return .nothing }
    var z = false
    for j in (position + 10)..<i where bytes[j] == UInt8(ascii: "z") { z = true }
    return z ? Found(position, i) : .nothing
  }

  @inline(__always)
  private static func isDash(_ bytes: borrowing Span<UInt8>, _ i: Int) -> Bool {
    bytes[i] == UInt8(ascii: "-")
  }
}
