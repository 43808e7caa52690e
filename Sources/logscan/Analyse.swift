import ArgumentParser
import BuiltinRules
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
    abstract: "Analyse logs and print the root causes (the default).")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }
  enum When: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  @OptionGroup var input: InputOptions

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
    if let failOn, Severity.named[failOn] == nil {
      throw ValidationError("--fail-on: '\(failOn)' is no severity; one of critical, warning, notice, info")
    }
  }

  func run() throws {
    let source = RuleSource.load(extra: input.rules)
    let classifier = LineClassifier(rules: source.rules, builtinPatterns: source.builtinPatterns)
    let plan = CausePlan(rules: source.rules, classifier: classifier)
    var session = try ScanSession(options: input, classifier: classifier)
    var ledger = Ledger(
      setup: Ledger.Setup(plan: plan.tallies, classifier: classifier), startsStream: true)
    session.run(into: &ledger) { _ in }
    for silence in ledger.silences() { session.scanner.observe(silence.text, at: silence.start, into: &ledger) }
    ledger.finish()

    let names = session.sources.map(\.path)
    var diagnostician = Diagnostician(plan: plan, ledger: ledger, fileNames: names)
    let diagnosis = diagnostician.diagnose()
    var analysis = Analysis(ledger: ledger, scanner: session.scanner, fileNames: names)
    analysis.version = LogScan.version
    analysis.rules = BuiltinRules.digest
    analysis.findings = diagnosis.findings
    analysis.noise = diagnosis.noise
    session.describe(in: &analysis)
    analysis.list(ledger, rows: all ? .max : 100)
    try write(analysis)

    var status = session.status ?? 0
    if status == 0, let failOn, let least = Severity.named[failOn],
      analysis.findings.contains(where: { $0.severity >= least })
    {
      status = Status.findings
    }
    // Leaves the ledger to the system: freeing it piece by piece takes longer than many a log.
    Glibc.exit(status)
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
