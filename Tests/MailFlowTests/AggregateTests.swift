import MailEvents
import Testing

@testable import MailFlow

/// Aggregates merge: parts in any grouping equal the whole.
@Suite("Mergeable aggregates")
struct AggregateTests {
  @Test("a histogram of parts equals the histogram of the whole", arguments: 0..<20)
  func histogram(seed: Int) {
    let times = (0..<Int.random(in: 1...300)).map { _ in
      Timestamp(seconds: 1_700_000_000 + Int64.random(in: 0...Int64([10, 1000, 1_000_000].randomElement()!)))
    }
    var whole = TimeHistogram()
    for time in times { whole.add(time) }
    let cut = Int.random(in: 0...times.count)
    var left = TimeHistogram()
    var right = TimeHistogram()
    for time in times[..<cut] { left.add(time) }
    for time in times[cut...].shuffled() { right.add(time) }
    left.merge(right)
    #expect(left == whole)
    #expect(whole.buckets.reduce(0) { $0 + $1.count } == times.count)
    #expect(whole.buckets.count <= 64)
  }

  @Test("counts in a span of time are those of its buckets")
  func histogramSpan() {
    var histogram = TimeHistogram()
    for second in 0..<10 { histogram.add(Timestamp(seconds: Int64(100 + second))) }
    #expect(histogram.count(from: 100, through: 109) == 10)
    #expect(histogram.count(from: 105, through: 106) == 2)
    #expect(histogram.count(from: 200, through: 300) == 0)
  }

  @Test(
    "a distinct count is exact up to 1,024 and within 13 % beyond (four standard errors)",
    arguments: [0, 1, 2, 1023, 1024, 1025, 5000, 20_000])
  func distinct(count: Int) {
    var set = DistinctSet()
    for value in 0..<count {
      for _ in 0..<2 { set.insert(ByteHash.mix(UInt64(value) &+ 1, 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93) }
    }
    if count <= 1024 {
      #expect(set.isExact && set.count == count)
    } else {
      #expect(!set.isExact)
      #expect(abs(Double(set.count) - Double(count)) < 0.13 * Double(count))
    }
  }

  @Test("distinct sets merge exactly", arguments: [10, 200, 300, 5000])
  func distinctMerge(count: Int) {
    let values = (0..<count).map { _ in UInt64.random(in: 0...(.max)) }
    var whole = DistinctSet()
    var left = DistinctSet()
    var right = DistinctSet()
    for (i, value) in values.enumerated() {
      whole.insert(value)
      if i % 3 == 0 { left.insert(value) } else { right.insert(value) }
    }
    left.merge(right)
    #expect(left == whole)
  }

  @Test("delay quantiles are right within 6 %")
  func delays() throws {
    var delays = DelayHistogram()
    for i in 1...1000 { delays.add(milliseconds: i * 100) }
    let median = try #require(delays.quantile(0.5))
    #expect(abs(median - 50) < 3.5)
    let p99 = try #require(delays.quantile(0.99))
    #expect(abs(p99 - 99) < 6)
    #expect(DelayHistogram().quantile(0.5) == nil)
  }

  @Test(
    "delays are read as Postfix and Exim write them",
    arguments: [
      ("1.4", 1400), ("0.03", 30), ("86401", 86_401_000), ("1m30s", 90_000), ("250ms", 250), ("2d4h", 187_200_000),
    ])
  func delayText(text: String, expected: Int) {
    let bytes = Array(text.utf8)
    #expect(Ledger.milliseconds(ByteRange(0, bytes.count), bytes.span) == expected)
  }

  @Test("a table keeps every key apart, up to its limit")
  func table() {
    var table = ByteTable(limit: 1000)
    for round in 0..<2 {
      for i in 0..<1500 {
        let key = Array("key\(i)".utf8)
        let hash = ByteHash.hash(key.span, ByteRange(0, key.count), seed: 7)
        #expect(table.insert(key.span, hash: hash) == (i < 1000 ? i : -1), "round \(round)")
      }
    }
    #expect(Array(table.key(999)) == Array("key999".utf8))
  }
}
