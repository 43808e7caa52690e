import ArgumentParser
import Diagnosis
import Glibc
import MailEvents
import Reports

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
    if input.follow, comparison.asksForPrevious {
      throw ValidationError("--follow: the log is read on, there is no period before; compare with a saved report")
    }
    if let failOn, Severity.named[failOn] == nil {
      throw ValidationError("--fail-on: '\(failOn)' is no severity; one of critical, warning, notice, info")
    }
  }

  func run() throws {
    let summary = LiveSummary(color: color, isWanted: format == .text && output == nil)
    var task = try AnalysisTask(input, comparison, rows: all ? .max : 100, live: summary)
    if probePlan { return try Output.write(live.plan(for: task.analysis), to: output) }
    if probe { task.probe(live) }
    let shown = try anonymity.shown(task.analysis)
    if let prometheus {
      let now = Timestamp(seconds: Int64(time(nil)))
      try Output.write(PrometheusReport.render(shown, now: now), to: prometheus)
    }
    if nagios {
      let line = NagiosLine.render(shown)
      try Output.write(line.text + "\n", to: output)
      try task.save(comparison)
      Glibc.exit(line.status)
    }
    try write(shown)
    try task.save(comparison)
    Glibc.exit(task.status(failOn: failOn))
  }

  private func write(_ analysis: Analysis) throws {
    let text: String
    switch format {
    case .json: text = JSONReport.render(analysis)
    case .markdown: text = MarkdownReport.render(analysis)
    case .html: text = HTMLReport.render(analysis)
    case .text: text = TextReport.render(analysis, style: Terminal.style(color: color, all: all, toFile: output != nil))
    }
    try Output.write(text, to: output)
  }
}
