import MailEvents
import Yams

/// Reads `logscan: patterns/1`.
struct PatternReader {
  let cursor: YAMLCursor
  let vocabulary: RuleVocabulary

  private static let keys = [
    "id", "match", "event", "direction", "reason", "else", "set", "spoofable", "since", "until",
    "note", "samples",
  ]

  func read(_ root: Node) -> (rules: [PatternRule], foreign: Set<String>) {
    guard
      let top = cursor.mapping(
        root, of: "a pattern file", keys: ["logscan", "program", "foreign", "patterns", "note"])
    else { return ([], []) }
    let programs = cursor.texts(top["program"], of: "program")
    if programs.isEmpty { cursor.report(root, "'program' is missing: whose lines are these?") }
    let foreign = cursor.flag(top["foreign"], of: "foreign") ? Set(programs) : []
    let rules = cursor.list(top["patterns"]).compactMap { rule($0, programs: programs) }
    return (rules, foreign)
  }

  private func rule(_ node: Node, programs: [String]) -> PatternRule? {
    guard let entry = cursor.mapping(node, of: "a pattern", keys: Self.keys) else { return nil }
    guard let id = entry["id"]?.scalarText else {
      cursor.report(node, "'id' is missing")
      return nil
    }
    guard let match = entry["match"] else {
      cursor.report(node, "'match' is missing in \(id)")
      return nil
    }
    guard let eventNode = entry["event"],
      let event = cursor.choice(eventNode, of: "event type", among: EventType.named)
    else {
      if entry["event"] == nil { cursor.report(node, "'event' is missing in \(id)") }
      return nil
    }
    let templates = cursor.list(match).compactMap(template)
    if templates.isEmpty { return nil }
    var direction = Direction.unknown
    if let given = entry["direction"] {
      direction = cursor.choice(given, of: "direction", among: Direction.named) ?? .unknown
    }
    let constants: [(field: Field, value: String)] =
      entry["set"].map { set in
        cursor.pairs(set, of: "set").compactMap { key, name, value in
          guard let field = self.field(key, name) else { return nil }
          return (field, value.scalarText ?? "")
        }
      } ?? []
    let samples = cursor.list(entry["samples"]).compactMap { sample($0, programs: programs) }
    if !samples.contains(where: { !$0.isNegative }) {
      cursor.report(node, "\(id) has no sample line")
    }
    return PatternRule(
      id: id, programs: programs, templates: templates, event: event, direction: direction,
      reason: reason(entry), constants: constants,
      spoofable: cursor.list(entry["spoofable"]).compactMap { field($0, $0.scalarText ?? "") },
      since: entry["since"]?.scalarText, until: entry["until"]?.scalarText, samples: samples,
      place: cursor.place(node))
  }

  private func template(_ node: Node) -> Template? {
    guard let text = cursor.text(node, of: "match") else { return nil }
    do {
      return try Template(parsing: text)
    } catch {
      var place = cursor.place(node)
      place.column += error.offset + 1
      cursor.problems.append(RuleProblem(place, error.text))
      return nil
    }
  }

  private func reason(_ entry: [String: Node]) -> PatternRule.Reason {
    guard let node = entry["reason"] else { return .none }
    if let text = node.scalarText, text.contains(".") || isClass(text) {
      checkClass(node, text)
      return .fixed(text)
    }
    var otherwise = "unclassified"
    if let node = entry["else"], let text = node.scalarText {
      checkClass(node, text)
      otherwise = text
    }
    return .classified(groups: cursor.texts(node, of: "reason"), otherwise: otherwise)
  }

  private func isClass(_ name: String) -> Bool { vocabulary.reasons.contains { $0.name == name } }

  private func checkClass(_ node: Node, _ name: String) {
    if !isClass(name) {
      cursor.report(
        node, "unknown reason class '\(name)'\(Suggestion.hint(for: name, among: vocabulary.reasons.map(\.name)))")
    }
  }

  private func field(_ node: Node, _ name: String) -> Field? {
    if let field = Field.named[name], !field.isDerived { return field }
    cursor.report(node, "unknown field '\(name)'\(Suggestion.hint(for: name, among: Field.named.keys))")
    return nil
  }

  private func sample(_ node: Node, programs: [String]) -> PatternRule.Sample? {
    if let text = node.scalarText {
      return PatternRule.Sample(
        line: text, gives: [], program: nil, isNegative: false, place: cursor.place(node))
    }
    guard let entry = cursor.mapping(node, of: "a sample", keys: ["line", "gives", "not", "as", "note"])
    else { return nil }
    var gives: [(name: String, value: String)] = []
    if let expected = entry["gives"] {
      for (key, name, value) in cursor.pairs(expected, of: "gives") {
        if name != "event" && name != "reason" && Field.named[name] == nil {
          cursor.report(key, "unknown field '\(name)'\(Suggestion.hint(for: name, among: Field.named.keys))")
        }
        gives.append((name, value.scalarText ?? ""))
      }
    }
    let program = entry["as"]?.scalarText
    if let line = entry["line"]?.scalarText {
      return PatternRule.Sample(
        line: line, gives: gives, program: program, isNegative: false, place: cursor.place(node))
    }
    if let line = entry["not"]?.scalarText {
      return PatternRule.Sample(
        line: line, gives: [], program: program, isNegative: true, place: cursor.place(node))
    }
    cursor.report(node, "a sample needs 'line' or 'not'")
    return nil
  }
}
