import MailEvents
import Yams

/// Reads `logscan: causes/1`.
struct CauseReader {
  let cursor: YAMLCursor
  let vocabulary: RuleVocabulary

  static let keys = [
    "id", "title", "title_of_many", "severity", "act", "category", "scope", "kind", "evidence", "contrary", "success",
    "supersedes", "follows", "rivals", "probe", "look_alikes", "summary", "explain", "fix",
    "references", "noise", "samples", "note", "escalate", "alternatives",
  ]
  private static let evidenceKeys = [
    "select", "from", "scope", "when", "at_least", "at_most", "share_at_least", "stops", "optional",
    "says", "note",
  ]

  func read(_ root: Node) -> (rules: [CauseRule], extensions: [RuleExtension<CauseRule>], mutes: [RuleMute]) {
    guard
      let top = cursor.mapping(
        root, of: "a cause file", keys: ["logscan", "category", "causes", "mute", "note"])
    else { return ([], [], []) }
    let category = top["category"]?.scalarText ?? ""
    var rules: [CauseRule] = []
    var extensions: [RuleExtension<CauseRule>] = []
    for node in cursor.list(top["causes"]) {
      if let id = cursor.extendedID(node) {
        if let edit = edit(node, id) { extensions.append(edit) }
      } else {
        rules += self.rules(node, category: category)
      }
    }
    return (rules, extensions, cursor.mutes(top["mute"], of: .cause))
  }

  /// A cause, and once more for each other way in which it shows.
  private func rules(_ node: Node, category: String) -> [CauseRule] {
    guard let rule = rule(node, category: category) else { return [] }
    guard case .mapping(let mapping) = node else { return [rule] }
    return [rule] + cursor.list(mapping["alternatives"]).compactMap { alternative($0, of: rule) }
  }

  private func alternative(_ node: Node, of rule: CauseRule) -> CauseRule? {
    let keys = ["kind", "evidence", "contrary", "success", "summary", "note"]
    guard let entry = cursor.mapping(node, of: "an alternative", keys: keys) else { return nil }
    var other = rule
    other.samples = []
    other.isAlternative = true
    other.place = cursor.place(node)
    other.evidence = cursor.list(entry["evidence"]).compactMap(evidence)
    if other.evidence.isEmpty { cursor.report(node, "the alternative has no evidence") }
    other.contrary = cursor.list(entry["contrary"]).compactMap(evidence)
    other.success = entry["success"].map(selector)
    if let kind = entry["kind"] { other.specificity = specificity(kind, in: node) ?? other.specificity }
    if let summary = entry["summary"]?.scalarText { other.summary = summary }
    return other.evidence.isEmpty ? nil : other
  }

  func specificity(_ node: Node?, in parent: Node) -> CauseRule.Specificity? {
    choice(
      node, "kind",
      Dictionary(uniqueKeysWithValues: CauseRule.Specificity.allCases.map { ($0.rawValue, $0) }), in: parent)
  }

  func escalation(_ node: Node) -> CauseRule.Escalation? {
    guard let entry = cursor.mapping(node, of: "escalate", keys: ["severity", "at_least"]),
      let severity = choice(entry["severity"], "severity", Severity.named, in: node)
    else { return nil }
    return CauseRule.Escalation(severity: severity, atLeast: thresholds(entry["at_least"]))
  }

  private func rule(_ node: Node, category: String) -> CauseRule? {
    guard let entry = cursor.mapping(node, of: "a cause", keys: Self.keys) else { return nil }
    guard let id = entry["id"]?.scalarText, let title = entry["title"]?.scalarText else {
      cursor.report(node, "a cause needs 'id' and 'title'")
      return nil
    }
    let severity = choice(entry["severity"], "severity", Severity.named, in: node)
    let act = choice(
      entry["act"], "act", Dictionary(uniqueKeysWithValues: Actor.allCases.map { ($0.rawValue, $0) }),
      in: node)
    let kind = specificity(entry["kind"], in: node)
    guard let severity, let act, let kind else { return nil }
    let evidence = cursor.list(entry["evidence"]).compactMap(self.evidence)
    if evidence.isEmpty {
      cursor.report(node, "the cause '\(id)' has no evidence")
      return nil
    }
    return CauseRule(
      id: id, title: title, titleOfMany: entry["title_of_many"]?.scalarText, severity: severity, act: act,
      category: entry["category"]?.scalarText ?? category,
      escalation: entry["escalate"].flatMap(escalation),
      scope: cursor.list(entry["scope"]).compactMap { field($0, $0.scalarText ?? "") },
      specificity: kind, evidence: evidence,
      contrary: cursor.list(entry["contrary"]).compactMap(self.evidence),
      success: entry["success"].map(selector),
      supersedes: cursor.texts(entry["supersedes"], of: "supersedes"),
      follows: cursor.texts(entry["follows"], of: "follows"),
      rivals: rivals(entry["rivals"]),
      probes: cursor.texts(entry["probe"], of: "probe"),
      lookAlikes: lookAlikes(entry["look_alikes"]),
      summary: entry["summary"]?.scalarText ?? "",
      explain: entry["explain"]?.scalarText ?? "",
      fix: fix(entry["fix"]),
      references: cursor.texts(entry["references"], of: "references"),
      isNoise: cursor.flag(entry["noise"], of: "noise"),
      samples: cursor.list(entry["samples"]).compactMap(sample), place: cursor.place(node))
  }

