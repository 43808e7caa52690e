import MailEvents

/// Rules as one text that reads back without YAML: what the build embeds into the program, so that it starts at once and a
/// mistake in a built-in rule is a mistake of the build.
///
/// The form is private to one build and needs no versions: numbers are decimal and end in `;`, texts are their length in
/// bytes and the bytes.
public enum RuleArchive {
  /// Writes all rules but those for clients (``encodeClients(_:)``); samples are left out, they are read from `patterns/` when they are run.
  public static func encode(_ rules: RuleSet) -> String {
    var out = Writer()
    out.list(rules.vocabulary.reasons) {
      $0.text($1.name); $0.text($1.means)
    }
    out.list(rules.vocabulary.events.sorted { $0.key < $1.key }) {
      $0.text($1.key); $0.text($1.value.outcome); $0.text($1.value.means)
    }
    out.list(rules.vocabulary.fields.sorted { $0.key < $1.key }) {
      $0.text($1.key); $0.text($1.value.type); $0.text($1.value.means)
    }
    out.list(rules.patterns, pattern)
    out.list(rules.reasons, reason)
    out.list(rules.causes, cause)
    out.texts(rules.foreignPrograms.sorted())
    return out.result
  }

  /// Reads back what ``encode(_:)`` wrote. The text is the program's own, so a wrong one is a programming error.
  public static func decode(_ text: StaticString) -> RuleSet {
    text.withUTF8Buffer { buffer in decode(bytes: Array(buffer)) }
  }

  public static func decode(bytes: [UInt8]) -> RuleSet {
    var input = Reader(bytes: bytes)
    var rules = RuleSet()
    rules.vocabulary.reasons = input.list { (name: $0.text(), means: $0.text()) }
    for event in input.list({ ($0.text(), $0.text(), $0.text()) }) {
      rules.vocabulary.events[event.0] = (event.1, event.2)
    }
    for field in input.list({ ($0.text(), $0.text(), $0.text()) }) {
      rules.vocabulary.fields[field.0] = (field.1, field.2)
    }
    rules.patterns = input.list(pattern)
    rules.reasons = input.list(reason)
    rules.causes = input.list(cause)
    rules.foreignPrograms = Set(input.texts())
    rules.leavesOutClients = true
    return rules
  }

  // MARK: Patterns and reasons

  private static func pattern(_ out: inout Writer, _ rule: PatternRule) {
    out.text(rule.id)
    out.texts(rule.programs)
    out.texts(rule.templates.map(\.source))
    out.number(Int(rule.event.rawValue))
    out.number(Int(rule.direction.rawValue))
    switch rule.reason {
    case .none: out.number(0)
    case .fixed(let reason):
      out.number(1)
      out.text(reason)
    case .classified(let groups, let otherwise):
      out.number(2)
      out.texts(groups)
      out.text(otherwise)
    }
    out.list(rule.constants) {
      $0.number(Int($1.field.rawValue)); $0.text($1.value)
    }
    out.list(rule.spoofable) { $0.number(Int($1.rawValue)) }
    out.place(rule.place)
  }

  private static func pattern(_ input: inout Reader) -> PatternRule {
    let id = input.text()
    let programs = input.texts()
    let templates = input.texts().map(Template.init(known:))
    let event = EventType(rawValue: UInt8(input.number()))!
    let direction = Direction(rawValue: UInt8(input.number()))!
    let reason: PatternRule.Reason
    switch input.number() {
    case 1: reason = .fixed(input.text())
    case 2: reason = .classified(groups: input.texts(), otherwise: input.text())
    default: reason = .none
    }
    return PatternRule(
      id: id, programs: programs, templates: templates, event: event, direction: direction,
      reason: reason, constants: input.list { (field: $0.field(), value: $0.text()) },
      spoofable: input.list { $0.field() }, since: nil, until: nil, samples: [],
      place: input.place())
  }

