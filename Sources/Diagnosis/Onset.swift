import MailFlow

/// When trouble began: the change point between a stretch that works and one that fails, by cumulative sums
/// (Page 1954) over the buckets of both histograms.
enum Onset {
  /// Seconds of the first failure after which failures prevail.
  static func seconds(failures: TimeHistogram, successes: TimeHistogram?, firstFailure: Int64) -> Int64 {
    guard let successes, !successes.isEmpty else { return firstFailure }
    var steps: [(time: Int64, failed: Int, succeeded: Int)] = []
    for (start, count) in failures.buckets where count > 0 { steps.append((max(start, firstFailure), count, 0)) }
    for (start, count) in successes.buckets where count > 0 { steps.append((start, 0, count)) }
    steps.sort { ($0.time, $0.succeeded) < ($1.time, $1.succeeded) }
    let drift = 0.33
    var sum = 0.0
    var start: Int64?
    var onset: Int64?
    for step in steps {
      if step.failed > 0, sum == 0 { start = step.time }
      // More than the alarm needs is not remembered, so that an incident can end.
      sum = min(50, sum + Double(step.failed) * (1 - drift) - Double(step.succeeded) * drift * 2)
      if sum <= 0 {
        sum = 0
        start = nil
        onset = nil
      } else if sum >= 1.6, onset == nil {
        onset = start
      }
    }
    return onset ?? start ?? firstFailure
  }
}
