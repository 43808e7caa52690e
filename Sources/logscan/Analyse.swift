import ArgumentParser
import Diagnosis
import Glibc
import MailEvents
import Reports
import RunState

/// `logscan PATH...`: the analysis.
struct Analyse: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Analyse logs and print the root causes (the default).",
    discussion: """
      With --compare each finding is also marked new, worse, unchanged, better or gone (docs/comparison.md):

        logscan --since yesterday --until today --compare previous /var/log/mail.log*    with the day before
        logscan --compare last.json --save last.json /var/log/mail.log                   with the last run
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown, html }
  enum When: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  @OptionGroup var input: InputOptions
  @OptionGroup var comparison: CompareOptions
  @OptionGroup var live: LiveOptions
  @OptionGroup var anonymity: AnonymityOptions

  @Flag(help: "Check the findings live: makes network connections (docs/probes.md).")
  var probe = false

  @Flag(help: "Say what --probe would do, and do nothing of it.")
  var probePlan = false

  @Option(help: "text, json, markdown or html.")
  var format = Format.text

  @Option(name: .shortAndLong, help: ArgumentHelp("Write to a file, replaced as a whole.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Read only what came since the run that left this file, and leave it anew together with the output.",
      valueName: "file"))
  var state: String?

  @Flag(help: "Show all findings, not only the first ten.")
  var all = false

  @Option(help: "Colour: auto, always or never.")
  var color = When.auto

  @Option(
    help: ArgumentHelp(
      "Exit with 1 when a finding is at least so severe: critical, warning, notice.", valueName: "severity"))
  var failOn: String?

  @Option(
    help: ArgumentHelp("Write figures for Prometheus's text file collector, replaced as a whole.", valueName: "file"))
  var prometheus: String?

  @Flag(help: "Print one line with performance data and exit as Nagios and Icinga expect: 0, 1, 2 or 3.")
  var nagios = false

  func validate() throws {
    try comparison.check(since: input.since != nil)
    if state != nil, input.follow || input.until != nil || comparison.asksForPrevious || input.paths.contains("-") {
      throw ValidationError(
        "--state: goes neither with --follow, --until and --compare previous, nor with standard input")
    }
    if input.follow, comparison.asksForPrevious {
      throw ValidationError("--follow: the log is read on, there is no period before; compare with a saved report")
    }
    if let failOn, Severity.named[failOn] == nil {
      throw ValidationError("--fail-on: '\(failOn)' is no severity; one of critical, warning, notice, info")
    }
  }

  func run() throws {
    // The live summary has the names of the log.
    let summary = LiveSummary(color: color, isWanted: format == .text && output == nil && !anonymity.anonymize)
    let stateFile = try state.map { try Self.open(state: $0) }
    var task = try AnalysisTask(input, comparison, rows: all ? .max : 100, live: summary, state: stateFile)
    if probePlan { return try Output.write(live.plan(for: task.analysis), to: output) }
    if probe { task.probe(live) }
    let shown = try anonymity.shown(task.analysis)
    if let prometheus {
      let now = Timestamp(seconds: Int64(time(nil)))
      try Output.write(PrometheusReport.render(shown, now: now), to: prometheus)
    }
    if nagios {
      let line = NagiosLine.render(shown)
      try put(line.text + "\n", task, stateFile)
      try task.save(comparison)
      Glibc.exit(line.status)
    }
    try put(text(of: shown), task, stateFile)
    try task.save(comparison)
    Glibc.exit(task.status(failOn: failOn))
  }

  private static func open(state path: String) throws -> StateFile {
    do throws(StateFile.Failure) {
      let file = try StateFile(path: path)
      if let damage = file.damage { Messages.error("\(path): \(damage); everything is read") }
      return file
    } catch {
      throw fail(error)
    }
  }

  private static func fail(_ failure: StateFile.Failure) -> ExitCode {
    Messages.error("\(failure.path): \(failure.text)")
    return ExitCode(Status.partlyRead)
  }

  /// Writes the output and, with it, the state.
  private func put(_ text: String, _ task: AnalysisTask, _ file: StateFile?) throws {
    guard let file else { return try Output.write(text, to: output) }
    guard let next = task.stateToSave else {
      Messages.error("\(file.path): not saved: the analysis is not complete")
      return try Output.write(text, to: output)
    }
    do throws(StateFile.Failure) {
      if output == nil { Output.write(Array(text.utf8)) }
      try file.commit(next, output: output == nil ? [] : Array(text.utf8), to: output)
    } catch {
      throw Self.fail(error)
    }
  }

  private func text(of analysis: Analysis) -> String {
    switch format {
    case .json: JSONReport.render(analysis)
    case .markdown: MarkdownReport.render(analysis)
    case .html: HTMLReport.render(analysis)
    case .text: TextReport.render(analysis, style: Terminal.style(color: color, all: all, toFile: output != nil))
    }
  }
}
