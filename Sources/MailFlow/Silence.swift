import MailEvents

/// A server, or the whole log, that wrote nothing for much longer than its rhythm.
public struct Silence: Sendable, Equatable {
  /// Nil: no mail program wrote anything.
  public var server: MailServer?
  /// Where the silence begins and ends, as exact as the histograms' buckets.
  public var start: Timestamp
  public var end: Timestamp
  /// So many lines were to be expected meanwhile.
  public var expected: Int
  /// It lasts until the log ends.
  public var isOpen: Bool

  /// What a rule reads of it: `nothing from dovecot in the last 620 s of the log; 45 lines were to be expected`.
  public var text: String {
    let who = server.map(\.rawValue) ?? "any mail program"
    let seconds = end.seconds - start.seconds
    let when = isOpen ? "in the last \(seconds) s of the log" : "for \(seconds) s, then again"
    return "nothing from \(who) \(when); \(expected) lines were to be expected"
  }
}

/// Finds silences in histograms. Only stretches count in which others wrote, so that a quiet night is no silence.
struct SilenceFinder {
  /// By the same width, which is the widest that is needed.
  private let own: [Int]
  private let others: [Int]
  private let start: Int64
  private let width: Int64

  /// - Parameter others: what shows that time went on; empty: the own rhythm alone.
  init(own: TimeHistogram, others: TimeHistogram) {
    var whole = own
    whole.merge(others, limit: TimeHistogram.manyBuckets)
    let own = own.coarsened(toWidthOf: whole)
    let others = others.coarsened(toWidthOf: whole)
    width = whole.width
    let first = own.buckets.first?.start ?? 0
    let last = max(own.buckets.last?.start ?? 0, others.buckets.last?.start ?? 0)
    start = first
    let count = own.isEmpty ? 0 : Int((last - first) / width) + 1
    self.own = Self.row(own, first, width, count)
    self.others = Self.row(others, first, width, count)
  }

  private static func row(_ histogram: TimeHistogram, _ first: Int64, _ width: Int64, _ count: Int) -> [Int] {
    var row = [Int](repeating: 0, count: count)
    for (start, value) in histogram.buckets where start >= first {
      let place = Int((start - first) / width)
      if place < count { row[place] += value }
    }
    return row
  }

  /// The longest silence, if it is one: while others wrote in so many stretches that six of its own were to be expected
  /// among them (chance alone: 0.25 %), and twice as long as any pause besides.
  func silence(of server: MailServer) -> Silence? {
    let runs = emptyRuns()
    guard let longest = runs.first, longest.count >= 4, longest.count >= 2 * (runs.dropFirst().first?.count ?? 0) + 1
    else { return nil }
    let beside = longest.filter { others[$0] > 0 }.count
    let elsewhere = others.indices.filter { !longest.contains($0) && others[$0] > 0 }
    let together = elsewhere.filter { own[$0] > 0 }.count
    guard elsewhere.count >= 6, together >= 6 else { return nil }
    let share = Double(together) / Double(elsewhere.count)
    return made(longest, server, stretches: share * Double(beside), atLeast: 6)
  }

  /// A silence of all: three times as long as any pause besides, while twenty stretches with lines were to be expected.
  func silenceOfAll() -> Silence? {
    let runs = emptyRuns()
    guard let longest = runs.first, longest.count >= 4, longest.count >= 3 * (runs.dropFirst().first?.count ?? 0) + 1,
      longest.upperBound < own.count
    else { return nil }
    let share = Double(own.count { $0 > 0 }) / Double(max(1, own.count - longest.count))
    return made(longest, nil, stretches: share * Double(longest.count), atLeast: 20)
  }

  private func made(_ run: Range<Int>, _ server: MailServer?, stretches: Double, atLeast least: Double) -> Silence? {
    let busy = own.count { $0 > 0 }
    guard stretches >= least, busy >= 6 else { return nil }
    let lines = Double(own.reduce(0, +)) / Double(busy)
    return Silence(
      server: server, start: Timestamp(seconds: start + Int64(run.lowerBound) * width),
      end: Timestamp(seconds: start + Int64(run.upperBound) * width), expected: Int((stretches * lines).rounded()),
      isOpen: run.upperBound == own.count)
  }

  /// Runs of buckets without a line of its own, longest first.
  private func emptyRuns() -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var begin: Int?
    for i in own.indices {
      if own[i] == 0 {
        begin = begin ?? i
      } else if let from = begin {
        runs.append(from..<i)
        begin = nil
      }
    }
    if let from = begin { runs.append(from..<own.count) }
    return runs.sorted { ($1.count, $0.lowerBound) < ($0.count, $1.lowerBound) }
  }
}

extension Ledger {
  /// Servers that fell silent while others went on, and the longest silence of all.
  public func silences() -> [Silence] {
    var found: [Silence] = []
    for server in [MailServer.postfix, .exim, .dovecot] {
      var others = TimeHistogram()
      for other in MailServer.allCases where other != server {
        others.merge(activity(of: other), limit: TimeHistogram.manyBuckets)
      }
      if let silence = SilenceFinder(own: activity(of: server), others: others).silence(of: server) {
        found.append(silence)
      }
    }
    if let silence = SilenceFinder(own: activity, others: TimeHistogram()).silenceOfAll() { found.append(silence) }
    return found
  }
}
