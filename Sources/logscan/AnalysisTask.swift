import ArgumentParser
import BuiltinRules
import Comparison
import Diagnosis
import EventRules
import Glibc
import LogInput
import MailEvents
import MailFlow
import Reports
import RunState

/// Reads, diagnoses and compares: what the analysis and the report have in common.
struct AnalysisTask {
  private(set) var analysis: Analysis
  /// The exit status for what could not be read; 0 when all could.
  private(set) var status: Int32
  /// Leaves the ledger to the system: freeing it piece by piece takes longer than many a log.
  private let ledger: Ledger
  /// What was read beyond the run before.
  private let progress: RunProgress?

  /// - Parameters:
  ///   - rows: how many domains and users are listed.
  ///   - state: where the run before ended; only what came since is read.
  ///   - live: shows what there is so far where `--follow` asks for it.
  init(
    _ input: InputOptions, _ comparison: CompareOptions, rows: Int, live: LiveSummary? = nil, state: StateFile? = nil
  ) throws {
    // Before anything is hashed.
    if let seed = state?.state.seed, seed != 0 { ByteHash.adopt(seed: seed) }
    progress = state.map { RunProgress(former: $0.state) }
    let source = RuleSource.load(extra: input.rules)
    let classifier = LineClassifier(rules: source.rules, builtinPatterns: source.builtinPatterns)
    let plan = CausePlan(rules: source.rules, classifier: classifier)
    let session = try ScanSession(options: input, classifier: classifier, progress: progress)
    let saved = comparison.loadSaved()
    var run = AnalysisRun(session: session, plan: plan, classifier: classifier)
    if comparison.asksForPrevious, input.since != nil { run.readPeriodBefore() }
    run.carried = (state?.state.messages ?? []).compactMap { CarriedMessage(text: $0) }
    let ledger: Ledger
    var earlier: Ledger?
    if var live, input.follow {
      ledger = run.follow(&live)
    } else {
      (ledger, earlier) = run.ledgers()
    }

    let diagnosis = run.diagnose(ledger)
    analysis = Analysis(ledger: ledger, scanner: run.session.scanner, fileNames: run.session.sources.map(\.path))
    analysis.version = LogScan.version
    analysis.rules = BuiltinRules.digest
    analysis.findings = diagnosis.findings
    analysis.noise = diagnosis.noise
    analysis.coveredSeconds = run.coveredSeconds
    run.session.describe(in: &analysis)
    analysis.list(ledger, rows: rows)
    status = run.session.status ?? 0
    if status == 0, case .unusable = saved { status = Status.partlyRead }
    var then = earlier.flatMap { run.earlierPeriod($0) }
    // The period before in the logs is better to compare with than an earlier run, which may have been of another length.
    if then == nil, case .report(let report) = saved { then = report }
    self.ledger = ledger
    if let then {
      compare(with: then)
    } else if comparison.asksForPrevious, input.since != nil, case .none = saved {
      Messages.error("the logs do not reach back to the period before; nothing is compared")
    }
  }

  private mutating func compare(with then: EarlierPeriod) {
    let gone = Comparer(with: then, coveredSeconds: analysis.coveredSeconds).compare(&analysis.findings)
    analysis.comparison = Analysis.Comparison(
      name: then.name, since: then.since, until: then.until, coveredSeconds: then.coveredSeconds, gone: gone)
  }

  /// Puts the verdicts of live checks into the findings.
  mutating func probe(_ options: LiveOptions) { options.check(&analysis) }

  /// Saves the report for a later comparison. What is only a part would look as if the rest were gone.
  func save(_ comparison: CompareOptions) throws {
    for file in comparison.filesToSave {
      if analysis.isPartial || status == Status.nothingRead {
        Messages.error("\(file): not saved: the analysis is not complete")
      } else {
        try Output.write(JSONReport.render(analysis), to: file)
      }
    }
  }

  /// The state that this run leaves; nil when it must not be saved, because the run was interrupted.
  var stateToSave: RunState? {
    guard !analysis.isPartial else { return nil }
    return progress?.finished(
      messages: ledger.carriedMessages.map(\.text), seed: ByteHash.seed, at: Int64(time(nil)))
  }

  /// The exit status: that of reading, or that of `--fail-on`.
  func status(failOn: String?) -> Int32 {
    guard status == 0, let least = failOn.flatMap({ Severity.named[$0] }),
      analysis.findings.contains(where: { $0.severity >= least })
    else { return status }
    return Status.findings
  }
}
