import Diagnosis
import MailEvents

/// Marks each finding new, worse, the same, better or gone against an earlier period.
///
/// A finding is the same one when cause and scope are. Where the same cause was one finding for many scopes in one period
/// and several in the other, all of the cause is compared.
public struct Comparer {
  private let then: EarlierPeriod
  private let seconds: Double

  /// - Parameter coveredSeconds: of the later period.
  public init(with then: EarlierPeriod, coveredSeconds: Double) {
    self.then = then
    seconds = coveredSeconds
  }

  /// Sets `change` in each of the findings.
  /// - Returns: findings of the earlier period that are gone, with `change` set.
  public func compare(_ findings: inout [Finding]) -> [Finding] {
    let before = Dictionary(grouping: then.findings, by: Key.init)
    let causes = Dictionary(grouping: then.findings, by: \.cause)
    let now = Dictionary(grouping: findings, by: Key.init)
    let nowCauses = Dictionary(grouping: findings, by: \.cause)
    var met: Set<Key> = []
    for index in findings.indices {
      let key = Key(findings[index])
      if let same = before[key] {
        met.insert(key)
        findings[index].change = change(now[key] ?? [], same)
      } else if let all = causes[key.cause], let ours = nowCauses[key.cause], Self.isFolded(ours) != Self.isFolded(all)
      {
        met.formUnion(all.map(Key.init))
        findings[index].change = change(ours, all)
      } else {
        findings[index].change = Finding.Change(kind: .new)
      }
    }
    return then.findings.filter { !met.contains(Key($0)) }.map(gone)
  }

  /// Cause and scope, whatever the order of its fields.
  private struct Key: Hashable {
    var cause: String
    var scope: [String]

    init(_ finding: Finding) {
      cause = finding.cause
      scope = finding.scope.sorted { ($0.field, $0.value) < ($1.field, $1.value) }.flatMap { [$0.field, $0.value] }
    }
  }

  /// One of them stands for many scopes, or the cause has none.
  private static func isFolded(_ findings: [Finding]) -> Bool { findings.contains { $0.scope.isEmpty } }

  // MARK: One finding

  private func change(_ now: [Finding], _ before: [Finding]) -> Finding.Change {
    let (ours, theirs) = (Self.figures(now), Self.figures(before))
    var change = Finding.Change(kind: .same, then: theirs)
    switch Self.outcome(ours, seconds, theirs, then.coveredSeconds) {
    case .more: change.kind = .worse
    case .less: change.kind = .better
    case .noDifference:
      let (isOngoing, wasOngoing) = (now.contains(where: \.ongoing), before.contains(where: \.ongoing))
      if wasOngoing, !isOngoing {
        (change.kind, change.turn) = (.better, .recovered)
      } else if isOngoing, !wasOngoing {
        (change.kind, change.turn) = (.worse, .recurred)
      }
    }
    return change
  }

  private func gone(_ finding: Finding) -> Finding {
    var finding = finding
    let figures = Self.figures([finding])
    var change = Finding.Change(kind: .gone, then: figures)
    let count = Double(figures.messages > 0 ? figures.messages : figures.events)
    // Fewer than three to be expected: silence may be chance (Poisson, 5 %).
    change.isUncertain = count * seconds < 3 * then.coveredSeconds
    finding.change = change
    finding.consequenceOf = nil
    return finding
  }

  private static func figures(_ findings: [Finding]) -> Finding.Change.Figures {
    var figures = Finding.Change.Figures()
    for finding in findings {
      figures.events = sum(figures.events, finding.evidence.first?.count ?? 0)
      figures.messages = sum(figures.messages, finding.impact.messages)
      figures.users = sum(figures.users, finding.impact.users)
    }
    return figures
  }

  /// Figures of a saved report may be anything.
  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, isTooLarge) = a.addingReportingOverflow(max(b, 0))
    return isTooLarge ? .max : sum
  }

  /// By messages; where there are none, by users, and then by events. The number of different users does not grow with time
  /// as that of messages does, so it is compared only between periods of about the same length.
  private static func outcome(
    _ now: Finding.Change.Figures, _ seconds: Double, _ then: Finding.Change.Figures, _ thenSeconds: Double
  ) -> RateTest.Outcome {
    if now.messages > 0 || then.messages > 0 {
      return RateTest.compare(now.messages, seconds: seconds, then.messages, seconds: thenSeconds)
    }
    if seconds < 2 * thenSeconds, thenSeconds < 2 * seconds {
      let users = RateTest.compare(now.users, seconds: seconds, then.users, seconds: thenSeconds)
      if users != .noDifference { return users }
    }
    return RateTest.compare(now.events, seconds: seconds, then.events, seconds: thenSeconds)
  }
}
