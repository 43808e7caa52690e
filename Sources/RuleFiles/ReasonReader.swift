import Yams

/// Reads `logscan: reasons/1`.
struct ReasonReader {
  let cursor: YAMLCursor
  let vocabulary: RuleVocabulary

  private static let keys = [
    "id", "reason", "contains", "also", "unless", "when", "provider", "samples", "note",
  ]

  func read(_ root: Node) -> (rules: [ReasonRule], extensions: [RuleExtension<ReasonRule>], mutes: [RuleMute]) {
    guard
      let top = cursor.mapping(
        root, of: "a reason file", keys: ["logscan", "group", "provider", "reasons", "mute", "note"])
    else { return ([], [], []) }
    let provider = top["provider"]?.scalarText
    var rules: [ReasonRule] = []
    var extensions: [RuleExtension<ReasonRule>] = []
    for node in cursor.list(top["reasons"]) {
      if let id = cursor.extendedID(node) {
        if let edit = self.edit(node, id) { extensions.append(edit) }
      } else if let group = top["group"]?.scalarText {
        if let rule = rule(node, group: group, provider: provider) { rules.append(rule) }
      } else {
        cursor.report(root, "'group' is missing")
        break
      }
    }
    return (rules, extensions, cursor.mutes(top["mute"], of: .reason))
  }

  /// `extends:` adds texts and samples and changes what else is named.
  private func edit(_ node: Node, _ id: Node) -> RuleExtension<ReasonRule>? {
    let keys = ["extends"] + Self.keys
    guard let entry = cursor.mapping(node, of: "an extension of a reason", keys: keys) else { return nil }
    var edit = RuleExtension<ReasonRule>(id: id.scalarText ?? "", place: cursor.place(id))
    if let reason = entry["reason"].flatMap(reasonClass) { edit.changes.append { $0.reason = reason } }
    if let provider = entry["provider"]?.scalarText { edit.changes.append { $0.provider = provider } }
    let contains = texts(entry["contains"])
    let also = cursor.texts(entry["also"], of: "also")
    let unless = cursor.texts(entry["unless"], of: "unless")
    let when = codes(entry["when"])
    let samples = samples(entry["samples"])
    edit.changes.append { rule in
      rule.contains += contains
      rule.also += also
      rule.unless += unless
      rule.codes += when.basic
      rule.enhancedCodes += when.enhanced
      rule.samples += samples
    }
    return edit
  }

  private func rule(_ node: Node, group: String, provider: String?) -> ReasonRule? {
    guard let entry = cursor.mapping(node, of: "a reason", keys: Self.keys) else { return nil }
    guard let reasonNode = entry["reason"], let reason = reasonClass(reasonNode) else {
      cursor.report(node, "'reason' is missing")
      return nil
    }
    let when = codes(entry["when"])
    let contains = texts(entry["contains"])
    if contains.isEmpty && when.basic.isEmpty && when.enhanced.isEmpty {
      cursor.report(node, "a reason needs 'contains' or 'when'")
      return nil
    }
    let samples = samples(entry["samples"])
    if samples.isEmpty { cursor.report(node, "the reason has no sample") }
    let id = entry["id"]?.scalarText
    return ReasonRule(
      id: id
        ?? ReasonRule.madeUpID(
          group: group, contains: contains, enhancedCodes: when.enhanced, codes: when.basic),
      group: group, reason: reason, contains: contains, also: cursor.texts(entry["also"], of: "also"),
      unless: cursor.texts(entry["unless"], of: "unless"), codes: when.basic, enhancedCodes: when.enhanced,
      provider: entry["provider"]?.scalarText ?? provider, samples: samples, place: cursor.place(node),
      hasOwnID: id != nil)
  }

  private func reasonClass(_ node: Node) -> String? {
    guard let name = node.scalarText else { return nil }
    let classes = vocabulary.reasons.map(\.name)
    if !classes.contains(name) {
      cursor.report(node, "unknown reason class '\(name)'\(Suggestion.hint(for: name, among: classes))")
    }
    return name
  }

  private func codes(_ node: Node?) -> (basic: [String], enhanced: [String]) {
    guard let node, let tests = cursor.mapping(node, of: "when", keys: ["code", "dsn"]) else { return ([], []) }
    return (cursor.texts(tests["code"], of: "code"), cursor.texts(tests["dsn"], of: "dsn"))
  }

  private func texts(_ node: Node?) -> [String] {
    guard let node else { return [] }
    let texts = cursor.texts(node, of: "contains")
    for text in texts where text.utf8.count < 3 {
      cursor.report(node, "'\(text)' is too short; at least three bytes are needed")
    }
    return texts
  }

  private func samples(_ node: Node?) -> [(text: String, place: RulePlace)] {
    cursor.list(node).compactMap { sample in
      cursor.text(sample, of: "a sample").map { (text: $0, place: cursor.place(sample)) }
    }
  }
}
