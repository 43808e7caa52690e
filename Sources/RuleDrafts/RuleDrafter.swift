import EventRules
import MailEvents
import RuleFiles

/// Drafts rules for lines that no rule takes.
///
/// Every draft is tried before it is shown: it loads, it takes its sample and the lines it was drafted from, and it stands
/// in no other rule's way.
public struct RuleDrafter {
  /// Kinds of lines for which there is no draft, and why.
  public struct LeftOut: Sendable {
    public internal(set) var shapes = 0
    public internal(set) var lines = 0

    mutating func add(_ group: LineGroup) {
      shapes += 1
      lines += group.count
    }
  }

  public struct Result: Sendable {
    public internal(set) var drafts: [RuleDraft] = []
    /// Rarer kinds than those asked for.
    public internal(set) var beyondLimit = LeftOut()
    /// Too little of the line is fixed.
    public internal(set) var withoutWords = LeftOut()
    /// No template was found that takes the lines.
    public internal(set) var withoutTemplate = LeftOut()
    /// Lines of kinds that were not even kept.
    public internal(set) var notKept = 0
  }

  private let rules: RuleSet
  private let builtinPatterns: Int
  private let groups: Set<String>
  private var ids: Set<String>

  public init(rules: RuleSet, builtinPatterns: Int) {
    self.rules = rules
    self.builtinPatterns = builtinPatterns
    groups = Set(rules.reasons.map(\.group))
    ids = Set(rules.patterns.map(\.id))
  }

  /// The `limit` commonest kinds of line.
  public mutating func draft(_ missed: MissedLines, limit: Int) -> Result {
    var result = Result()
    result.notKept = missed.overflow
    var rest = GroupMerger(splitter: missed.splitter).merge(missed.shapes)[...]
    while result.drafts.count < limit, !rest.isEmpty {
      let batch = Array(rest.prefix(limit - result.drafts.count))
      rest = rest.dropFirst(batch.count)
      draft(batch, missed.splitter, &result)
    }
    for group in rest { result.beyondLimit.add(group) }
    removeConflicting(&result)
    result.drafts.sort { ($1.count, $0.id) < ($0.count, $1.id) }
    return result
  }

  private mutating func draft(_ batch: [LineGroup], _ splitter: MessageSplitter, _ result: inout Result) {
    var drafts: [RuleDraft?] = []
    for group in batch {
      guard let template = TemplateDraft(group, splitter: splitter), YAMLText.isPrintable(group.program) else {
        result.withoutWords.add(group)
        continue
      }
      let draft = self.draft(group, template)
      // Kinds that give the same template are one.
      if let same = result.drafts.firstIndex(where: { $0.program == draft.program && $0.match == draft.match }) {
        result.drafts[same].count += group.count
      } else if let same = drafts.firstIndex(where: { $0?.program == draft.program && $0?.match == draft.match }) {
        drafts[same]?.count += group.count
        drafts[same]?.examples += group.examples
      } else {
        ids.insert(draft.id)
        drafts.append(draft)
      }
    }
    let passing = DraftTrial.passing(drafts, rules: rules, builtinPatterns: builtinPatterns)
    for (draft, tried) in zip(drafts, passing) {
      if let tried {
        result.drafts.append(tried)
      } else if let draft {
        result.withoutTemplate.shapes += 1
        result.withoutTemplate.lines += draft.count
      }
    }
  }

  private func draft(_ group: LineGroup, _ template: TemplateDraft) -> RuleDraft {
    let program = Self.programPattern(group.program)
    return RuleDraft(
      id: DraftID.id(program: program, words: template.words, taken: ids), program: program, count: group.count,
      place: group.place, match: template.text, event: template.event, direction: template.direction,
      reasonGroups: template.hasReason ? EventGuess.reasonGroups(of: template.event).filter(groups.contains) : [],
      sample: template.sample, fields: template.fields, examples: group.examples)
  }

  /// A line that names only its server is for all programs of the server.
  private static func programPattern(_ name: String) -> String {
    if name.isEmpty { return "postfix/*" }
    return name.hasSuffix("/") ? name + "*" : name
  }

  /// What `rules check` would say against a draft takes it off.
  private func removeConflicting(_ result: inout Result) {
    var known = rules
    known.patterns += result.drafts.compactMap { DraftTrial.rule($0, rules.vocabulary) }
    var checker = RuleChecker(rules: known, builtinPatterns: builtinPatterns)
    let wrong = Set(checker.check().map(\.file))
    for draft in result.drafts where wrong.contains(draft.id) {
      result.withoutTemplate.shapes += 1
      result.withoutTemplate.lines += draft.count
    }
    result.drafts.removeAll { wrong.contains($0.id) }
  }
}
