/// Delays in seconds, in buckets of a twelfth of a power of two between 10 ms and 100 days: quantiles are right within 6 %.
public struct DelayHistogram: Sendable, Equatable {
  private static let bucketsPerOctave = 12
  private static let bucketCount = 12 * 30
  private var counts = ContiguousArray<UInt32>(repeating: 0, count: bucketCount)
  public private(set) var total = 0

  public init() {}

  mutating func add(milliseconds: Int) {
    counts[Self.bucket(milliseconds)] &+= 1
    total += 1
  }

  mutating func merge(_ other: DelayHistogram) {
    for i in counts.indices { counts[i] &+= other.counts[i] }
    total += other.total
  }

  /// Bucket by the position of the highest bit and the twelfth of the octave that follows.
  private static func bucket(_ milliseconds: Int) -> Int {
    let value = max(1, milliseconds / 10 + 1)
    let octave = 63 - UInt64(value).leadingZeroBitCount
    let within = ((value - (1 << octave)) * bucketsPerOctave) >> octave
    return min(bucketCount - 1, octave * bucketsPerOctave + within)
  }

  /// The delay in seconds that the given share of deliveries stayed under; nil without deliveries.
  public func quantile(_ share: Double) -> Double? {
    guard total > 0 else { return nil }
    let target = Int((Double(total) * share).rounded(.up))
    var seen = 0
    for (i, count) in counts.enumerated() {
      seen += Int(count)
      guard seen >= target, count > 0 else { continue }
      let octave = i / Self.bucketsPerOctave
      let within = Double(i % Self.bucketsPerOctave) + 0.5
      let value = Double(1 << octave) * (1 + within / Double(Self.bucketsPerOctave))
      return max(0, value - 1) / 100
    }
    return nil
  }
}
