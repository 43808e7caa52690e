import LogSyntax
import MailEvents
import RuleFiles

/// Runs the samples of rules and looks for rules that stand in each other's way. A sample is a rule's test.
public struct RuleChecker: ~Copyable {
  var classifier: LineClassifier
  private let rules: RuleSet
  private let isStrict: Bool
  var head = EventHead()
  var values = FieldValues()

  /// - Parameter strict: every field of a template must be expected by some sample, and hostile words in the values that
  ///   a stranger controls must not move the others.
  public init(rules: RuleSet, builtinPatterns: Int? = nil, strict: Bool = false) {
    self.rules = rules
    isStrict = strict
    classifier = LineClassifier(rules: rules, builtinPatterns: builtinPatterns)
  }

  /// Everything that is wrong with the patterns and reasons, in file order.
  public mutating func check() -> [RuleProblem] {
    var problems: [RuleProblem] = []
    let groups = Set(rules.reasons.map(\.group))
    for pattern in rules.patterns {
      if case .classified(let names, _) = pattern.reason {
        for name in names where !groups.contains(name) {
          problems.append(
            RuleProblem(
              pattern.place,
              "unknown reason group '\(name)' in \(pattern.id)\(Suggestion.hint(for: name, among: groups))"))
        }
      }
    }
    for conflict in classifier.conflicts() {
      problems.append(
        RuleProblem(
          conflict.place,
          "\(conflict.second) takes the same lines as \(conflict.first) (program \(conflict.program))"))
    }
    for (index, pattern) in rules.patterns.enumerated() where !pattern.isMuted {
      for sample in pattern.samples { problems += check(sample, of: index, pattern) }
      if isStrict { problems += unexpectedFields(of: pattern) }
    }
    problems += checkReasons()
    return problems
  }

  private mutating func check(_ sample: PatternRule.Sample, of index: Int, _ pattern: PatternRule)
    -> [RuleProblem]
  {
    let program = sample.program ?? Self.exampleProgram(of: pattern.programs[0])
    let bytes = Array(sample.line.utf8)
    guard !bytes.isEmpty else { return [RuleProblem(sample.place, "an empty sample line")] }
    let outcome = classify(bytes, program: program)
    let isTaken = outcome == .recognised && head.rule == index
    if sample.isNegative {
      return isTaken ? [RuleProblem(sample.place, "\(pattern.id) must not take this line")] : []
    }
    guard isTaken else {
      let other = outcome == .recognised ? "taken by \(classifier.rules[Int(head.rule)].id)" : "no rule takes it"
      return [RuleProblem(sample.place, "sample of \(pattern.id): \(other)")]
    }
    var problems: [RuleProblem] = []
    for (name, expected) in sample.gives {
      let seen = value(name, bytes)
      if seen != expected {
        problems.append(
          RuleProblem(
            sample.place, "sample of \(pattern.id): \(name) is '\(seen ?? "absent")', expected '\(expected)'"))
      }
    }
    if isStrict, problems.isEmpty {
      problems += forgeries(of: bytes, program: program, pattern, sample.place)
    }
    return problems
  }

  /// `postfix/*` stands for some Postfix daemon without rules of its own.
  private static func exampleProgram(of pattern: String) -> String {
    pattern.hasSuffix("/*") ? "\(pattern.dropLast())any" : pattern
  }

  func value(_ name: String, _ bytes: [UInt8]) -> String? {
    switch name {
    case "event": return head.event.name
    case "reason": return head.reason == 0 ? nil : classifier.reasons[Int(head.reason)]
    case "direction": return head.direction.name
    default:
      guard let field = Field.named[name], let range = values[field] else { return nil }
      return textValue(range, bytes.span, classifier.constants.span)
    }
  }

  /// Classifies a message as one of a program.
  mutating func classify(_ message: [UInt8], program: String) -> LineOutcome {
    let (tag, process) = Self.tag(of: program)
    let bytes = message + Array(tag.utf8) + Array(process.utf8)
    var frame = LineFrame()
    frame.form = .rfc3164
    frame.message = ByteRange(0, message.count)
    frame.tag = ByteRange(message.count, message.count + tag.utf8.count)
    frame.process = ByteRange(frame.tag.upper, bytes.count)
    return classifier.classify(bytes.span, frame, &head, &values)
  }

  private static func tag(of program: String) -> (tag: String, process: String) {
    if program == LineClassifier.logProgram { return (program, LineClassifier.observation) }
    guard program.hasPrefix("dovecot/") else { return (program, "") }
    return ("dovecot", String(program.dropFirst(8)))
  }

  private mutating func checkReasons() -> [RuleProblem] {
    var problems: [RuleProblem] = []
    var ids: [String: UInt16] = [:]
    for (i, reason) in rules.vocabulary.reasons.enumerated() { ids[reason.name] = UInt16(i + 1) }
    let reasons = ReasonClassifier(rules: rules.reasons, reasonIDs: ids)
    var hits: [Int32] = []
    for rule in rules.reasons {
      for sample in rule.samples {
        let bytes = Array(sample.text.utf8)
        let (code, enhanced) = Self.replyCodes(bytes)
        let found = reasons.classify(
          bytes.span, ByteRange(0, bytes.count), groups: reasons.selection(of: [rule.group]), code: code,
          enhanced: enhanced, hits: &hits)
        let name = found.flatMap { $0 == 0 ? nil : rules.vocabulary.reasons[Int($0) - 1].name }
        if name != rule.reason {
          problems.append(
            RuleProblem(
              sample.place, "sample of \(rule.reason) in group \(rule.group) gives \(name ?? "nothing")"))
        }
      }
    }
    return problems
  }

  private static func replyCodes(_ bytes: [UInt8]) -> (ByteRange?, ByteRange?) {
    let span = bytes.span
    let code = ValueScanner.replyCode(span, 0, bytes.count)
    let start = code.next < 0 ? 0 : min(code.next + 1, bytes.count)
    let enhanced = ValueScanner.enhancedStatusCode(span, start, bytes.count)
    return (code.next < 0 ? nil : code.value, enhanced.next < 0 ? nil : enhanced.value)
  }
}
