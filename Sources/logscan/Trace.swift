import ArgumentParser
import EventRules
import Glibc
import LogInput
import MailFlow
import Reports
import Tracing

/// `logscan trace`: one message's whole way.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Follow messages: where is it, and why.",
    discussion: """
      QUERY is a queue ID, message-id, address, domain, host, IP address, user or session; * and ? stand for any text and
      any character ('*@example.com'). Each message is shown on its whole way: through filters under other queue IDs, into
      the mailbox, with its retries and bounces, and what became of it.

        logscan trace anna@example.com /var/log/mail.log*
        logscan trace 4jQcpGH10zzb38c --format json
        logscan trace '*' --to '*@example.net' --status waiting
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "What to look for.")
  var query: String

  @OptionGroup var input: InputOptions

  @Option(help: "Only messages of this sender; * and ? as in QUERY, '<>' is the null sender.")
  var from: String?

  @Option(help: "Only messages to this recipient.")
  var to: String?

  @Option(
    help: ArgumentHelp(
      "Only messages of this status: \(TraceStatus.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "status"))
  var status: String?

  @Option(help: "At most so many messages, the latest ones.")
  var limit = 20

  @Option(help: "text or json.")
  var format = Format.text

  @Flag(help: "The same as --format json.")
  var json = false

  @Option(help: "Colour: auto, always or never.")
  var color = Analyse.When.auto

  func validate() throws {
    if query.isEmpty || query == "<>" { throw ValidationError("name what to look for; '*' is everything") }
    if let status, TraceStatus(rawValue: status) == nil {
      let known = TraceStatus.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--status: '\(status)' is no status; one of \(known)")
    }
    if limit < 1 { throw ValidationError("--limit: at least 1") }
  }

  func run() throws {
    let source = RuleSource.load(extra: input.rules)
    let classifier = LineClassifier(rules: source.rules, builtinPatterns: source.builtinPatterns)
    var choice = try input.chosen()
    let spool = try Spool(paths: choice.paths)
    choice.paths = spool.paths
    let query = TraceQuery(query)

    var finder = TraceFinder(query)
    var first = try ScanSession(options: input, choice: choice, classifier: classifier)
    first.run(into: &finder) { _ in }
    var collector = TraceCollector(query, finder: finder, classifier: classifier)
    var second = ScanSession(again: first, classifier: classifier)
    if finder.matches > 0, !Interruption.isAsked { second.run(into: &collector) { _ in } }

    var trace = TraceBuilder.build(collector)
    trace.dropped += finder.droppedLinks
    trace.messages.removeAll { !isWanted($0) }
    if from != nil || to != nil || status != nil { trace.others = [] }
    let hidden = max(0, trace.messages.count - limit)
    trace.messages.removeFirst(hidden)
    let frame = TraceReport.Frame(
      query: self.query, paths: first.sources.map { spool.name(of: $0.path) }, hidden: hidden)
    let text =
      json || format == .json
      ? TraceReport.json(trace, frame) : TraceReport.text(trace, frame, style: Terminal.style(color: color, all: true))
    try Output.write(text, to: nil)
    if let status = first.status { throw ExitCode(status) }
    if trace.messages.isEmpty, trace.others.isEmpty { throw ExitCode(Status.findings) }
  }

  private func isWanted(_ message: TraceMessage) -> Bool {
    if let status, message.status.rawValue != status { return false }
    if let from {
      guard let sender = message.sender else { return false }
      if from == "<>" ? !sender.isEmpty : !TraceQuery(from).matches(sender) { return false }
    }
    guard let to else { return true }
    let wanted = TraceQuery(to)
    return message.recipients.contains { wanted.matches($0.address) }
  }
}

/// Standard input, kept in a file without name so that it can be read twice.
struct Spool {
  private(set) var paths: [String]
  private var spooled = ""

  /// Throws `ExitCode` after a message when there is no room for it.
  init(paths: [String]) throws {
    self.paths = paths
    guard let position = paths.firstIndex(of: "-") else { return }
    let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(directory)/logscan.XXXXXX".utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { throw Self.failed(directory) }
    unlink(name)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(0, &buffer, buffer.count)
      if count < 0, errno == EINTR, !Interruption.isAsked { continue }
      if count <= 0 { break }
      var done = 0
      while done < count {
        let written = write(file, Array(buffer[done..<count]), count - done)
        guard written > 0 else { throw Self.failed(directory) }
        done += written
      }
    }
    spooled = "/proc/self/fd/\(file)"
    self.paths[position] = spooled
  }

  /// What the user calls an input.
  func name(of path: String) -> String { path == spooled ? "standard input" : path }

  private static func failed(_ directory: String) -> ExitCode {
    Messages.error(
      "standard input: cannot be kept in \(directory): \(String(cString: strerror(errno)).lowercased()); set TMPDIR")
    return ExitCode(Status.nothingRead)
  }
}