  private static func reason(_ out: inout Writer, _ rule: ReasonRule) {
    out.text(rule.id)
    out.text(rule.group)
    out.text(rule.reason)
    out.texts(rule.contains)
    out.texts(rule.also)
    out.texts(rule.unless)
    out.texts(rule.codes)
    out.texts(rule.enhancedCodes)
    out.text(rule.provider ?? "")
    out.place(rule.place)
    out.number(rule.hasOwnID ? 1 : 0)
  }

  private static func reason(_ input: inout Reader) -> ReasonRule {
    var rule = ReasonRule(
      id: input.text(), group: input.text(), reason: input.text(), contains: input.texts(),
      also: input.texts(), unless: input.texts(), codes: input.texts(),
      enhancedCodes: input.texts(), provider: input.text(), samples: [], place: input.place(),
      hasOwnID: input.number() == 1)
    if rule.provider == "" { rule.provider = nil }
    return rule
  }

  // MARK: Causes

  private static func cause(_ out: inout Writer, _ rule: CauseRule) {
    out.text(rule.id)
    out.text(rule.title)
    out.texts(rule.titleOfMany.map { [$0] } ?? [])
    out.number(rule.severity.rawValue)
    out.text(rule.act.rawValue)
    out.text(rule.category)
    out.list(rule.escalation.map { [$0] } ?? []) {
      $0.number($1.severity.rawValue); $0.list($1.atLeast, threshold)
    }
    out.list(rule.scope) { $0.number(Int($1.rawValue)) }
    out.text(rule.specificity.rawValue)
    out.list(rule.evidence, evidence)
    out.list(rule.contrary, evidence)
    out.list(rule.success.map { [$0] } ?? [], selector)
    out.texts(rule.supersedes)
    out.texts(rule.follows)
    out.list(rule.rivals) {
      $0.text($1.cause); $0.number(Int($1.share * 1000))
    }
    out.texts(rule.probes)
    out.list(rule.lookAlikes) {
      $0.text($1.cause); $0.text($1.difference)
    }
    out.text(rule.summary)
    out.text(rule.explain)
    out.list(rule.fix) {
      $0.text($1.server); $0.texts($1.steps)
    }
    out.texts(rule.references)
    out.number(rule.isNoise ? 1 : 0)
    out.number(rule.isAlternative ? 1 : 0)
    out.place(rule.place)
  }

  private static func cause(_ input: inout Reader) -> CauseRule {
    CauseRule(
      id: input.text(), title: input.text(), titleOfMany: input.texts().first,
      severity: Severity(rawValue: input.number())!,
      act: Actor(rawValue: input.text())!, category: input.text(),
      escalation: input.list {
        CauseRule.Escalation(severity: Severity(rawValue: $0.number())!, atLeast: $0.list(threshold))
      }.first,
      scope: input.list { $0.field() },
      specificity: CauseRule.Specificity(rawValue: input.text())!,
      evidence: input.list(evidence), contrary: input.list(evidence),
      success: input.list(selector).first, supersedes: input.texts(), follows: input.texts(),
      rivals: input.list { (cause: $0.text(), share: Double($0.number()) / 1000) },
      probes: input.texts(),
      lookAlikes: input.list { (cause: $0.text(), difference: $0.text()) },
      summary: input.text(), explain: input.text(),
      fix: input.list { (server: $0.text(), steps: $0.texts()) }, references: input.texts(),
      isNoise: input.number() == 1, samples: [], isAlternative: input.number() == 1, place: input.place())
  }

  private static func evidence(_ out: inout Writer, _ evidence: CauseRule.Evidence) {
    selector(&out, evidence.select)
    out.text(evidence.population?.rawValue ?? "")
    out.number(evidence.inScope ? 1 : 0)
    out.number(evidence.elsewhere ? 1 : 0)
    out.text(evidence.time.rawValue)
    out.list(evidence.atLeast, threshold)
    out.list(evidence.atMost, threshold)
    out.number(evidence.shareAtLeast.map { Int($0 * 100) } ?? -1)
    out.number(evidence.stops ? 1 : 0)
    out.number(evidence.optional ? 1 : 0)
    out.text(evidence.says ?? "")
    out.place(evidence.place)
  }

