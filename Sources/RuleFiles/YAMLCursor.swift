import Yams

/// Reads a YAML tree and collects every mistake with its place, so that one wrong rule does not hide the next.
final class YAMLCursor {
  let file: String
  /// Lines above the text handed in (samples that stand inside another file).
  var problems: [RuleProblem] = []

  init(file: String) { self.file = file }

  func place(_ node: Node) -> RulePlace {
    RulePlace(file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
  }

  func report(_ node: Node, _ text: String) {
    problems.append(RuleProblem(place(node), text))
  }

  /// The entries of a mapping, in file order; reports anything else, unknown keys and repeated keys.
  func mapping(_ node: Node, of what: String, keys: [String]) -> [String: Node]? {
    guard case .mapping(let mapping) = node else {
      report(node, "\(what) must be a mapping of \(keys.joined(separator: ", "))")
      return nil
    }
    var result: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      if !keys.contains(name) {
        report(key, "unknown key '\(name)' in \(what)\(Suggestion.hint(for: name, among: keys))")
      } else {
        result[name] = value
      }
    }
    return result
  }

  /// A mapping with free keys, in file order.
  func pairs(_ node: Node, of what: String) -> [(key: Node, name: String, value: Node)] {
    guard case .mapping(let mapping) = node else {
      report(node, "\(what) must be a mapping")
      return []
    }
    return mapping.map { (key: $0.key, name: $0.key.string ?? "", value: $0.value) }
  }

  func text(_ node: Node, of what: String) -> String? {
    guard case .scalar(let scalar) = node else {
      report(node, "\(what) must be a text")
      return nil
    }
    return scalar.string
  }

  /// A text or a list of texts.
  func texts(_ node: Node?, of what: String) -> [String] {
    guard let node else { return [] }
    if case .sequence(let sequence) = node {
      return sequence.compactMap { text($0, of: what) }
    }
    return text(node, of: what).map { [$0] } ?? []
  }

  /// A list; a single value counts as a list of one.
  func list(_ node: Node?) -> [Node] {
    guard let node else { return [] }
    if case .sequence(let sequence) = node { return Array(sequence) }
    return [node]
  }

  func flag(_ node: Node?, of what: String) -> Bool {
    guard let node else { return false }
    switch text(node, of: what) {
    case "true": return true
    case "false", nil: return false
    case .some(let other):
      report(node, "\(what) must be true or false, not '\(other)'")
      return false
    }
  }

  /// One word of a known list.
  func choice<Value>(_ node: Node, of what: String, among words: [String: Value]) -> Value? {
    guard let word = text(node, of: what) else { return nil }
    if let value = words[word] { return value }
    report(node, "unknown \(what) '\(word)'\(Suggestion.hint(for: word, among: words.keys))")
    return nil
  }
}

extension YAMLCursor {
  /// The id of the rule that an entry extends, or nil where the entry is a rule of its own.
  func extendedID(_ node: Node) -> Node? {
    guard case .mapping(let mapping) = node, let id = mapping["extends"] else { return nil }
    if mapping["id"] != nil { report(id, "a rule has 'id' or 'extends', not both") }
    return id
  }

  /// The entries of `mute:`.
  func mutes(_ node: Node?, of kind: RuleKind) -> [RuleMute] {
    list(node).compactMap { node in
      text(node, of: "mute").map { RuleMute(kind: kind, pattern: $0, place: place(node)) }
    }
  }
}

extension Node {
  /// The text of a scalar whatever it looks like (`5.7.1`, `550`, `true`).
  var scalarText: String? {
    if case .scalar(let scalar) = self { return scalar.string }
    return nil
  }
}
