import Yams

/// Reads `logscan: clients/1`.
struct ClientReader {
  let cursor: YAMLCursor
  let vocabulary: RuleVocabulary

  private static let keys = [
    "id", "client", "code", "text", "means", "causes", "reason", "log", "probe", "try", "references", "samples", "note",
  ]

  func read(_ root: Node) -> (rules: [ClientRule], extensions: [RuleExtension<ClientRule>], mutes: [RuleMute]) {
    guard
      let top = cursor.mapping(root, of: "a client file", keys: ["logscan", "client", "errors", "mute", "note"])
    else { return ([], [], []) }
    let client = top["client"]?.scalarText
    var rules: [ClientRule] = []
    var extensions: [RuleExtension<ClientRule>] = []
    for node in cursor.list(top["errors"]) {
      if let id = cursor.extendedID(node) {
        if let edit = edit(node, id) { extensions.append(edit) }
      } else if let rule = rule(node, client: client) {
        rules.append(rule)
      }
    }
    return (rules, extensions, cursor.mutes(top["mute"], of: .client))
  }

  private func rule(_ node: Node, client: String?) -> ClientRule? {
    guard let entry = cursor.mapping(node, of: "an error", keys: Self.keys) else { return nil }
    guard let id = entry["id"]?.scalarText, let means = entry["means"]?.scalarText else {
      cursor.report(node, "an error needs 'id' and 'means'")
      return nil
    }
    guard let client = entry["client"]?.scalarText ?? client else {
      cursor.report(node, "'client' is missing in \(id): who shows it?")
      return nil
    }
    let rule = ClientRule(
      id: id, client: client, codes: codes(entry["code"]), texts: texts(entry["text"]), means: means,
      causes: cursor.texts(entry["causes"], of: "causes"), reasons: reasons(entry["reason"]),
      signs: cursor.texts(entry["log"], of: "log"), probes: cursor.texts(entry["probe"], of: "probe"),
      steps: cursor.texts(entry["try"], of: "try"), references: cursor.texts(entry["references"], of: "references"),
      samples: samples(entry["samples"]), place: cursor.place(node))
    if rule.codes.isEmpty, rule.texts.isEmpty {
      cursor.report(node, "\(id) needs 'code' or 'text'")
      return nil
    }
    if rule.samples.isEmpty { cursor.report(node, "\(id) has no sample") }
    return rule
  }

  /// `extends:` lets the lists grow and changes what else is named.
  private func edit(_ node: Node, _ id: Node) -> RuleExtension<ClientRule>? {
    let keys = ["extends"] + Self.keys
    guard let entry = cursor.mapping(node, of: "an extension of an error", keys: keys) else { return nil }
    var edit = RuleExtension<ClientRule>(id: id.scalarText ?? "", place: cursor.place(id))
    if let client = entry["client"]?.scalarText { edit.changes.append { $0.client = client } }
    if let means = entry["means"]?.scalarText { edit.changes.append { $0.means = means } }
    let codes = codes(entry["code"])
    let texts = texts(entry["text"])
    let causes = cursor.texts(entry["causes"], of: "causes")
    let reasons = reasons(entry["reason"])
    let signs = cursor.texts(entry["log"], of: "log")
    let probes = cursor.texts(entry["probe"], of: "probe")
    let steps = cursor.texts(entry["try"], of: "try")
    let references = cursor.texts(entry["references"], of: "references")
    let samples = samples(entry["samples"])
    edit.changes.append { rule in
      rule.codes += codes
      rule.texts += texts
      rule.causes += causes
      rule.reasons += reasons
      rule.signs += signs
      rule.probes += probes
      rule.steps += steps
      rule.references += references
      rule.samples += samples
    }
    return edit
  }

  private func codes(_ node: Node?) -> [ErrorCode] {
    cursor.list(node).compactMap { node in
      guard let text = cursor.text(node, of: "code") else { return nil }
      if let code = ErrorCode(text) { return code }
      cursor.report(node, "'\(text)' is no code; write 0x800CCC0E, 5.7.1, x.7.1, 5.7.606-649, 550, 5xx or a name")
      return nil
    }
  }

  private func texts(_ node: Node?) -> [String] {
    let texts = cursor.texts(node, of: "text")
    for text in texts where text.count(where: { $0.isLetter || $0.isNumber }) < 6 {
      cursor.report(node!, "'\(text)' is too short; at least six letters or digits are needed")
    }
    return texts
  }

  private func reasons(_ node: Node?) -> [String] {
    let names = cursor.texts(node, of: "reason")
    let classes = vocabulary.reasons.map(\.name)
    for name in names where !classes.contains(name) {
      cursor.report(node!, "unknown reason class '\(name)'\(Suggestion.hint(for: name, among: classes))")
    }
    return names
  }

  private func samples(_ node: Node?) -> [(text: String, place: RulePlace)] {
    cursor.list(node).compactMap { sample in
      cursor.text(sample, of: "a sample").map { (text: $0, place: cursor.place(sample)) }
    }
  }
}
