import MailEvents

/// Counts over time in at most 64 buckets. The bucket width is the smallest power of two seconds that fits the span from
/// the first to the last time, so it depends on the times alone and not on their order: histograms merge exactly.
public struct TimeHistogram: Sendable, Equatable {
  static let bucketLimit: Int64 = 64

  /// Bucket width is 2^shift seconds.
  private(set) var shift: Int64 = 0
  private(set) var firstBucket: Int64 = 0
  private(set) var counts: ContiguousArray<UInt32> = []

  public init() {}

  public var isEmpty: Bool { counts.isEmpty }

  public mutating func add(_ time: Timestamp, count: UInt32 = 1) {
    guard time.isKnown else { return }
    if counts.isEmpty {
      firstBucket = time.seconds >> shift
      counts = [count]
      return
    }
    var bucket = time.seconds >> shift
    let last = firstBucket + Int64(counts.count) - 1
    if bucket >= firstBucket, bucket <= last {
      counts[Int(bucket - firstBucket)] &+= count
      return
    }
    while max(bucket, lastBucket) - min(bucket, firstBucket) >= Self.bucketLimit {
      coarsen()
      bucket = time.seconds >> shift
    }
    cover(bucket)
    counts[Int(bucket - firstBucket)] &+= count
  }

  public mutating func merge(_ other: TimeHistogram) {
    guard !other.isEmpty else { return }
    guard !isEmpty else {
      self = other
      return
    }
    var other = other
    while shift < other.shift { coarsen() }
    while other.shift < shift { other.coarsen() }
    while max(lastBucket, other.lastBucket) - min(firstBucket, other.firstBucket) >= Self.bucketLimit {
      coarsen()
      other.coarsen()
    }
    cover(other.firstBucket)
    cover(other.lastBucket)
    for (i, count) in other.counts.enumerated() {
      counts[Int(other.firstBucket - firstBucket) + i] &+= count
    }
  }

  private var lastBucket: Int64 { firstBucket + Int64(counts.count) - 1 }

  private mutating func cover(_ bucket: Int64) {
    if bucket < firstBucket {
      counts.insert(contentsOf: repeatElement(0, count: Int(firstBucket - bucket)), at: 0)
      firstBucket = bucket
    } else if bucket > lastBucket {
      counts.append(contentsOf: repeatElement(0, count: Int(bucket - lastBucket)))
    }
  }

  private mutating func coarsen() {
    let newFirst = firstBucket >> 1
    var folded = ContiguousArray<UInt32>(repeating: 0, count: Int((lastBucket >> 1) - newFirst) + 1)
    for (i, count) in counts.enumerated() {
      folded[Int(((firstBucket + Int64(i)) >> 1) - newFirst)] &+= count
    }
    counts = folded
    firstBucket = newFirst
    shift += 1
  }

  /// The same counts in buckets as wide as those of `other`, where that are wider.
  public func coarsened(toWidthOf other: TimeHistogram) -> TimeHistogram {
    var result = self
    while !result.isEmpty, result.shift < other.shift { result.coarsen() }
    return result
  }

  /// Seconds of the longest run of empty buckets between two that are not.
  public var longestPause: Int64 {
    var longest = 0
    var run = 0
    for count in counts {
      run = count == 0 ? run + 1 : 0
      longest = max(longest, run)
    }
    return Int64(longest) << shift
  }

  /// Bucket width in seconds.
  public var width: Int64 { 1 << shift }

  /// Counts with the start of each bucket, in time order; empty buckets included.
  public var buckets: [(start: Int64, count: Int)] {
    counts.enumerated().map { (start: (firstBucket + Int64($0.offset)) << shift, count: Int($0.element)) }
  }

  /// How many fell into buckets that touch the seconds from `start` to `end`.
  public func count(from start: Int64, through end: Int64) -> Int {
    guard !isEmpty, end >= start else { return 0 }
    var sum = 0
    for (bucketStart, count) in buckets where bucketStart + width > start && bucketStart <= end {
      sum += count
    }
    return sum
  }
}