  private static func evidence(_ input: inout Reader) -> CauseRule.Evidence {
    let select = selector(&input)
    let population = CauseRule.Population(rawValue: input.text())
    let inScope = input.number() == 1
    let elsewhere = input.number() == 1
    let time = CauseRule.Evidence.Time(rawValue: input.text())!
    let atLeast = input.list(threshold)
    let atMost = input.list(threshold)
    let share = input.number()
    let stops = input.number() == 1
    let optional = input.number() == 1
    let says = input.text()
    var evidence = CauseRule.Evidence(select: select, place: input.place())
    evidence.population = population
    evidence.inScope = inScope
    evidence.elsewhere = elsewhere
    evidence.time = time
    evidence.atLeast = atLeast
    evidence.atMost = atMost
    evidence.shareAtLeast = share < 0 ? nil : Double(share) / 100
    evidence.stops = stops
    evidence.optional = optional
    evidence.says = says.isEmpty ? nil : says
    return evidence
  }

  private static func threshold(_ out: inout Writer, _ threshold: CauseRule.Threshold) {
    switch threshold.measure {
    case .events: out.number(-1)
    case .distinct(let field): out.number(Int(field.rawValue))
    }
    out.number(threshold.value)
  }

  private static func threshold(_ input: inout Reader) -> CauseRule.Threshold {
    let field = input.number()
    return CauseRule.Threshold(
      measure: field < 0 ? .events : .distinct(Field(rawValue: UInt8(field))!),
      value: input.number())
  }

  private static func selector(_ out: inout Writer, _ selector: CauseRule.Selector) {
    out.list(selector.events) { $0.number(Int($1.rawValue)) }
    out.texts(selector.reasons)
    out.number(Int(selector.direction.rawValue))
    out.texts(selector.programs)
    out.texts(selector.rules)
    out.list(selector.fields) {
      $0.number(Int($1.field.rawValue)); $0.texts($1.isOneOf)
    }
  }

  private static func selector(_ input: inout Reader) -> CauseRule.Selector {
    var selector = CauseRule.Selector()
    selector.events = input.list { EventType(rawValue: UInt8($0.number()))! }
    selector.reasons = input.texts()
    selector.direction = Direction(rawValue: UInt8(input.number()))!
    selector.programs = input.texts()
    selector.rules = input.texts()
    selector.fields = input.list {
      CauseRule.Selector.Test(field: $0.field(), isOneOf: $0.texts())
    }
    return selector
  }

  // MARK: Form

  struct Writer {
    var result = ""

    mutating func number(_ value: Int) { result += "\(value);" }
    mutating func text(_ value: String) {
      number(value.utf8.count)
      result += value
    }
    mutating func texts(_ values: [String]) { list(values) { $0.text($1) } }
    mutating func list<Value>(_ values: [Value], _ write: (inout Writer, Value) -> Void) {
      number(values.count)
      for value in values { write(&self, value) }
    }
    mutating func place(_ place: RulePlace) {
      text(place.file)
      number(place.line)
    }
  }

  struct Reader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func number() -> Int {
      var value = 0
      let negative = bytes[position] == UInt8(ascii: "-")
      if negative { position += 1 }
      while bytes[position] != UInt8(ascii: ";") {
        value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
        position += 1
      }
      position += 1
      return negative ? -value : value
    }
    mutating func text() -> String {
      let count = number()
      defer { position += count }
      return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
    }
    mutating func texts() -> [String] { list { $0.text() } }
    mutating func list<Value>(_ read: (inout Reader) -> Value) -> [Value] {
      let count = number()
      var values: [Value] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(read(&self)) }
      return values
    }
    mutating func field() -> Field { Field(rawValue: UInt8(number()))! }
    mutating func place() -> RulePlace { RulePlace(file: text(), line: number()) }
  }
}
