import EventRules
import MailEvents
import RuleFiles

/// Reason classes of texts that have no log line around them.
struct TextReasons: Sendable {
  struct Found {
    var rule: ReasonRule
    /// A text named it; otherwise only a code did.
    var isNamed: Bool
  }

  private let rules: [ReasonRule]
  private let classifier: ReasonClassifier
  private let everywhere: ReasonClassifier.GroupSelection
  private let replies: ReasonClassifier.GroupSelection

  /// The group of the replies of SMTP servers comes first where the text is one.
  private static let replyGroup = "smtp-reply"

  init(_ rules: RuleSet) {
    self.rules = rules.reasons
    var ids: [String: UInt16] = [:]
    for (number, reason) in rules.vocabulary.reasons.enumerated() { ids[reason.name] = UInt16(number + 1) }
    classifier = ReasonClassifier(rules: rules.reasons, reasonIDs: ids)
    // The groups that most patterns ask first come first: the commoner reading of a text that several know.
    var uses: [String: Int] = [:]
    for rule in rules.reasons { uses[rule.group] = 0 }
    for pattern in rules.patterns {
      if case .classified(let names, _) = pattern.reason, let first = names.first { uses[first]? += 1 }
    }
    let groups = uses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    everywhere = classifier.selection(of: groups)
    replies = classifier.selection(of: [Self.replyGroup] + groups.filter { $0 != Self.replyGroup })
  }

  func find(_ text: String, _ codes: QueryCodes) -> Found? {
    let bytes = Array(text.utf8)
    var hits: [Int32] = []
    let isReply = codes.reply != nil || codes.enhanced != nil
    let found = classifier.rule(
      bytes.span, ByteRange(0, bytes.count), groups: isReply ? replies : everywhere, code: codes.replyRange,
      enhanced: codes.enhancedRange, hits: &hits)
    return found < 0 ? nil : Found(rule: rules[found], isNamed: !rules[found].contains.isEmpty)
  }
}
