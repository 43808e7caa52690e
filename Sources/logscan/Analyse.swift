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
import RuleFiles

/// `logscan PATH...`: the analysis.
struct Analyse: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Analyse logs and print the root causes (the default).",
    discussion: """
      With --compare each finding is also marked new, worse, unchanged, better or gone (docs/comparison.md):

        logscan --since yesterday --until today --compare previous /var/log/mail.log*    with the day before
        logscan --compare last.json --save last.json /var/log/mail.log                   with the last run
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }
  enum When: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  @OptionGroup var input: InputOptions
  @OptionGroup var comparison: CompareOptions

  @Option(help: "text, json or markdown.")
  var format = Format.text

  @Option(name: .shortAndLong, help: ArgumentHelp("Write to a file, replaced as a whole.", valueName: "file"))
  var output: String?

  @Flag(help: "Show all findings, not only the first ten.")
  var all = false

  @Option(help: "Colour: auto, always or never.")
  var color = When.auto

  @Option(
    help: ArgumentHelp(
      "Exit with 1 when a finding is at least so severe: critical, warning, notice.", valueName: "severity"))
  var failOn: String?

  func validate() throws {
    try comparison.check(since: input.since != nil)
    if let failOn, Severity.named[failOn] == nil {
      throw ValidationError("--fail-on: '\(failOn)' is no severity; one of critical, warning, notice, info")
    }
  }

  func run() throws {
    let source = RuleSource.load(extra: input.rules)
    let classifier = LineClassifier(rules: source.rules, builtinPatterns: source.builtinPatterns)
    let plan = CausePlan(rules: source.rules, classifier: classifier)
    let session = try ScanSession(options: input, classifier: classifier)
    let saved = comparison.loadSaved()
    var run = AnalysisRun(session: session, plan: plan, classifier: classifier)
    if comparison.asksForPrevious, input.since != nil { run.readPeriodBefore() }
    let (ledger, earlier) = run.ledgers()

    let diagnosis = run.diagnose(ledger)
    var analysis = Analysis(ledger: ledger, scanner: run.session.scanner, fileNames: run.session.sources.map(\.path))
    analysis.version = LogScan.version
    analysis.rules = BuiltinRules.digest
    analysis.findings = diagnosis.findings
    analysis.noise = diagnosis.noise
    analysis.coveredSeconds = run.coveredSeconds
    run.session.describe(in: &analysis)
    analysis.list(ledger, rows: all ? .max : 100)
    var before: EarlierPeriod?
    if let earlier { before = run.earlierPeriod(earlier) }
    compare(&analysis, before, saved)
    try write(analysis)
    try save(analysis, status: run.session.status)

    var status = run.session.status ?? 0
    if status == 0, case .unusable = saved { status = Status.partlyRead }
    if status == 0, let failOn, let least = Severity.named[failOn],
      analysis.findings.contains(where: { $0.severity >= least })
    {
      status = Status.findings
    }
    // Leaves the ledger to the system: freeing it piece by piece takes longer than many a log.
    Glibc.exit(status)
  }

  /// The period before in the logs is better to compare with than an earlier run, which may have been of another length.
  private func compare(_ analysis: inout Analysis, _ earlier: EarlierPeriod?, _ saved: CompareOptions.Saved) {
    var then = earlier
    if then == nil, case .report(let report) = saved { then = report }
    guard let then else {
      if comparison.asksForPrevious, input.since != nil, case .none = saved {
        Messages.error("the logs do not reach back to the period before; nothing is compared")
      }
      return
    }
    let gone = Comparer(with: then, coveredSeconds: analysis.coveredSeconds).compare(&analysis.findings)
    analysis.comparison = Analysis.Comparison(
      name: then.name, since: then.since, until: then.until, coveredSeconds: then.coveredSeconds, gone: gone)
  }

  /// What is only a part would look as if the rest were gone.
  private func save(_ analysis: Analysis, status: Int32?) throws {
    for file in comparison.filesToSave {
      if analysis.isPartial || status == Status.nothingRead {
        Messages.error("\(file): not saved: the analysis is not complete")
      } else {
        try Output.write(JSONReport.render(analysis), to: file)
      }
    }
  }

  private func write(_ analysis: Analysis) throws {
    let text: String
    switch format {
    case .json: text = JSONReport.render(analysis)
    case .markdown: text = MarkdownReport.render(analysis)
    case .text: text = TextReport.render(analysis, style: Terminal.style(color: color, all: all, toFile: output != nil))
    }
    try Output.write(text, to: output)
  }
}

extension ScanSession {
  /// What was read, for the report.
  func describe(in analysis: inout Analysis) {
    for input in inputs {
      var described = Analysis.Input(path: input.source.path)
      described.bytes = input.bytes
      described.lines = input.lines
      described.first = input.first.isKnown ? input.first : nil
      described.last = input.last.isKnown ? input.last : nil
      described.problem = input.problem
      analysis.inputs.append(described)
    }
    for problem in failed where !inputs.contains(where: { $0.source.path == problem.path }) {
      var described = Analysis.Input(path: problem.path)
      described.problem = problem.text
      analysis.inputs.append(described)
    }
    analysis.lines.cut = scanner.counts.cut
    analysis.lines.copies = scanner.counts.copies
    analysis.lines.continued = scanner.counts.continued
    analysis.assumptions += assumptions.sorted()
    analysis.isPartial = isPartial
    analysis.seconds = seconds
  }
}
