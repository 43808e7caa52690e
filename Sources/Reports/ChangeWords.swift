import Diagnosis

/// How a finding compares with an earlier period, in words.
///
/// The results hold values from the log or from a saved report and are NOT escaped.
struct ChangeWords {
  let comparison: Analysis.Comparison
  let times: TimeWords
  /// Seconds that the later period covers.
  let coveredSeconds: Double

  /// `compared with the period before: Sun 22 Nov 00:00 – 23:59`
  var heading: String {
    let window = times.window(since: comparison.since, until: comparison.until).map { ": \($0)" } ?? ""
    return "compared with \(comparison.name)\(window)"
  }

  /// `worse: 132 messages, 20 before`
  func sentence(_ finding: Finding) -> String? {
    guard let change = finding.change else { return nil }
    guard let then = change.then else { return "new: not there before" }
    var now = Finding.Change.Figures()
    now.events = finding.evidence.first?.count ?? 0
    now.messages = finding.impact.messages
    now.users = finding.impact.users
    let figures = Self.figures(now, then)
    switch (change.kind, change.turn) {
    case (.new, _): return "new: not there before"
    case (_, .recovered?): return "better: it is over, before it was not (\(figures))"
    case (_, .recurred?): return "worse: it goes on again, before it was over (\(figures))"
    case (.worse, _): return "worse: \(figures)\(rates(now, then))"
    case (.better, _): return "better: \(figures)\(rates(now, then))"
    case (.same, _): return "unchanged: \(figures)\(rates(now, then))"
    case (.gone, _):
      return Self.figures(nil, then) + (change.isUncertain ? "; so few that it may come back unnoticed" : "")
    }
  }

  private typealias Measure = (now: Int, then: Int, word: String)

  /// Messages; else users and events.
  private static func measures(_ now: Finding.Change.Figures?, _ then: Finding.Change.Figures) -> [Measure] {
    let messages = (now?.messages ?? 0, then.messages, "message")
    if messages.0 > 0 || messages.1 > 0 { return [messages] }
    return [(now?.users ?? 0, then.users, "user"), (now?.events ?? 0, then.events, "event")].filter {
      $0.0 > 0 || $0.1 > 0
    }
  }

  private static func figures(_ now: Finding.Change.Figures?, _ then: Finding.Change.Figures) -> String {
    let parts = measures(now, then).map { measure in
      now == nil
        ? "\(Figures.counted(measure.then, measure.word)) before"
        : "\(Figures.counted(measure.now, measure.word)), \(Figures.grouped(measure.then)) before"
    }
    return parts.isEmpty ? "no figures" : parts.joined(separator: "; ")
  }

  /// ` (5.5 and 0.8 an hour)`, where the periods are not of the same length and there are more than a few.
  private func rates(_ now: Finding.Change.Figures, _ then: Finding.Change.Figures) -> String {
    let (seconds, before) = (coveredSeconds, comparison.coveredSeconds)
    guard seconds > 0, before > 0, abs(seconds - before) > 0.1 * max(seconds, before),
      let measure = Self.measures(now, then).last, measure.word != "user", max(measure.now, measure.then) >= 10
    else { return "" }
    let unit = min(seconds, before) >= 86400 ? (86400.0, "day") : (3600.0, "hour")
    func rate(_ count: Int, _ seconds: Double) -> String {
      let value = Double(count) / seconds * unit.0
      return Figures.decimal(value, places: value < 9.95 ? 1 : 0)
    }
    return
      " (\(rate(measure.now, seconds)) and \(rate(measure.then, before)) \(unit.1 == "hour" ? "an" : "a") \(unit.1))"
  }
}
