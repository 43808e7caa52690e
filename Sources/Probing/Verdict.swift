/// What live checks say of a cause.
public struct Verdict: Sendable, Equatable {
  public enum Kind: String, Sendable { case confirmed, refuted, inconclusive }
  public var kind: Kind
  /// What was seen that speaks for it, in sentences. UNTRUSTED.
  public var seen: [String]

  /// Judges a cause.
  /// - Parameter scope: values of the finding's scope; where there are any, what was seen of others does not count.
  public static func of(cause: String, scope: [String], _ observations: [Observation]) -> Verdict {
    guard let rule = VerdictTable.rules[cause] else {
      return Verdict(kind: .inconclusive, seen: ["no live check tells about this cause"])
    }
    let values = Set(scope)
    let relevant = observations.filter { observation in
      observation.scope.isEmpty || values.isEmpty || !values.isDisjoint(with: observation.scope)
    }
    let names = Set(observations.map(\.name))
    let confirming = relevant.filter { rule.confirms.contains($0.name) }
    let refuting = relevant.filter { rule.refutes.contains($0.name) }
    let isControlled = rule.needs.isEmpty || rule.needs.contains { names.contains($0) }
    if !confirming.isEmpty, isControlled, refuting.isEmpty || !rule.refutingWins {
      return Verdict(kind: .confirmed, seen: words(confirming))
    }
    if !refuting.isEmpty, confirming.isEmpty || rule.refutingWins {
      return Verdict(kind: .refuted, seen: words(refuting))
    }
    let unknown = relevant.filter { $0.quality == .unknown && rule.probes.contains($0.probe) }
    return Verdict(kind: .inconclusive, seen: words(confirming.isEmpty ? unknown : confirming))
  }

  /// The cause that a problem is a sign of; nil for what is in order, and for what no cause is known of.
  public static func cause(of observation: Observation) -> String? { VerdictTable.cause(of: observation) }

  private static func words(_ observations: [Observation]) -> [String] {
    var seen: [String] = []
    for observation in observations where !seen.contains(observation.seen) && seen.count < 4 {
      seen.append(observation.seen)
    }
    return seen
  }
}
