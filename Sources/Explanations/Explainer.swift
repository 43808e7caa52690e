import MailEvents
import RuleFiles

/// Answers what an error means: finds out what the question is, and collects what the rules know of it.
public struct Explainer: Sendable {
  private let rules: RuleSet
  private let builtinPatterns: Int
  private let clients: ClientIndex
  private let causes: CauseIndex
  private let reasons: TextReasons

  /// - Parameters:
  ///   - rules: those in force, with what clients show.
  ///   - builtinPatterns: how many of the patterns came with the program.
  public init(rules: RuleSet, builtinPatterns: Int) {
    self.rules = rules
    self.builtinPatterns = builtinPatterns
    clients = ClientIndex(rules.clients)
    causes = CauseIndex(rules)
    reasons = TextReasons(rules)
  }

  /// nil when nothing is known of it.
  public func explain(_ question: String) -> Explanation? {
    let query = Self.trimmed(question)
    if query.isEmpty { return nil }
    var answer = Answer(query: query)
    let word = query.lowercased()
    if let cause = causes.cause(word) {
      answer.explanation.kinds = [.cause]
      answer.causes = [cause]
    } else if let client = clients.rules.first(where: { $0.id == word }) {
      answer.add(client, .client)
    } else if read(name: word, &answer) {
      // A word of the vocabulary.
    } else if LineReading.hasHeader(query), let line = line(query) {
      read(line, &answer)
    } else {
      read(query, &answer)
    }
    return answer.explanation.kinds.isEmpty ? nil : completed(answer)
  }

  /// Known words that are much like the question, for one that has no answer.
  public func nearest(to question: String) -> [String] {
    let words = Self.trimmed(question).lowercased()
    guard words.utf8.count <= 64 else { return [] }
    let kinds = [
      causes.causes.map(\.id), rules.vocabulary.reasons.map(\.name), Array(EventType.named.keys),
      clients.rules.map(\.id),
    ]
    return kinds.compactMap { Suggestion.nearest(to: words, among: $0) }
  }

  private static func trimmed(_ text: String) -> String {
    func isBlank(_ character: Character) -> Bool { character.isWhitespace || character.isNewline }
    let start = text.drop(while: isBlank)
    return String(start.prefix(upTo: start.lastIndex { !isBlank($0) }.map(start.index(after:)) ?? start.startIndex))
  }

  private func line(_ query: String) -> LineReading? {
    LineReading(query, rules, builtinPatterns: builtinPatterns)
  }

  // MARK: What the question is

  /// A reason class, an event type, or both. False when it is neither.
  private func read(name word: String, _ answer: inout Answer) -> Bool {
    if let event = EventType.named[word] {
      answer.explanation.kinds.append(.event)
      answer.add(event: event, means: rules.vocabulary.events[word]?.means ?? "")
      answer.causes = causes.causes(event: event)
    }
    if let reason = rules.vocabulary.reasons.first(where: { $0.name == word }) {
      answer.explanation.kinds.append(.reason)
      answer.add(reason: reason.name, means: reason.means)
      answer.causes += causes.causes(reason: reason.name)
    }
    return !answer.explanation.kinds.isEmpty
  }

  private func read(_ line: LineReading, _ answer: inout Answer) {
    answer.explanation.kinds.append(.line)
    let pattern = rules.patterns[line.rule]
    answer.add(event: line.event, means: rules.vocabulary.events[line.event.name]?.means ?? "", rule: pattern.id)
    if let reason = line.reason {
      answer.add(reason: reason, means: means(reason))
    }
    for code in [line.statusCode, line.enhancedCode].compactMap({ $0 }) { add(code, to: &answer) }
    answer.causes += causes.causes(counting: line.causes, event: line.event, reason: line.reason)
    // One line may be what a cause looks for together with others.
    if let reason = line.reason { answer.causes += causes.causes(reason: reason) }
  }

