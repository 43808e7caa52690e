import MailEvents
import Synchronization

/// Hashes of byte ranges. Keys come from strangers, so the hash is seeded anew for each run of the program; all ledgers of
/// a run share the seed, so that they merge.
public enum ByteHash {
  public static let seed: UInt64 = {
    let earlier = adopted.load(ordering: .relaxed)
    return earlier != 0 ? earlier : .random(in: 1...(.max))
  }()

  private static let adopted = Atomic<UInt64>(0)

  /// Goes on with the seed of an earlier run; to be called before anything is hashed.
  public static func adopt(seed: UInt64) { adopted.store(seed, ordering: .relaxed) }

  @inline(__always)
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// Where the hash of a key of several values begins, for keys of different kinds.
  static func salt(_ kind: Int) -> UInt64 { mix(seed &+ UInt64(kind), 0xD6E8_FEB8_6659_FD93) }

  /// The hash of a key, one value longer.
  @inline(__always)
  static func combine(_ key: UInt64, _ value: UInt64) -> UInt64 { mix(key ^ value, 0xA076_1D64_78BD_642F) &+ value }

  /// Hash of bytes[range]; ASCII letters count as lower case when `folding`.
  public static func hash(
    _ bytes: borrowing Span<UInt8>, _ range: ByteRange, folding: Bool = false, seed: UInt64
  ) -> UInt64 {
    var h = seed ^ 0x9E37_79B9_7F4A_7C15 &* UInt64(range.count &+ 1)
    var i = range.lower
    let end = range.upper
    while i + 8 <= end {
      var word = bytes.word(at: i)
      if folding { word = lowercased(word) }
      h = mix(h ^ word, 0xA076_1D64_78BD_642F)
      i += 8
    }
    if i < end {
      var word: UInt64 = 0
      while i < end {
        word = word << 8 | UInt64(bytes[i])
        i += 1
      }
      if folding { word = lowercased(word) }
      h = mix(h ^ word, 0xA076_1D64_78BD_642F)
    }
    return mix(h ^ 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3)
  }

  /// Eight bytes with ASCII capitals made small.
  @inline(__always)
  static func lowercased(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let low = word & (ones &* 0x7F)
    // Bit 7 of a byte is set where it is at least 'A', and where it is more than 'Z'.
    let atLeastA = low &+ ones &* (0x80 - 0x41)
    let aboveZ = low &+ ones &* (0x80 - 0x5B)
    let isCapital = (atLeastA & ~aboveZ & ~word) & (ones &* 0x80)
    return word | isCapital >> 2
  }
}
