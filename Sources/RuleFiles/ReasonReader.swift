import Yams

/// Reads `logscan: reasons/1`.
struct ReasonReader {
  let cursor: YAMLCursor
  let vocabulary: RuleVocabulary

  private static let keys = [
    "id", "reason", "contains", "also", "unless", "when", "provider", "samples", "note",
  ]

  func read(_ root: Node) -> [ReasonRule] {
    guard
      let top = cursor.mapping(
        root, of: "a reason file", keys: ["logscan", "group", "provider", "reasons", "note"])
    else { return [] }
    guard let group = top["group"]?.scalarText else {
      cursor.report(root, "'group' is missing")
      return []
    }
    let provider = top["provider"]?.scalarText
    return cursor.list(top["reasons"]).compactMap { rule($0, group: group, provider: provider) }
  }

  private func rule(_ node: Node, group: String, provider: String?) -> ReasonRule? {
    guard let entry = cursor.mapping(node, of: "a reason", keys: Self.keys) else { return nil }
    guard let reasonNode = entry["reason"], let reason = reasonNode.scalarText else {
      cursor.report(node, "'reason' is missing")
      return nil
    }
    let classes = vocabulary.reasons.map(\.name)
    if !classes.contains(reason) {
      cursor.report(
        reasonNode, "unknown reason class '\(reason)'\(Suggestion.hint(for: reason, among: classes))")
    }
    var codes: [String] = []
    var enhanced: [String] = []
    if let when = entry["when"],
      let tests = cursor.mapping(when, of: "when", keys: ["code", "dsn"])
    {
      codes = cursor.texts(tests["code"], of: "code")
      enhanced = cursor.texts(tests["dsn"], of: "dsn")
    }
    let contains = cursor.texts(entry["contains"], of: "contains")
    if contains.isEmpty && codes.isEmpty && enhanced.isEmpty {
      cursor.report(node, "a reason needs 'contains' or 'when'")
      return nil
    }
    for text in contains where text.utf8.count < 3 {
      cursor.report(entry["contains"]!, "'\(text)' is too short; at least three bytes are needed")
    }
    let place = cursor.place(node)
    let samples = cursor.list(entry["samples"]).compactMap { sample in
      cursor.text(sample, of: "a sample").map { (text: $0, place: cursor.place(sample)) }
    }
    if samples.isEmpty { cursor.report(node, "the reason has no sample") }
    return ReasonRule(
      id: entry["id"]?.scalarText ?? "\(group)@\(place.file):\(place.line)", group: group,
      reason: reason, contains: contains, also: cursor.texts(entry["also"], of: "also"),
      unless: cursor.texts(entry["unless"], of: "unless"), codes: codes, enhancedCodes: enhanced,
      provider: entry["provider"]?.scalarText ?? provider, samples: samples, place: place)
  }
}
