import ArgumentParser
import MailEvents
import Reports
import RuleFiles

extension Rules {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List all rules and where they stand.",
      discussion: """
        A muted rule is listed and marked. With --origin each rule also says whether it is built in, of the system \
        (/etc/logscan/patterns.d), of the user or given with --rules, and what it replaced or what changed it.
        """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(help: ArgumentHelp("A rule file or a directory of them, besides the built-in ones.", valueName: "path"))
    var rules: [String] = []

    @Flag(help: "Show where each rule comes from and what replaced, extended or muted it.")
    var origin = false

    @Option(help: "text or json; JSON always has the origins.")
    var format = Format.text

    func run() throws {
      let listing = RuleListing(RuleSource.load(extra: rules, clients: true).known)
      try Output.write(format == .json ? listing.json() : listing.text(withOrigins: origin), to: nil)
    }
  }
}

/// All rules with what became of them, for people and for scripts.
struct RuleListing {
  private struct Entry {
    var kind: RuleKind
    var id: String
    /// Event type, reason class, severity, or who shows it.
    var gives: String
    var place: RulePlace
    var isMuted: Bool
  }

  private var entries: [Entry] = []
  private var changes: [String: [RuleChange]] = [:]

  init(_ rules: RuleSet) {
    for rule in rules.patterns {
      entries.append(
        Entry(kind: .pattern, id: rule.id, gives: rule.event.name, place: rule.place, isMuted: rule.isMuted))
    }
    for rule in rules.reasons {
      entries.append(Entry(kind: .reason, id: rule.id, gives: rule.reason, place: rule.place, isMuted: rule.isMuted))
    }
    for rule in rules.causes where !rule.isAlternative {
      entries.append(
        Entry(kind: .cause, id: rule.id, gives: rule.severity.name, place: rule.place, isMuted: rule.isMuted))
    }
    for rule in rules.clients {
      entries.append(Entry(kind: .client, id: rule.id, gives: rule.client, place: rule.place, isMuted: rule.isMuted))
    }
    for change in rules.changes { changes["\(change.kind) \(change.id)", default: []].append(change) }
  }

  private func history(_ entry: Entry) -> [RuleChange] { changes["\(entry.kind) \(entry.id)"] ?? [] }

  private func origin(_ history: [RuleChange]) -> RuleOrigin {
    history.last { $0.verb == .added || $0.verb == .replaced }?.origin ?? .builtin
  }

  func text(withOrigins: Bool) -> String {
    var text = ""
    for entry in entries {
      let kind = entry.kind.rawValue.padding(to: 7)
      text += "\(kind)  \(Escaping.terminal(entry.id))  \(entry.gives)  \(Self.text(entry.place))"
      let history = history(entry)
      if withOrigins {
        text += "  \(Self.words(origin(history)))"
        for change in history where change.verb != .added {
          text +=
            change.verb == .replaced
            ? "; replaces \(change.former.map(Self.text) ?? "")" : "; \(change.verb) by \(Self.text(change.place))"
        }
      } else {
        if origin(history) != .builtin { text += "  (user)" }
        if entry.isMuted { text += "  (muted)" }
      }
      text += "\n"
    }
    return text
  }

  private static func text(_ place: RulePlace) -> String { "\(Escaping.terminal(place.file)):\(place.line)" }

  private static func words(_ origin: RuleOrigin) -> String {
    switch origin {
    case .builtin: "built in"
    case .system: "of the system"
    case .user: "of the user"
    case .option: "given with --rules"
    }
  }

  func json() -> String {
    var json = JSONWriter(pretty: true)
    json.beginArray()
    for entry in entries {
      let history = history(entry)
      json.beginObject()
      if history.contains(where: { $0.verb != .added }) {
        json.array("changes") { json in
          for change in history where change.verb != .added {
            json.beginObject()
            json.field("change", change.verb.rawValue)
            if let former = change.former { Self.write(former, as: "former", to: &json) }
            json.field("origin", change.origin.rawValue)
            Self.write(change.place, as: "place", to: &json)
            json.endObject()
          }
        }
      }
      json.field("gives", entry.gives)
      json.field("id", entry.id)
      json.field("kind", entry.kind.rawValue)
      json.field("muted", entry.isMuted)
      json.field("origin", origin(history).rawValue)
      Self.write(entry.place, as: "place", to: &json)
      json.endObject()
    }
    json.endArray()
    json.endLine()
    return json.text
  }

  private static func write(_ place: RulePlace, as name: String, to json: inout JSONWriter) {
    json.object(name) {
      $0.field("file", place.file)
      $0.field("line", place.line)
    }
  }
}

extension String {
  /// With blanks at its end up to `width`.
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
