extension RuleSet {
  /// Lays `other` over these rules: first what it mutes is turned off, then a rule whose id is already there replaces it,
  /// then rules are extended. A replaced or extended pattern ranks with those of the file that changes it.
  ///
  /// - Returns: ids that are extended or muted and that no rule has.
  @discardableResult
  public mutating func overlay(_ other: RuleSet, from origin: RuleOrigin = .option) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    vocabulary.overlay(other.vocabulary)
    foreignPrograms.formUnion(other.foreignPrograms)
    for mute in other.edits.mutes {
      switch mute.kind {
      case .pattern: Self.mute(&patterns, mute, origin, &changes, &problems)
      case .reason: Self.mute(&reasons, mute, origin, &changes, &problems)
      case .cause: Self.mute(&causes, mute, origin, &changes, &problems)
      case .client where leavesOutClients: break
      case .client: Self.mute(&clients, mute, origin, &changes, &problems)
      }
    }
    if !patterns.isEmpty {
      let ids = Set(other.patterns.map(\.id))
      userPatterns += other.patterns.count - patterns.suffix(userPatterns).count { ids.contains($0.id) }
    }
    Self.replace(&patterns, with: other.patterns, origin, &changes)
    // Of two reasons that know the same text the earlier wins, so those of a later file come first.
    Self.replace(&reasons, with: other.reasons, origin, &changes)
    reasons = Array(reasons.suffix(other.reasons.count) + reasons.dropLast(other.reasons.count))
    Self.replace(&causes, with: other.causes, origin, &changes)
    if !leavesOutClients { Self.replace(&clients, with: other.clients, origin, &changes) }

    Self.extend(&patterns, other.edits.patterns, origin, &changes, &problems)
    moveExtendedPatterns(other.edits.patterns)
    Self.extend(&reasons, other.edits.reasons, origin, &changes, &problems)
    Self.extend(&causes, other.edits.causes, origin, &changes, &problems)
    if !leavesOutClients { Self.extend(&clients, other.edits.clients, origin, &changes, &problems) }
    return problems
  }

  /// The rules that take part: muted reasons, causes and clients are left out. Muted patterns stay, for their lines are known.
  public var inForce: RuleSet {
    var rules = self
    if reasons.contains(where: \.isMuted) { rules.reasons.removeAll(where: \.isMuted) }
    if causes.contains(where: \.isMuted) { rules.causes.removeAll(where: \.isMuted) }
    if clients.contains(where: \.isMuted) { rules.clients.removeAll(where: \.isMuted) }
    return rules
  }

  /// What muted a cause; nil where it takes part.
  public func mute(ofCause id: String) -> RuleChange? {
    guard !causes.contains(where: { $0.id == id && !$0.isMuted }) else { return nil }
    return changes.last { $0.kind == .cause && $0.id == id && $0.verb == .muted }
  }

  private static func mute(
    _ rules: inout [some IdentifiedRule], _ mute: RuleMute, _ origin: RuleOrigin, _ changes: inout [RuleChange],
    _ problems: inout [RuleProblem]
  ) {
    var names: Set<String> = []
    for index in rules.indices where mute.covers(rules[index].id) {
      rules[index].isMuted = true
      let rule = rules[index]
      guard names.insert(rule.id).inserted else { continue }
      changes.append(
        RuleChange(
          kind: mute.kind, id: rule.id, verb: .muted, origin: origin, place: mute.place, former: rule.place))
    }
    if names.isEmpty {
      let hint = Suggestion.hint(for: mute.pattern, among: rules.lazy.map(\.id))
      problems.append(
        RuleProblem(mute.place, "no \(mute.kind.rawValue) to mute has the id '\(mute.pattern)'\(hint)"))
    }
  }

  private static func replace<Rule: IdentifiedRule>(
    _ rules: inout [Rule], with new: [Rule], _ origin: RuleOrigin, _ changes: inout [RuleChange]
  ) {
    let isFirst = rules.isEmpty
    let former = Dictionary(rules.lazy.map { ($0.id, $0.place) }, uniquingKeysWith: { first, _ in first })
    let replaced = Set(new.lazy.filter(\.hasOwnID).map(\.id))
    rules.removeAll { replaced.contains($0.id) }
    rules += new
    Rule.distinguish(&rules)
    // The first rules of all are where changes begin.
    if isFirst { return }
    var names: Set<String> = []
    for rule in rules.suffix(new.count) where names.insert(rule.id).inserted {
      let place = rule.hasOwnID ? former[rule.id] : nil
      changes.append(
        RuleChange(
          kind: Rule.kind, id: rule.id, verb: place == nil ? .added : .replaced, origin: origin, place: rule.place,
          former: place))
    }
  }

  private static func extend<Rule: IdentifiedRule>(
    _ rules: inout [Rule], _ extensions: [RuleExtension<Rule>], _ origin: RuleOrigin,
    _ changes: inout [RuleChange], _ problems: inout [RuleProblem]
  ) {
    for edit in extensions {
      var former: RulePlace?
      for index in rules.indices where rules[index].id == edit.id {
        former = former ?? rules[index].place
        for change in edit.changes { change(&rules[index]) }
      }
      if let former {
        changes.append(
          RuleChange(
            kind: Rule.kind, id: edit.id, verb: .extended, origin: origin, place: edit.place, former: former))
      } else {
        let hint = Suggestion.hint(for: edit.id, among: rules.lazy.map(\.id))
        problems.append(
          RuleProblem(edit.place, "no \(Rule.kind.rawValue) to extend has the id '\(edit.id)'\(hint)"))
      }
    }
  }

  private mutating func moveExtendedPatterns(_ extensions: [RuleExtension<PatternRule>]) {
    guard !extensions.isEmpty else { return }
    let ids = Set(extensions.map(\.id))
    let first = patterns.count - userPatterns
    let moved = patterns[..<first].filter { ids.contains($0.id) }
    patterns = patterns[..<first].filter { !ids.contains($0.id) } + patterns[first...] + moved
    userPatterns += moved.count
  }
}
