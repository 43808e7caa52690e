import EventRules
import LogSyntax
import MailEvents
import RuleFiles

/// Tries drafts as rules: each is read as a rule file and has to take its sample and its examples.
struct DraftTrial: ~Copyable {
  private var classifier: LineClassifier
  private let firstDraft: Int
  private var head = EventHead()
  private var values = FieldValues()

  /// - Returns: the drafts that are right, with what their samples give.
  static func passing(_ drafts: [RuleDraft?], rules: RuleSet, builtinPatterns: Int) -> [RuleDraft?] {
    var known = rules
    var result: [RuleDraft?] = []
    for draft in drafts {
      guard let draft, let rule = Self.rule(draft, rules.vocabulary) else {
        result.append(nil)
        continue
      }
      known.patterns.append(rule)
      result.append(draft)
    }
    var trial = DraftTrial(known, builtinPatterns: builtinPatterns)
    for index in result.indices {
      if let draft = result[index] { result[index] = trial.check(draft) }
    }
    return result
  }

  /// The draft as a rule file is read.
  static func rule(_ draft: RuleDraft, _ vocabulary: RuleVocabulary) -> PatternRule? {
    let text = "logscan: patterns/1\npatterns:\n" + draft.yaml()
    let loaded = RuleLoader.load([(name: draft.id, text: text)], vocabulary: vocabulary)
    return loaded.problems.isEmpty ? loaded.rules.patterns.first : nil
  }

  private init(_ rules: RuleSet, builtinPatterns: Int) {
    firstDraft = builtinPatterns
    classifier = LineClassifier(rules: rules, builtinPatterns: builtinPatterns)
  }

  private mutating func check(_ draft: RuleDraft) -> RuleDraft? {
    let sample = Array(draft.sample.utf8)
    guard classify(sample, program: draft.program) == .recognised, classifier.rules[Int(head.rule)].id == draft.id
    else { return nil }
    var draft = draft
    draft.gives = [("event", head.event.name)]
    let reason = classifier.reasons[Int(head.reason)]
    if !reason.isEmpty, reason != "unclassified" { draft.gives.append(("reason", reason)) }
    for field in draft.fields {
      guard let range = values[field] else { continue }
      draft.gives.append((field.name, textValue(range, sample.span, classifier.constants.span)))
    }
    for example in draft.examples where classify(example, program: draft.program) != .recognised { return nil }
    return draft
  }

  private mutating func classify(_ message: [UInt8], program: String) -> LineOutcome {
    // For all programs of a server: one that has no rules of its own.
    let name = program.hasSuffix("/*") ? "\(program.dropLast())any" : program
    let isDovecot = name.hasPrefix("dovecot/")
    let tag = isDovecot ? "dovecot" : name
    let bytes = message + Array(tag.utf8) + (isDovecot ? Array(name.utf8.dropFirst(8)) : [])
    var frame = LineFrame()
    frame.form = .rfc3164
    frame.message = ByteRange(0, message.count)
    frame.tag = ByteRange(message.count, message.count + tag.utf8.count)
    frame.process = ByteRange(frame.tag.upper, bytes.count)
    return classifier.classify(bytes.span, frame, &head, &values)
  }
}
