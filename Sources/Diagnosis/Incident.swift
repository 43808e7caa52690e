import MailFlow

/// A stretch in which failures prevail.
struct Incident: Sendable, Equatable {
  /// Seconds since 1970 of the first and the last failure, as exact as the histograms' buckets.
  var start: Int64
  var end: Int64
  var failures: Int
  /// Successes within it.
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
    var sum = 0.0
    var current: Incident?
    var isAlarmed = false
    for step in steps {
      sum = min(memory, sum + Double(step.failed) * failureWeight - Double(step.succeeded) * successWeight)
      if step.failed > 0 {
        if current == nil { current = Incident(start: step.time, end: 0, failures: 0, successes: 0, isOpen: true) }
        current!.failures += step.failed
        current!.end = min(last, step.time + failures.width - 1)
        if sum >= alarm { isAlarmed = true }
      } else {
        current?.successes += step.succeeded
      }
      guard sum <= 0 else { continue }
      sum = 0
      if isAlarmed, var ended = current {
        ended.isOpen = false
        found.append(ended)
      }
      (current, isAlarmed) = (nil, false)
    }
    if isAlarmed, let current { found.append(current) }
    return found
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
