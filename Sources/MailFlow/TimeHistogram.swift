import MailEvents

/// Counts over time in at most 64 buckets (or another limit). The bucket width is the smallest power of two seconds that fits the span from
/// the first to the last time, so it depends on the times alone and not on their order: histograms merge exactly.
public struct TimeHistogram: Sendable, Equatable {
  static let bucketLimit: Int64 = 64
  /// For counts of which there is one: an outage of minutes shows in a log of days.
  static let manyBuckets: Int64 = 2048
  /// For counts of which there are many, one for each client.
  static let fewBuckets: Int64 = 32

  /// Bucket width is 2^shift seconds.
  private(set) var shift: Int64 = 0
  private(set) var firstBucket: Int64 = 0
  /// Empty while all is in one bucket: most keys have few lines, and need no memory of their own then.
  private var several: ContiguousArray<UInt32> = []
  private var only: UInt32 = 0

  public init() {}

  public var isEmpty: Bool { only == 0 && several.isEmpty }

  private var bucketCount: Int { several.isEmpty ? (only == 0 ? 0 : 1) : several.count }

  /// By bucket, from the first.
  var counts: ContiguousArray<UInt32> { several.isEmpty ? (only == 0 ? [] : [only]) : several }

  public static func == (a: TimeHistogram, b: TimeHistogram) -> Bool {
    a.shift == b.shift && a.firstBucket == b.firstBucket && a.counts == b.counts
  }

  private mutating func spread() {
    guard several.isEmpty, only > 0 else { return }
    several = [only]
    only = 0
  }

  public mutating func add(_ time: Timestamp, count: UInt32 = 1) { add(time, count: count, limit: Self.bucketLimit) }

  /// - Parameter limit: of the number of buckets; the same for all that is counted here and merged.
  mutating func add(_ time: Timestamp, count: UInt32 = 1, limit: Int64) {
    guard time.isKnown else { return }
    var bucket = time.seconds >> shift
    if several.isEmpty {
      if only == 0 { firstBucket = bucket }
      if bucket == firstBucket {
        only &+= count
        return
      }
      spread()
    } else if bucket >= firstBucket, bucket <= lastBucket {
      several[Int(bucket - firstBucket)] &+= count
      return
    }
    let steps = Self.coarsening(from: min(bucket, firstBucket), to: max(bucket, lastBucket), limit)
    coarsen(by: steps)
    bucket >>= steps
    cover(bucket)
    several[Int(bucket - firstBucket)] &+= count
  }

  public mutating func merge(_ other: TimeHistogram) { merge(other, limit: Self.bucketLimit) }

  mutating func merge(_ other: TimeHistogram, limit: Int64) {
    guard !other.isEmpty else { return }
    guard !isEmpty else {
      self = other
      return
    }
    if other.shift <= shift, other.bucketCount <= 8 {
      // Few buckets, none of them wider: each is counted where its time falls.
      for (i, count) in other.counts.enumerated() where count > 0 {
        add(Timestamp(seconds: (other.firstBucket + Int64(i)) << other.shift), count: count, limit: limit)
      }
      return
    }
    var other = other
    spread()
    other.spread()
    let wider = max(shift, other.shift)
    coarsen(by: wider - shift)
    other.coarsen(by: wider - other.shift)
    let steps = Self.coarsening(
      from: min(firstBucket, other.firstBucket), to: max(lastBucket, other.lastBucket), limit)
    coarsen(by: steps)
    other.coarsen(by: steps)
    cover(other.firstBucket)
    cover(other.lastBucket)
    for (i, count) in other.several.enumerated() {
      several[Int(other.firstBucket - firstBucket) + i] &+= count
    }
  }

  private var lastBucket: Int64 { firstBucket + Int64(bucketCount) - 1 }

  private mutating func cover(_ bucket: Int64) {
    if bucket < firstBucket {
      several.insert(contentsOf: repeatElement(0, count: Int(firstBucket - bucket)), at: 0)
      firstBucket = bucket
    } else if bucket > lastBucket {
      several.append(contentsOf: repeatElement(0, count: Int(bucket - lastBucket)))
    }
  }

  /// How often bucket widths must double for these buckets to be within the limit.
  private static func coarsening(from first: Int64, to last: Int64, _ limit: Int64) -> Int64 {
    var steps: Int64 = 0
    while (last >> steps) - (first >> steps) >= limit { steps += 1 }
    return steps
  }

  /// Doubles the bucket width so many times. In place: a count never moves up.
  private mutating func coarsen(by steps: Int64) {
    guard steps > 0, !isEmpty else { return }
    let newFirst = firstBucket >> steps
    let newCount = Int((lastBucket >> steps) - newFirst) + 1
    for i in several.indices {
      let count = several[i]
      several[i] = 0
      several[Int(((firstBucket + Int64(i)) >> steps) - newFirst)] &+= count
    }
    if !several.isEmpty { several.removeLast(several.count - newCount) }
    firstBucket = newFirst
    shift += steps
  }

  /// The same counts in buckets as wide as those of `other`, where that are wider.
  public func coarsened(toWidthOf other: TimeHistogram) -> TimeHistogram {
    var result = self
    result.coarsen(by: other.shift - shift)
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
    let first = max(firstBucket, start >> shift)
    let last = min(lastBucket, end >> shift)
    guard first <= last else { return 0 }
    if several.isEmpty { return Int(only) }
    for bucket in first...last { sum += Int(several[Int(bucket - firstBucket)]) }
    return sum
  }
}
