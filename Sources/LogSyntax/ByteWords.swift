import MailEvents

/// Searches eight bytes at a time.
enum ByteWords {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The first byte at or behind `start` that may end a tag's name: a blank or control character, `(`, `:`, `[`; or `end`.
  /// May stop early at another byte, never late.
  @inline(__always)
  static func skipName(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i + 8 <= end {
      let word = bytes.word(at: i)
      let found =
        below21(word) | equal(word, UInt8(ascii: "(")) | equal(word, UInt8(ascii: ":")) | equal(word, UInt8(ascii: "["))
      if found != 0 { return i + found.trailingZeroBitCount / 8 }
      i += 8
    }
    while i < end {
      let byte = bytes[i]
      if byte <= 0x20 || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") {
        return i
      }
      i += 1
    }
    return end
  }

  /// The first blank at or behind `start`, or `end`.
  @inline(__always)
  static func nextBlank(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i + 8 <= end {
      let word = bytes.word(at: i)
      let found = equal(word, 0x20)
      if found != 0 { return i + found.trailingZeroBitCount / 8 }
      i += 8
    }
    while i < end, bytes[i] != 0x20 { i += 1 }
    return i
  }

  /// Bit 7 of the lowest byte that equals `byte` is set; above it there may be false ones (the borrow runs upwards).
  @inline(__always)
  private static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
    let x = word ^ (ones &* UInt64(byte))
    return (x &- ones) & ~x & highs
  }

  /// The same for bytes below 0x21.
  @inline(__always)
  private static func below21(_ word: UInt64) -> UInt64 { (word &- ones &* 0x21) & ~word & highs }
}
