import MailFlow

/// A stretch in which failures prevail.
struct Incident: Sendable, Equatable {
  /// Seconds since 1970 of the first and the last failure, as exact as the histograms' buckets.
  var start: Int64
  var end: Int64
  var failures: Int
  /// Successes after the bucket of its start and before that of its end.
  var successes: Int
  /// Nothing ended it before the log did.
  var isOpen: Bool

  /// Stretches between which all is well: change points by cumulative sums (Page 1954) over the buckets of both
  /// histograms. In time order; empty where there are no successes to tell a change by, or where failures never prevail.
  static func found(failures: TimeHistogram, successes: TimeHistogram?, first: Int64, last: Int64) -> [Incident] {
    guard let successes, !successes.isEmpty else { return [] }
    var steps: [(time: Int64, failed: Int, succeeded: Int)] = []
    for (start, count) in failures.buckets where count > 0 { steps.append((max(start, first), count, 0)) }
    for (start, count) in successes.buckets where count > 0 { steps.append((start, 0, count)) }
    steps.sort { ($0.time, $0.succeeded) < ($1.time, $1.succeeded) }
    var found: [Incident] = []
    var (sum, peak) = (0.0, 0.0)
    // What began, and as much of it as reaches to the highest sum: a failure long after it is no part of it.
    var (current, whole): (Incident?, Incident?) = (nil, nil)
    var since = 0
    for step in steps {
      sum = min(memory, sum + Double(step.failed) * failureWeight - Double(step.succeeded) * successWeight)
      if step.failed > 0 {
        if current == nil { current = Incident(start: step.time, end: 0, failures: 0, successes: 0, isOpen: true) }
        current!.failures += step.failed
        current!.successes += since
        since = 0
        current!.end = min(last, step.time + failures.width - 1)
        if sum >= peak { (peak, whole) = (sum, current) }
      } else if let incident = current {
        if step.time > incident.start { since += step.succeeded }
      }
      guard sum <= 0 else { continue }
      if peak >= alarm, var ended = whole {
        ended.isOpen = false
        found.append(ended)
      }
      (sum, peak, current, whole, since) = (0, 0, nil, nil, 0)
    }
    if peak >= alarm, let whole { found.append(whole) }
    let serious = found.filter { $0.misses(successes, edge: max(failures.width, successes.width)) }
    // Too few tries to miss any: what is failing now is all that can be said.
    return serious.isEmpty ? found.suffix(1).filter(\.isOpen) : serious
  }

  /// Successes are missing: at the rate of the time around it, four or more were to be expected, and less than half of
  /// them came. A queue run that tries all that is stuck fails often in a moment, and means nothing.
  private func misses(_ successes: TimeHistogram, edge: Int64) -> Bool {
    // Of the first and the last bucket nobody knows what was before and what after.
    let width = end - start + 1 - 2 * edge
    let reach = 8 * width
    let first = successes.buckets.first?.start ?? start
    let last = (successes.buckets.last?.start ?? end) + successes.width
    guard width > 0 else { return false }
    var rates: [Double] = []
    let (before, after) = (min(reach, start - first), min(reach, last - end))
    if before > 0 { rates.append(Double(successes.count(from: start - before, through: start - 1)) / Double(before)) }
    if after > 0 { rates.append(Double(successes.count(from: end + 1, through: end + after)) / Double(after)) }
    // The calmer side: a burst of mail before it does not make the usual a lack.
    let expected = (rates.min() ?? 0) * Double(width)
    return expected >= 4 && Double(self.successes) * 2 < expected
  }

  /// With these the sum grows while more than half of the tries fail.
  private static let failureWeight = 0.67
  private static let successWeight = 0.66
  private static let alarm = 1.6
  /// More than that is not remembered, so that an incident can end.
  private static let memory = 50.0

  /// The one a finding is about: the one that is still open, else the one with most failures.
  static func main(of incidents: [Incident]) -> Incident? {
    if let last = incidents.last, last.isOpen { return last }
    return incidents.max { ($0.failures, $1.start) < ($1.failures, $0.start) }
  }
}
