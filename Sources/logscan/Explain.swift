import ArgumentParser
import BuiltinRules
import Explanations
import Reports
import RuleFiles

/// `logscan explain QUERY`: what an error or a cause means and what to do about it.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain an error, a reply, a log line or a cause: what it means, what is behind it, how to fix it.",
    discussion: """
      QUERY is what somebody has in hand: the error of a mail program (text or code), a server's reply or status \
      code, a line of the log, an event type or reason class, or the id of a cause. No log is read.

        logscan explain 0x800CCC0E
        logscan explain '550 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org'
        logscan explain 'Unable to establish secure connection'
        logscan explain outbound-port-25-blocked
        logscan explain                              lists all causes

      Exit status: 0 answered, 2 nothing is known of it.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(
    parsing: .allUnrecognized, help: ArgumentHelp("What to explain; several words need no quotes.", valueName: "query"))
  var words: [String] = []

  @Option(help: "text or json.")
  var format = Format.text

  @Flag(help: "Tell all likely causes in full, not only the first three.")
  var all = false

  @Option(help: ArgumentHelp("A rule file or a directory of them, besides the built-in ones.", valueName: "path"))
  var rules: [String] = []

  /// Of a longer text nobody knows which part is meant.
  private static let longestQuery = 16_384

  func run() throws {
    let query = words.joined(separator: " ")
    guard query.utf8.count <= Self.longestQuery else {
      Messages.error("the text is longer than \(Self.longestQuery) bytes; give the part that names the error")
      throw ExitCode(Status.usage)
    }
    let source = RuleSource.load(extra: rules, clients: true)
    guard !query.isEmpty else { return try list(source.rules.causes) }
    if let mute = source.known.mute(ofCause: query) {
      Messages.error("the cause '\(mute.id)' is muted by \(mute.place.file):\(mute.place.line)")
      throw ExitCode(Status.usage)
    }
    let explainer = Explainer(rules: source.rules, builtinPatterns: source.builtinPatterns)
    guard let explanation = explainer.explain(query) else {
      let nearest = explainer.nearest(to: query)
      let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.map { "'\($0)'" }.joined(separator: " or "))?"
      Messages.error("nothing is known of '\(Self.shortened(query))'\(hint)")
      throw ExitCode(Status.usage)
    }
    switch format {
    case .text:
      try Output.write(ExplanationText.render(explanation, style: Terminal.style(color: .auto, all: all)), to: nil)
    case .json:
      try Output.write(
        ExplanationJSON.render(explanation, version: LogScan.version, rules: BuiltinRules.digest), to: nil)
    }
  }

  private func list(_ rules: [CauseRule]) throws {
    let causes = rules.filter { !$0.isAlternative }.sorted { $0.id < $1.id }
    if format == .json {
      var json = JSONWriter(pretty: true)
      json.beginArray()
      for cause in causes {
        json.beginObject()
        json.field("cause", cause.id)
        json.field("title", cause.generalTitle)
        json.endObject()
      }
      json.endArray()
      json.endLine()
      return try Output.write(json.text, to: nil)
    }
    let width = causes.map(\.id.count).max() ?? 0
    let lines = causes.map { $0.id + String(repeating: " ", count: width + 2 - $0.id.count) + $0.title + "\n" }
    try Output.write(lines.joined(), to: nil)
  }

  private static func shortened(_ query: String) -> String {
    query.count > 60 ? query.prefix(60) + "…" : query
  }
}
