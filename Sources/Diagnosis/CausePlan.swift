import EventRules
import MailEvents
import MailFlow
import RuleFiles

/// Cause rules made ready: which tables of the ledger each piece of evidence is counted in.
public struct CausePlan: Sendable {
  struct Piece: Sendable {
    var evidence: CauseRule.Evidence
    var table: Int
    /// How many fields of the table's key are the scope; the client address follows where a population is asked for.
    var scopeCount: Int
    /// Position of `client.ip` in the key, or -1.
    var clientPosition: Int
  }

  struct Cause: Sendable {
    var rule: CauseRule
    var evidence: [Piece]
    var contrary: [Piece]
    var success: Piece?
  }

  public private(set) var tallies = TallyPlan()
  private(set) var causes: [Cause] = []
  let reasons: [String]
  let ruleIDs: [String]
  private let reasonIndex: NameIndex
  private let ruleIndex: NameIndex

  /// Fields that tell what a finding hurts.
  static let impactFields: [Field] = [.emailLocalId, .smtpEnvelopeTo, .smtpEnvelopeFrom, .userName, .clientIp]

  /// Compiles the causes. Conditions on unknown reasons or rules were reported when the files were read; here they select
  /// nothing.
  public init(rules: RuleSet, classifier: LineClassifier) {
    reasons = classifier.reasons
    ruleIDs = classifier.rules.map(\.id)
    reasonIndex = NameIndex(reasons)
    ruleIndex = NameIndex(ruleIDs)
    for rule in rules.causes {
      let evidence = rule.evidence.enumerated().map { position, piece in
        plan(piece, of: rule, isFirst: position == 0)
      }
      let contrary = rule.contrary.map { plan($0, of: rule, isFirst: false) }
      let success = rule.success.map { selector in
        plan(CauseRule.Evidence(select: selector, place: rule.place), of: rule, isFirst: false)
      }
      causes.append(Cause(rule: rule, evidence: evidence, contrary: contrary, success: success))
    }
  }

  private mutating func plan(_ piece: CauseRule.Evidence, of rule: CauseRule, isFirst: Bool) -> Piece {
    let usesScope = piece.inScope || piece.elsewhere
    var key = usesScope ? rule.scope : []
    let scopeCount = key.count
    var clientPosition = -1
    if piece.population != nil {
      clientPosition = key.firstIndex(of: .clientIp) ?? key.count
      if clientPosition == key.count { key.append(.clientIp) }
    }
    var distinct: [Field] = []
    let escalation = isFirst ? rule.escalation?.atLeast ?? [] : []
    for threshold in piece.atLeast + piece.atMost + escalation {
      if case .distinct(let field) = threshold.measure { distinct.append(field) }
    }
    var shown: [Field] = []
    if isFirst {
      if !rule.isNoise { distinct += Self.impactFields }
      let texts = [rule.summary, rule.title, rule.titleOfMany ?? ""] + rule.fix.flatMap(\.steps)
      for name in texts.flatMap(Summary.placeholders) {
        if name.hasPrefix("distinct "), let field = Field.named[String(name.dropFirst(9))] {
          distinct.append(field)
        } else if let field = Field.named[name] {
          shown.append(field)
        }
      }
    }
    let table = tallies.table(
      selection(piece.select), key: key, distinct: distinct, keepsText: isFirst, shown: shown)
    return Piece(
      evidence: piece, table: table, scopeCount: scopeCount, clientPosition: clientPosition)
  }

  private func selection(_ selector: CauseRule.Selector) -> TallyPlan.Selection {
    var selection = TallyPlan.Selection()
    selection.events = selector.events
    selection.direction = selector.direction
    selection.programs = selector.programs
    if !selector.reasons.isEmpty {
      selection.reasons = reasonIndex.numbers(matching: selector.reasons).filter { $0 > 0 }.map(UInt16.init)
    }
    // A list of which nothing is known selects nothing, not everything.
    if selection.reasons.isEmpty, !selector.reasons.isEmpty { selection.reasons = [0] }
    if !selector.rules.isEmpty {
      selection.rules = ruleIndex.numbers(matching: selector.rules).map(Int32.init)
    }
    if selection.rules.isEmpty, !selector.rules.isEmpty { selection.reasons = [0] }
    selection.tests = selector.fields.map(Self.test)
    return selection
  }

  private static func test(_ test: CauseRule.Selector.Test) -> TallyPlan.FieldTest {
    TallyPlan.FieldTest(
      field: test.field,
      anyOf: test.isOneOf.map { text in
        if text == "absent" { return TallyPlan.FieldTest.Test(.present, isNegated: true) }
        let isNegated = text.hasPrefix("not:")
        return TallyPlan.FieldTest.Test(
          condition(isNegated ? String(text.dropFirst(4)) : text), isNegated: isNegated)
      })
  }

  private static func condition(_ text: String) -> TallyPlan.FieldTest.Condition {
    switch text {
    case "present": return .present
    case "loopback": return .loopback
    case "private": return .privateNetwork
    case "remote": return .remote
    default: break
    }
    if text.hasPrefix("<"), let limit = Int(text.dropFirst()) { return .less(limit) }
    if text.hasPrefix(">="), let limit = Int(text.dropFirst(2)) { return .atLeast(limit) }
    let lower = text.lowercased()
    switch (lower.hasPrefix("*"), lower.hasSuffix("*"), lower.count > 1) {
    case (true, true, true): return .contains(Array(lower.dropFirst().dropLast().utf8))
    case (true, false, _): return .hasSuffix(Array(lower.dropFirst().utf8))
    case (false, true, _): return .hasPrefix(Array(lower.dropLast().utf8))
    default: return .equals(Array(lower.utf8))
    }
  }
}
