import MailEvents
import Yams

/// Reads `logscan: patterns/1`.
struct PatternReader {
  let cursor: YAMLCursor
  let vocabulary: RuleVocabulary

  private static let keys = [
    "id", "program", "match", "event", "direction", "reason", "else", "set", "spoofable", "forgeable", "since", "until",
    "note", "samples",
  ]

  /// What a pattern file holds.
  struct Found {
    var rules: [PatternRule] = []
    var foreign: Set<String> = []
    var extensions: [RuleExtension<PatternRule>] = []
    var mutes: [RuleMute] = []
  }

  func read(_ root: Node) -> Found {
    var found = Found()
    guard
      let top = cursor.mapping(
        root, of: "a pattern file", keys: ["logscan", "program", "foreign", "patterns", "mute", "note"])
    else { return found }
    let programs = cursor.texts(top["program"], of: "program")
    if cursor.flag(top["foreign"], of: "foreign") { found.foreign = Set(programs) }
    found.mutes = cursor.mutes(top["mute"], of: .pattern)
    var lacksProgram = top["patterns"] == nil && found.mutes.isEmpty && programs.isEmpty
    for node in cursor.list(top["patterns"]) {
      if let id = cursor.extendedID(node) {
        if let edit = edit(node, id) { found.extensions.append(edit) }
      } else if let rule = rule(node, programs: programs) {
        if rule.programs.isEmpty { lacksProgram = true }
        found.rules.append(rule)
      }
    }
    if lacksProgram { cursor.report(root, "'program' is missing: whose lines are these?") }
    found.rules.removeAll(where: \.programs.isEmpty)
    return found
  }

  /// `extends:` adds ways to write the line, samples, constants and spoofable fields, and changes what else is named.
  private func edit(_ node: Node, _ id: Node) -> RuleExtension<PatternRule>? {
    let keys = ["extends"] + Self.keys.filter { $0 != "program" }
    guard let entry = cursor.mapping(node, of: "an extension of a pattern", keys: keys) else { return nil }
    var edit = RuleExtension<PatternRule>(id: id.scalarText ?? "", place: cursor.place(id))
    if let event = entry["event"].flatMap({ cursor.choice($0, of: "event type", among: EventType.named) }) {
      edit.changes.append { $0.event = event }
    }
    if let direction = entry["direction"].flatMap({ cursor.choice($0, of: "direction", among: Direction.named) }) {
      edit.changes.append { $0.direction = direction }
    }
    if entry["reason"] != nil {
      let reason = reason(entry)
      edit.changes.append { $0.reason = reason }
    } else if let otherwise = entry["else"]?.scalarText {
      if let node = entry["else"] { checkClass(node, otherwise) }
      edit.changes.append { rule in
        if case .classified(let groups, _) = rule.reason {
          rule.reason = .classified(groups: groups, otherwise: otherwise)
        }
      }
    }
    if let since = entry["since"]?.scalarText { edit.changes.append { $0.since = since } }
    if let until = entry["until"]?.scalarText { edit.changes.append { $0.until = until } }
    let templates = cursor.list(entry["match"]).compactMap(template)
    let constants = constants(entry["set"])
    let spoofable = cursor.list(entry["spoofable"]).compactMap { field($0, $0.scalarText ?? "") }
    let forgeable = cursor.list(entry["forgeable"]).compactMap(forgeable)
    let samples = cursor.list(entry["samples"]).compactMap { sample($0, programs: []) }
    edit.changes.append { rule in
      rule.templates += templates
      rule.constants.removeAll { old in constants.contains { $0.field == old.field } }
      rule.constants += constants
      rule.spoofable += spoofable
      rule.forgeable += forgeable
      rule.samples += samples
    }
    return edit
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
    let own = cursor.texts(entry["program"], of: "program")
    let programs = own.isEmpty ? programs : own
    let samples = cursor.list(entry["samples"]).compactMap { sample($0, programs: programs) }
    if !samples.contains(where: { !$0.isNegative }) {
      cursor.report(node, "\(id) has no sample line")
    }
    return PatternRule(
      id: id, programs: programs, templates: templates, event: event, direction: direction,
      reason: reason(entry), constants: constants(entry["set"]),
      spoofable: cursor.list(entry["spoofable"]).compactMap { field($0, $0.scalarText ?? "") },
      forgeable: cursor.list(entry["forgeable"]).compactMap(forgeable),
      since: entry["since"]?.scalarText, until: entry["until"]?.scalarText, samples: samples,
      place: cursor.place(node))
  }

  private func constants(_ node: Node?) -> [(field: Field, value: String)] {
    guard let node else { return [] }
    return cursor.pairs(node, of: "set").compactMap { key, name, value in
      guard let field = self.field(key, name) else { return nil }
      return (field, value.scalarText ?? "")
    }
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

  private func forgeable(_ node: Node) -> String? {
    let name = node.scalarText ?? ""
    return name == "event" ? name : field(node, name)?.name
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
