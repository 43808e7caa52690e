import ArgumentParser
import Diagnosis
import Glibc
import MailEvents
import ReportMail
import Reports

/// `logscan report`: the scheduled summary.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The summary of a day, compared with the day before: as text, HTML or mail.",
    discussion: """
      Without --since and --until it is about yesterday. Without paths it reads the usual places and their rotations.

        logscan report                                            on the terminal
        logscan report --mail-to postmaster@example.com           by mail, as text and HTML
        logscan report --since -7d --format html -o week.html     a page to look at
        logscan report --mail-to root --only-changes --heartbeat  what is new; else a line that all is as it was

      The mail goes through the sendmail command; in a service that may not run it (NoNewPrivileges), or where there is \
      none, to the mail server on this host. What cannot be sent is kept as a file.

      Exit status: as for an analysis; 5 the mail could not be sent.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, html, markdown, json }

  @OptionGroup var input: InputOptions
  @OptionGroup var comparison: CompareOptions
  @OptionGroup var mail: MailOptions
  @OptionGroup var anonymity: AnonymityOptions

  @Option(help: "text, html, markdown or json; of a report that is not sent, or is written to a file besides.")
  var format = Format.text

  @Option(name: .shortAndLong, help: ArgumentHelp("Write to a file, replaced as a whole.", valueName: "file"))
  var output: String?

  @Flag(help: "Say nothing when nothing is new, worse, better or gone since the time before.")
  var onlyChanges = false

  @Flag(help: "With --only-changes: a short report instead of none, as a sign of life.")
  var heartbeat = false

  @Option(
    help: ArgumentHelp(
      "Exit with 1 when a finding is at least so severe: critical, warning, notice.", valueName: "severity"))
  var failOn: String?

  func validate() throws {
    if heartbeat, !onlyChanges { throw ValidationError("--heartbeat: is of use only with --only-changes") }
    if let failOn, Severity.named[failOn] == nil {
      throw ValidationError("--fail-on: '\(failOn)' is no severity; one of critical, warning, notice, info")
    }
  }

  func run() throws {
    var input = input
    if input.since == nil, input.until == nil { (input.since, input.until) = ("yesterday", "today") }
    input.includesRotated = true
    var comparison = comparison
    comparison.comparesWithPrevious()
    let task = try AnalysisTask(input, comparison, rows: 100)
    let shown = try anonymity.shown(task.analysis)
    let isShort = onlyChanges && !shown.hasChanges
    var status = task.status(failOn: failOn)
    if !isShort || heartbeat {
      let text = isShort ? Self.signOfLife(shown) : nil
      if output != nil || mail.recipients.isEmpty { try Output.write(text ?? rendered(shown), to: output) }
      if !mail.recipients.isEmpty, !mail.send(shown, short: text) { status = Status.notSent }
    }
    try task.save(comparison)
    Glibc.exit(status)
  }

  private func rendered(_ analysis: Analysis) -> String {
    switch format {
    case .json: JSONReport.render(analysis)
    case .markdown: MarkdownReport.render(analysis)
    case .html: HTMLReport.render(analysis, heading: "Mail on \(HostName.own)")
    case .text: TextReport.render(analysis, style: Terminal.style(color: .auto, all: false, toFile: output != nil))
    }
  }

  /// The report of a day on which nothing changed.
  private static func signOfLife(_ analysis: Analysis) -> String {
    let messages = analysis.messages
    return """
      Nothing new, worse, better or gone since the time before.
      \(messages.delivered) messages delivered, \(messages.waiting) waiting, \(analysis.lines.total) lines read.

      """
  }
}
