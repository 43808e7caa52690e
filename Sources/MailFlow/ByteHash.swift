import MailEvents

/// Hashes of byte ranges. Keys come from strangers, so the hash is seeded anew for each run of the program; all ledgers of
/// a run share the seed, so that they merge.
@usableFromInline
enum ByteHash {
  static let seed: UInt64 = .random(in: 1...(.max))

  @inline(__always)
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// Hash of bytes[range]; ASCII letters count as lower case when `folding`.
  static func hash(
    _ bytes: borrowing Span<UInt8>, _ range: ByteRange, folding: Bool = false, seed: UInt64
  ) -> UInt64 {
    var h = seed ^ 0x9E37_79B9_7F4A_7C15 &* UInt64(range.count &+ 1)
    var i = range.lower
    let end = range.upper
    while i < end {
      var word: UInt64 = 0
      let stop = min(i + 8, end)
      while i < stop {
        var byte = bytes[i]
        if folding, byte &- 0x41 < 26 { byte |= 0x20 }
        word = word << 8 | UInt64(byte)
        i += 1
      }
      h = mix(h ^ word, 0xA076_1D64_78BD_642F)
    }
    return mix(h ^ 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3)
  }
}
