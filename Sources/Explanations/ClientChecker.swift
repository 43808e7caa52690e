import RuleFiles

/// Runs the samples of rules for clients: each must be answered by the rule it belongs to.
public enum ClientChecker {
  /// - Parameter only: ids of the rules to check; nil for all.
  public static func check(_ rules: RuleSet, only: Set<String>? = nil) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    let causes = Set(rules.causes.map(\.id))
    let probes = rules.vocabulary.probes
    let index = ClientIndex(rules.inForce.clients)
    for rule in index.rules where only?.contains(rule.id) ?? true {
      for cause in rule.causes where !causes.contains(cause) {
        problems.append(
          RuleProblem(
            rule.place, "\(rule.id) names an unknown cause '\(cause)'\(Suggestion.hint(for: cause, among: causes))"))
      }
      for probe in rule.probes where probes[probe] == nil {
        problems.append(
          RuleProblem(
            rule.place, "\(rule.id) names an unknown probe '\(probe)'\(Suggestion.hint(for: probe, among: probes.keys))"
          ))
      }
      for sample in rule.samples {
        let found = answers(sample.text, index)
        if found.contains(rule.id) { continue }
        let others = found.isEmpty ? "no rule knows it" : "answered by \(found.joined(separator: ", "))"
        problems.append(RuleProblem(sample.place, "sample of \(rule.id): \(others)"))
      }
    }
    return problems
  }

  /// The ids of the rules that a text is answered by.
  private static func answers(_ text: String, _ index: ClientIndex) -> [String] {
    let codes = QueryCodes(text)
    let all = codes.errors + [codes.reply, codes.enhanced].compactMap { $0 }
    let byCode = all.flatMap { code -> [ClientRule] in
      // Of a reply code and an enhanced code all that is known is said, of other codes the narrowest.
      let found = index.rules(for: code)
      if case .number = code { return Array(found.prefix(1)) }
      return found
    }
    return (byCode + index.rules(in: WordText(text))).map(\.id)
  }
}
