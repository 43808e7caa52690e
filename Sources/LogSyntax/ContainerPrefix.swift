/// What container runtimes put before a line.
enum ContainerPrefix {
  private static let longestName = 80

  /// Behind docker-compose's `postfix-1  | `, with or without colours; nil when there is none.
  static func end(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var i = skipColour(bytes, start, end)
    let name = i
    while i < end, i - name < longestName, isNameByte(bytes[i]) { i += 1 }
    guard i > name else { return i > start && i < end ? i : nil }
    let nameEnd = i
    while i < end, bytes[i] == 0x20 { i += 1 }
    guard i > nameEnd, i < end, bytes[i] == UInt8(ascii: "|") else { return nil }
    i = skipColour(bytes, i + 1, end)
    if i < end, bytes[i] == 0x20 { i += 1 }
    return skipColour(bytes, i, end)
  }

  /// Behind `stdout F ` or `stderr P ` (Kubernetes CRI logging format); nil when there is none.
  static func criEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard start + 9 <= end, bytes[start] == UInt8(ascii: "s"), bytes[start + 1] == UInt8(ascii: "t"),
      bytes[start + 2] == UInt8(ascii: "d"), bytes[start + 6] == 0x20, bytes[start + 8] == 0x20,
      bytes[start + 7] == UInt8(ascii: "F") || bytes[start + 7] == UInt8(ascii: "P")
    else { return nil }
    return start + 9
  }

  /// Behind `ESC [ … m` sequences.
  private static func skipColour(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i + 2 < end, bytes[i] == 0x1B, bytes[i + 1] == UInt8(ascii: "[") {
      var j = i + 2
      while j < end, bytes[j] &- 0x30 < 10 || bytes[j] == UInt8(ascii: ";") { j += 1 }
      guard j < end, bytes[j] == UInt8(ascii: "m") else { return i }
      i = j + 1
    }
    return i
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: ".")
  }
}
