import Diagnosis
import MailEvents

/// The report in a mail's subject. Of the log it holds nothing but counts.
public enum SubjectLine {
  /// `mx1: 1 critical, 2 warnings (1 new), 1 gone, Sun 22 Nov`
  public static func text(_ analysis: Analysis, host: String, clock: WallClock = .system) -> String {
    let problems = FindingTree(analysis.findings).roots.map(\.finding).filter { $0.severity >= .warning }
    var parts: [String] = []
    let critical = problems.count { $0.severity == .critical }
    if critical > 0 { parts.append("\(critical) critical") }
    if problems.count > critical { parts.append(Figures.counted(problems.count - critical, "warning")) }
    if parts.isEmpty {
      parts.append(
        analysis.lines.recognised == 0 ? "no mail lines" : analysis.isIncomplete ? "not all was read" : "no problems")
    }
    if analysis.comparison != nil {
      let new = problems.count { $0.change?.kind == .new }
      let worse = problems.count { $0.change?.kind == .worse }
      let marks = [(new, "new"), (worse, "worse")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      if !marks.isEmpty { parts[parts.count - 1] += " (\(marks.joined(separator: ", ")))" }
      let gone = analysis.comparison?.gone.count { $0.severity >= .warning } ?? 0
      if gone > 0 { parts.append("\(gone) gone") }
    }
    if let since = analysis.since {
      let day = CivilTime(since, clock: clock)
      parts.append("\(day.weekdayName) \(day.day) \(day.monthName)")
    }
    return "\(host): \(parts.joined(separator: ", "))"
  }
}

extension Analysis {
  /// Whether there is anything that a report of the time before did not tell. True when nothing was compared.
  public var hasChanges: Bool {
    guard let comparison else { return true }
    return comparison.gone.contains { $0.severity >= .warning }
      || FindingTree(findings).roots.contains { root in
        root.finding.severity >= .warning && root.finding.change?.kind != .same
      }
  }
}

/// The time of a mail (RFC 5322 section 3.3): `Mon, 23 Nov 2026 06:00:00 +0100`.
public enum MailDate {
  public static func text(_ time: Timestamp, clock: WallClock = .system) -> String {
    let civil = CivilTime(time, clock: clock)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(civil.weekdayName), \(civil.day) \(civil.monthName) \(civil.year) "
      + "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second)) \(civil.offsetText.filter { $0 != ":" })"
  }
}