  private func read(_ query: String, _ answer: inout Answer) {
    let codes = QueryCodes(query)
    let words = WordText(query)
    let known = clients.rules(in: words)
    let found = reasons.find(query, codes)
    let errors = codes.errors.compactMap { code in clients.rules(for: code).first.map { (rule: $0, code: code) } }
    for (rule, code) in errors { answer.add(rule, .client, code: code) }
    if !known.isEmpty, errors.isEmpty || found?.isNamed != true {
      for rule in known { answer.add(rule, .client) }
    }
    if codes.reply != nil || codes.enhanced != nil {
      // What a program says around a reply says less than the reply; its own code says what it was about to do.
      if errors.isEmpty { answer.isNamedFirst = false }
      read(codes, found, &answer)
      return
    }
    if let found {
      if known.isEmpty { answer.explanation.kinds.append(.text) }
      use(found, &answer)
    }
    guard known.isEmpty, errors.isEmpty else { return }
    if let line = line(query), found == nil || line.reason != nil {
      // A line without its header says more than its reason alone.
      answer.forget()
      read(line, &answer)
    } else if found == nil, let rule = clients.similar(to: words) {
      answer.add(rule, .client, isSimilar: true)
    }
  }

  /// A reply: its words are surer than its enhanced code, and that surer than its basic code.
  private func read(_ codes: QueryCodes, _ found: TextReasons.Found?, _ answer: inout Answer) {
    answer.explanation.kinds.append(codes.isAll ? .code : .reply)
    let isNamed = found?.isNamed ?? false
    answer.isReply = true
    if let found, isNamed { use(found, &answer) }
    if let code = codes.enhanced { add(code, to: &answer, isSure: !isNamed) }
    if let code = codes.reply { add(code, to: &answer, isSure: !isNamed && codes.enhanced == nil) }
    if let found, !isNamed {
      answer.add(reason: found.rule.reason, means: means(found.rule.reason), rule: found.rule.id)
      answer.reasons.append(found.rule.reason)
    }
  }

  private func use(_ found: TextReasons.Found, _ answer: inout Answer) {
    let rule = found.rule
    answer.add(reason: rule.reason, means: means(rule.reason), rule: rule.id)
    answer.explanation.provider = rule.provider
    answer.causes += causes.causes(reason: rule.reason, isReply: answer.isReply)
  }

  /// What the rules say of a reply code or an enhanced code, the narrowest first.
  /// - Parameter isSure: nothing surer than the code is known; its causes count.
  private func add(_ code: ErrorCode, to answer: inout Answer, isSure: Bool = false) {
    for rule in clients.rules(for: code) { answer.add(rule, nil, code: code, isSure: isSure) }
  }

  private func means(_ reason: String) -> String { rules.vocabulary.reasons.first { $0.name == reason }?.means ?? "" }

  // MARK: The answer

  private func completed(_ answer: Answer) -> Explanation {
    var explanation = answer.explanation
    // Causes that a file names stand before those that follow from its reason classes, of which the likeliest of each
    // comes before the second of any.
    let named = answer.ids.compactMap(causes.cause)
    let derived = Self.interleaved(answer.reasons.map { causes.causes(reason: $0, isReply: answer.isReply) })
    var seen: Set<String> = []
    let order = answer.isNamedFirst ? named + answer.causes + derived : answer.causes + named + derived
    explanation.causes = order.filter { seen.insert($0.id).inserted }.map(likely)
    for reason in answer.reasons where !explanation.reasons.contains(reason) { explanation.reasons.append(reason) }
    explanation.probes = answer.probes.map(probe)
    return explanation
  }

  private static func interleaved(_ lists: [[CauseRule]]) -> [CauseRule] {
    (0..<(lists.map(\.count).max() ?? 0)).flatMap { row in lists.compactMap { row < $0.count ? $0[row] : nil } }
  }

  private func likely(_ cause: CauseRule) -> Explanation.Likely {
    let ways = rules.causes.filter { $0.id == cause.id }
    return Explanation.Likely(
      id: cause.id, title: cause.generalTitle, severity: cause.severity, act: cause.act, category: cause.category,
      isNoise: cause.isNoise, explain: cause.explain, evidence: ways.map(EvidenceWords.plain.sentences),
      lookAlikes: cause.lookAlikes, probes: cause.probes.map(probe),
      fixes: cause.fix.map { (server: $0.server, steps: $0.steps.map(cause.general)) }, references: cause.references)
  }

  private func probe(_ name: String) -> Explanation.Probe {
    Explanation.Probe(name: name, does: rules.vocabulary.probes[name] ?? "")
  }
}
