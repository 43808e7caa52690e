import MailEvents
import Reports
import RuleFiles

/// Evidence as a sentence, in Markdown.
enum EvidenceWords {
  static func sentence(_ evidence: CauseRule.Evidence, isFirst: Bool = false) -> String {
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
    if let says = evidence.says { sentence += ": \(Escaping.markdown(says))" }
    return sentence
  }

  static func selection(_ select: CauseRule.Selector) -> String {
    var parts: [String] = []
    if !select.events.isEmpty { parts.append(alternatives(select.events.map(\.name))) }
    if !select.rules.isEmpty { parts.append("lines of \(alternatives(select.rules))") }
    if select.direction != .unknown { parts.append(select.direction.name) }
    if !select.reasons.isEmpty { parts.append("because of \(alternatives(select.reasons))") }
    if !select.programs.isEmpty { parts.append("in \(alternatives(select.programs))") }
    for test in select.fields { parts.append("\(MarkdownPage.code(test.field.name)) \(condition(test.isOneOf))") }
    return parts.joined(separator: ", ")
  }

  private static func condition(_ texts: [String]) -> String {
    switch texts {
    case ["present"]: "is there"
    case ["absent"]: "is not there"
    default:
      texts.map { text in
        text.hasPrefix("not:") ? "not \(MarkdownPage.code(String(text.dropFirst(4))))" : MarkdownPage.code(text)
      }.joined(separator: " or ")
    }
  }

  private static func alternatives(_ texts: [String]) -> String {
    texts.map { MarkdownPage.code($0) }.joined(separator: " or ")
  }

  private static func threshold(_ threshold: CauseRule.Threshold) -> String {
    switch threshold.measure {
    case .events: "\(threshold.value) event\(threshold.value == 1 ? "" : "s")"
    case .distinct(let field): "\(threshold.value) different \(MarkdownPage.code(field.name))"
    }
  }

  private static func words(_ population: CauseRule.Population) -> String {
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
