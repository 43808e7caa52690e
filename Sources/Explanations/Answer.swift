import MailEvents
import RuleFiles

/// An explanation as it is put together.
struct Answer {
  var explanation: Explanation
  /// Causes that follow from what the question says.
  var causes: [CauseRule] = []
  /// Ids of causes that rules for clients name, in their order.
  private(set) var ids: [String] = []
  /// Reason classes that rules for clients name.
  var reasons: [String] = []
  /// It is what a server answered, most likely to mail that went out.
  var isReply = false
  private(set) var probes: [String] = []
  /// A client's own error was asked for, and no text says more than it.
  var isNamedFirst = false

  init(query: String) { explanation = Explanation(query: query) }

  /// Begins anew with the same question.
  mutating func forget() { self = Answer(query: explanation.query) }

  /// - Parameters:
  ///   - kind: what the rule makes of the question; nil where that is said already.
  ///   - code: by which it was found, if by one.
  ///   - isSure: its causes count; otherwise only its meaning is told.
  mutating func add(
    _ rule: ClientRule, _ kind: Explanation.Kind?, code: ErrorCode? = nil, isSimilar: Bool = false, isSure: Bool = true
  ) {
    if let kind {
      if !explanation.kinds.contains(kind) { explanation.kinds.append(kind) }
      isNamedFirst = true
    }
    let isKnown = explanation.meanings.contains { $0.rule == rule.id }
    if isKnown { return }
    let name = code.flatMap { code in rule.codes.first { $0.covers(code) } }?.description
    explanation.meanings.append(
      Explanation.Meaning(
        name: name ?? rule.id, by: rule.client, text: rule.means, rule: rule.id, isSimilar: isSimilar))
    guard isSure else { return }
    ids += rule.causes
    reasons += rule.reasons
    probes += rule.probes.filter { !probes.contains($0) }
    explanation.signs += rule.signs.filter { !explanation.signs.contains($0) }
    explanation.steps += rule.steps.filter { !explanation.steps.contains($0) }
    explanation.references += rule.references.filter { !explanation.references.contains($0) }
  }

  mutating func add(reason: String, means: String, rule: String? = nil) {
    if explanation.reasons.contains(reason) { return }
    explanation.reasons.append(reason)
    explanation.meanings.append(Explanation.Meaning(name: reason, by: "reason class", text: means, rule: rule))
  }

  mutating func add(event: EventType, means: String, rule: String? = nil) {
    explanation.event = event.name
    explanation.meanings.append(Explanation.Meaning(name: event.name, by: "event", text: means, rule: rule))
  }
}