  func rivals(_ node: Node?) -> [(cause: String, share: Double)] {
    guard let node else { return [] }
    return cursor.pairs(node, of: "rivals").map {
      (cause: $0.name, share: Double($0.value.scalarText ?? "") ?? 0)
    }
  }

  func lookAlikes(_ node: Node?) -> [(cause: String, difference: String)] {
    guard let node else { return [] }
    return cursor.pairs(node, of: "look_alikes").map {
      (cause: $0.name, difference: $0.value.scalarText ?? "")
    }
  }

  func fix(_ node: Node?) -> [(server: String, steps: [String])] {
    guard let node else { return [] }
    return cursor.pairs(node, of: "fix").map { (server: $0.name, steps: cursor.texts($0.value, of: "fix")) }
  }

  private func choice<Value>(_ node: Node?, _ what: String, _ words: [String: Value], in parent: Node)
    -> Value?
  {
    guard let node else {
      cursor.report(parent, "'\(what)' is missing")
      return nil
    }
    return cursor.choice(node, of: what, among: words)
  }

  func field(_ node: Node, _ name: String) -> Field? {
    if let field = Field.named[name] { return field }
    cursor.report(node, "unknown field '\(name)'\(Suggestion.hint(for: name, among: Field.named.keys))")
    return nil
  }

  func evidence(_ node: Node) -> CauseRule.Evidence? {
    guard let entry = cursor.mapping(node, of: "evidence", keys: Self.evidenceKeys) else { return nil }
    guard let select = entry["select"] else {
      cursor.report(node, "'select' is missing")
      return nil
    }
    var evidence = CauseRule.Evidence(place: cursor.place(node))
    evidence.select = selector(select)
    if let from = entry["from"] {
      evidence.population = cursor.choice(
        from, of: "population",
        among: Dictionary(
          uniqueKeysWithValues: CauseRule.Population.allCases.map { ($0.rawValue, $0) }))
    }
    switch entry["scope"]?.scalarText {
    case nil, "same": break
    case "host": evidence.inScope = false
    case "elsewhere":
      evidence.inScope = false
      evidence.elsewhere = true
    case .some(let other):
      cursor.report(entry["scope"]!, "unknown scope '\(other)'; one of same, host, elsewhere")
    }
    if let when = entry["when"] {
      evidence.time =
        cursor.choice(
          when, of: "time",
          among: Dictionary(
            uniqueKeysWithValues: CauseRule.Evidence.Time.allCases.map { ($0.rawValue, $0) })) ?? .any
    }
    evidence.atLeast = thresholds(entry["at_least"])
    evidence.atMost = thresholds(entry["at_most"])
    if let share = entry["share_at_least"]?.scalarText {
      evidence.shareAtLeast = Double(share.hasSuffix("%") ? String(share.dropLast()) : share)
    }
    evidence.stops = cursor.flag(entry["stops"], of: "stops")
    evidence.optional = cursor.flag(entry["optional"], of: "optional")
    evidence.says = entry["says"]?.scalarText
    return evidence
  }

  private func thresholds(_ node: Node?) -> [CauseRule.Threshold] {
    guard let node else { return [] }
    return cursor.pairs(node, of: "at_least/at_most").compactMap { key, name, value in
      guard let number = Int(value.scalarText ?? "") else {
        cursor.report(value, "a threshold must be a whole number")
        return nil
      }
      if name == "events" { return CauseRule.Threshold(measure: .events, value: number) }
      guard name.hasPrefix("distinct "), let field = field(key, String(name.dropFirst(9))) else {
        if !name.hasPrefix("distinct ") {
          cursor.report(key, "unknown measure '\(name)'; 'events' or 'distinct FIELD'")
        }
        return nil
      }
      return CauseRule.Threshold(measure: .distinct(field), value: number)
    }
  }

  func selector(_ node: Node) -> CauseRule.Selector {
    var selector = CauseRule.Selector()
    let classes = vocabulary.reasons.map(\.name)
    for (key, name, value) in cursor.pairs(node, of: "select") {
      switch name {
      case "event":
        selector.events = cursor.list(value).compactMap {
          cursor.choice($0, of: "event type", among: EventType.named)
        }
      case "reason":
        selector.reasons = cursor.texts(value, of: "reason")
        for reason in selector.reasons where !reason.hasSuffix("*") && !classes.contains(reason) {
          cursor.report(value, "unknown reason class '\(reason)'\(Suggestion.hint(for: reason, among: classes))")
        }
      case "direction":
        selector.direction = cursor.choice(value, of: "direction", among: Direction.named) ?? .unknown
      case "program": selector.programs = cursor.texts(value, of: "program")
      case "rule": selector.rules = cursor.texts(value, of: "rule")
      default:
        guard let field = field(key, name) else { continue }
        selector.fields.append(
          CauseRule.Selector.Test(field: field, isOneOf: cursor.texts(value, of: name)))
      }
    }
    if selector.events.isEmpty && selector.rules.isEmpty {
      cursor.report(node, "a selection needs 'event' or 'rule'")
    }
    return selector
  }

  func sample(_ node: Node) -> CauseRule.Sample? {
    guard let entry = cursor.mapping(node, of: "a sample", keys: ["log", "healthy", "note"]) else {
      return nil
    }
    if let log = entry["log"]?.scalarText {
      return CauseRule.Sample(log: log, mustFind: true, place: cursor.place(node))
    }
    if let log = entry["healthy"]?.scalarText {
      return CauseRule.Sample(log: log, mustFind: false, place: cursor.place(node))
    }
    cursor.report(node, "a sample needs 'log' or 'healthy'")
    return nil
  }
}
