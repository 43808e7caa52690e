import Comparison
import Diagnosis
import EventRules
import LogInput
import MailEvents
import MailFlow

/// One reading of the logs: the ledger of the period asked for and, for a comparison, that of the period before.
struct AnalysisRun: ~Copyable {
  var session: ScanSession
  private let plan: CausePlan
  private let setup: Ledger.Setup
  /// When the period begins and ends, as far as it was asked for.
  private let since: Timestamp
  private let until: Timestamp
  /// When the period before begins; nil when it is not read.
  private var before: Timestamp?

  init(session: consuming ScanSession, plan: CausePlan, classifier: LineClassifier) {
    since = session.scanner.since
    until = session.scanner.until
    self.session = session
    self.plan = plan
    setup = Ledger.Setup(plan: plan.tallies, classifier: classifier)
  }

  /// The period before is read as well: as long as the one asked for, which ends with `--until` or with the logs.
  mutating func readPeriodBefore() {
    let end = min(until, Timestamp(seconds: session.sources.map(\.modified).max() ?? since.seconds))
    guard end > since else { return }
    let start = Timestamp(microseconds: since.microseconds - (end.microseconds - since.microseconds))
    session.scanner.since = start
    session.scanner.split = since
    before = start
  }

  /// Messages that were open at the end of the run before.
  var carried: [CarriedMessage] = []

  /// Reads everything once.
  mutating func ledgers() -> (ledger: Ledger, earlier: Ledger?) {
    guard before != nil else {
      var ledger = Ledger(setup: setup, startsStream: true)
      ledger.restore(carried)
      session.run(into: &ledger) { _ in }
      session.scanner.finish()
      session.scanner.observeLog(into: &ledger)
      session.scanner.complete(&ledger)
      return (ledger, nil)
    }
    var ledgers = PeriodLedgers(setup: setup, split: since)
    session.run(into: &ledgers) { _ in }
    session.scanner.finish()
    session.scanner.observeLog(into: &ledgers.later)
    session.scanner.complete(&ledgers.later)
    session.scanner.complete(&ledgers.earlier)
    return (ledgers.later, ledgers.earlier)
  }

  /// Reads everything and on as it grows, until it is interrupted.
  ///
  /// - Parameter show: is given what there is so far, as often as `live` wants.
  mutating func follow(_ live: inout LiveSummary) -> Ledger {
    var ledger = Ledger(setup: setup, startsStream: true)
    let plan = plan
    session.follow(into: &ledger, flush: { _ in }) { session, ledger in
      live.update {
        var snapshot = ledger
        session.scanner.observeLog(into: &snapshot)
        session.scanner.complete(&snapshot)
        session.scanner.registerAgain(&ledger)
        return Self.analysis(of: snapshot, session, plan)
      }
    }
    live.clear()
    session.scanner.finish()
    session.scanner.observeLog(into: &ledger)
    session.scanner.complete(&ledger)
    return ledger
  }

  private static func analysis(of ledger: Ledger, _ session: borrowing ScanSession, _ plan: CausePlan) -> Analysis {
    let names = session.sources.map(\.path)
    var diagnostician = Diagnostician(plan: plan, ledger: ledger, fileNames: names)
    var analysis = Analysis(ledger: ledger, scanner: session.scanner, fileNames: names)
    (analysis.findings, analysis.noise) = diagnostician.diagnose()
    session.describe(in: &analysis)
    return analysis
  }

  func diagnose(_ ledger: Ledger) -> (findings: [Finding], noise: [Finding]) {
    var diagnostician = Diagnostician(plan: plan, ledger: ledger, fileNames: session.sources.map(\.path))
    return diagnostician.diagnose()
  }

  /// What the period before holds; nil when the logs do not reach back to it.
  func earlierPeriod(_ ledger: Ledger) -> EarlierPeriod? {
    guard let before, ledger.first.isKnown else { return nil }
    return EarlierPeriod(
      name: "the period before", since: ledger.first, until: ledger.last,
      coveredSeconds: covered(from: before, through: since), findings: diagnose(ledger).findings)
  }

  /// Seconds of the period asked for that the logs cover.
  var coveredSeconds: Double { covered(from: since, through: until) }

  /// From the first line of all to the last, whether they were asked for or not: a quiet hour is covered as well.
  private func covered(from start: Timestamp, through end: Timestamp) -> Double {
    let first = session.inputs.map(\.first).filter(\.isKnown).min() ?? start
    let last = session.inputs.map(\.last).filter(\.isKnown).max() ?? start
    let (low, high) = (max(first, start), min(last, end))
    return high > low ? Double(high.microseconds - low.microseconds) / 1e6 : 0
  }
}
