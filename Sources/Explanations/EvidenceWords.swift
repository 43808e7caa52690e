import MailEvents
import RuleFiles

/// Evidence as a sentence.
public struct EvidenceWords: Sendable {
  /// How a name (an event, a field, a value) is written.
  private let code: @Sendable (String) -> String
  /// How a remark of the rule's author is written.
  private let prose: @Sendable (String) -> String

  public init(code: @escaping @Sendable (String) -> String, prose: @escaping @Sendable (String) -> String) {
    self.code = code
    self.prose = prose
  }

  /// For a terminal: nothing is marked.
  public static let plain = EvidenceWords(code: { $0 }, prose: { $0 })

  /// All of one way in which a cause shows, a sentence each.
  public func sentences(_ cause: CauseRule) -> [String] {
    cause.evidence.enumerated().map { sentence($1, isFirst: $0 == 0) }
      + cause.contrary.map { "but not: \(sentence($0))" }
      + (cause.success.map { ["over when: \(selection($0))"] } ?? [])
  }

  func sentence(_ evidence: CauseRule.Evidence, isFirst: Bool = false) -> String {
    var parts: [String] = [selection(evidence.select)]
    if let population = evidence.population { parts.append("from \(words(population))") }
    parts += evidence.atLeast.map { "at least \(threshold($0))" }
    parts += evidence.atMost.map { "at most \(threshold($0))" }
    if let share = evidence.shareAtLeast {
      let whole = share == share.rounded() ? "\(Int(share))" : "\(share)"
      parts.append("\(whole) % or more of all tries")
    }
    if evidence.stops { parts.append("which were regular and then stopped") }
    if !isFirst, !evidence.inScope { parts.append(evidence.elsewhere ? "elsewhere" : "anywhere on the host") }
    switch evidence.time {
    case .any: break
    case .window: parts.append("during the trouble")
    case .after: parts.append("after it")
    case .before: parts.append("before it")
    case .onset: parts.append("in the five minutes before it")
    }
    var sentence = parts.joined(separator: ", ")
    if evidence.optional { sentence = "perhaps " + sentence }
    if let says = evidence.says { sentence += ": \(prose(says))" }
    return sentence
  }

  func selection(_ select: CauseRule.Selector) -> String {
    var parts: [String] = []
    if !select.events.isEmpty { parts.append(alternatives(select.events.map(\.name))) }
    if !select.rules.isEmpty { parts.append("lines of \(alternatives(select.rules))") }
    if select.direction != .unknown { parts.append(select.direction.name) }
    if !select.reasons.isEmpty { parts.append("because of \(alternatives(select.reasons))") }
    if !select.programs.isEmpty { parts.append("in \(alternatives(select.programs))") }
    for test in select.fields { parts.append("\(code(test.field.name)) \(condition(test.isOneOf))") }
    return parts.joined(separator: ", ")
  }

  private func condition(_ texts: [String]) -> String {
    switch texts {
    case ["present"]: "is there"
    case ["absent"]: "is not there"
    default:
      texts.map { text in
        text.hasPrefix("not:") ? "not \(code(String(text.dropFirst(4))))" : code(text)
      }.joined(separator: " or ")
    }
  }

  private func alternatives(_ texts: [String]) -> String {
    texts.map(code).joined(separator: " or ")
  }

  private func threshold(_ threshold: CauseRule.Threshold) -> String {
    switch threshold.measure {
    case .events: "\(threshold.value) event\(threshold.value == 1 ? "" : "s")"
    case .distinct(let field): "\(threshold.value) different \(code(field.name))"
    }
  }

  private func words(_ population: CauseRule.Population) -> String {
    switch population {
    case .users: "users"
    case .partners: "hosts whose mail was accepted"
    case .known: "users and hosts whose mail was accepted"
    case .strangers: "strangers"
    case .attackers: "password guessers"
    case .outsiders: "strangers and password guessers"
    case .notAttackers: "everyone but password guessers"
    }
  }
}
