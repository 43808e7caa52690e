import EventRules
import MailEvents
import RuleFiles

/// Finds causes by what they look for: derived from the selections of their evidence.
struct CauseIndex: Sendable {
  /// A way in which a cause shows.
  private struct Way: Sendable {
    var cause: Int
    var specificity: CauseRule.Specificity
    /// All that must hold; the first carries the finding.
    var evidence: [CauseRule.Evidence]
  }

  let causes: [CauseRule]
  private let ways: [Way]
  /// By id of a pattern: what its lines are.
  private let patterns: [String: (event: EventType, reason: String?)]
  private let patternIDs: [String]

  init(_ rules: RuleSet) {
    causes = rules.causes.filter { !$0.isAlternative }
    let numbers = Dictionary(causes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    ways = rules.causes.compactMap { rule in
      numbers[rule.id].map {
        Way(cause: $0, specificity: rule.specificity, evidence: rule.evidence.filter { !$0.optional })
      }
    }
    patterns = Dictionary(
      rules.patterns.map { pattern in
        var reason: String?
        if case .fixed(let name) = pattern.reason { reason = name }
        return (pattern.id, (pattern.event, reason))
      }, uniquingKeysWith: { first, _ in first })
    patternIDs = rules.patterns.map(\.id)
  }

  func cause(_ id: String) -> CauseRule? { causes.first { $0.id == id } }

  /// Causes whose evidence asks for a reason class, the likeliest first.
  /// - Parameter isReply: another server gave it: what is about outgoing mail comes before what is about incoming.
  func causes(reason: String, isReply: Bool = false) -> [CauseRule] {
    let events = events(meaning: reason)
    return ranked(outboundFirst: isReply) { select in
      if select.reasons.contains(reason) { return Self.narrowness(of: select.reasons.count) }
      if select.reasons.contains(where: { Self.matches(reason, pattern: $0) }) { return 0.1 }
      if !select.reasons.isEmpty { return 0 }
      if !select.rules.isEmpty { return share(select) { $0.reason == reason } }
      return select.events.allSatisfy(events.contains) ? 0.4 : nil
    }
  }

  /// Some classes stand for an event: what was tried for too long has expired.
  private func events(meaning reason: String) -> Set<EventType> {
    var counts: [EventType: (all: Int, meant: Int)] = [:]
    for pattern in patterns.values {
      counts[pattern.event, default: (0, 0)].all += 1
      if pattern.reason == reason { counts[pattern.event]!.meant += 1 }
    }
    return Set(counts.filter { $0.value.meant * 2 >= $0.value.all }.keys)
  }

  /// Causes whose evidence asks for an event type.
  func causes(event: EventType) -> [CauseRule] {
    ranked { select in
      if select.events.contains(event) { return Self.narrowness(of: select.events.count) }
      if !select.events.isEmpty { return 0 }
      return share(select) { $0.event == event }
    }
  }

  /// Causes that count a line as what carries their finding. Those that a text names are likelier than those that would
  /// need many more lines.
  func causes(counting found: [(cause: String, isFirst: Bool)], event: EventType, reason: String?) -> [CauseRule] {
    let ids = Set(found.filter(\.isFirst).map(\.cause))
    let order = ranked { select in
      if let reason, select.reasons.contains(reason) { return Self.narrowness(of: select.reasons.count) }
      if !select.reasons.isEmpty { return 0 }
      return select.rules.isEmpty ? select.events.contains(event) ? 0.2 : nil : 0.8
    }
    return order.filter { ids.contains($0.id) }
  }

  /// - Parameter relevance: 0…1 for a selection that has to do with the question, 0 for one that excludes it, nil for one
  ///   that says nothing of it.
  private func ranked(outboundFirst: Bool = false, _ relevance: (CauseRule.Selector) -> Double?) -> [CauseRule] {
    var carrying: [Int: Double] = [:]
    var others: [Int: Double] = [:]
    for way in ways {
      let found = way.evidence.map { relevance($0.select) }
      // The narrowest of all that must hold tells what the cause is about; what excludes the question tells it is not.
      let narrowest = found.compactMap(\.self).max() ?? 0
      guard narrowest > 0, let first = way.evidence.first, !first.stops else { continue }
      let isCarried = (found[0] ?? 0) > 0
      let excluded = found.dropFirst().contains(0) ? 0.4 : 0
      var score = narrowest - excluded + prior(way, first)
      if outboundFirst, first.select.direction == .outbound { score += 0.4 }
      let known = isCarried ? carrying[way.cause] : others[way.cause]
      if score <= known ?? -.infinity { continue }
      if isCarried { carrying[way.cause] = score } else { others[way.cause] = score }
    }
    let scores = carrying.isEmpty ? others : carrying
    return scores.sorted { $0.value != $1.value ? $0.value > $1.value : causes[$0.key].id < causes[$1.key].id }
      .map { causes[$0.key] }
  }

  /// How likely a cause is before anything is known of the log: what shows by a single line in few circumstances is
  /// commoner than what takes many lines and conditions.
  private func prior(_ way: Way, _ first: CauseRule.Evidence) -> Double {
    var score = 0.0
    switch way.specificity {
    case .definitive, .explicit: score += 0.6
    case .pattern: score += 0.4
    case .absence: break
    }
    if causes[way.cause].isNoise { score -= 0.8 }
    score -= 0.1 * Double(first.select.fields.count)
    score -= 0.02 * Double(min(first.atLeast.reduce(0) { $0 + $1.value }, 20))
    return score
  }

  /// Evidence that asks for one class alone says more than one that asks for six.
  private static func narrowness(of count: Int) -> Double { 0.5 + 0.5 / Double(max(1, count)) }

  /// How much of the lines that a selection names by their rules is about the question; nil for less than half.
  private func share(_ select: CauseRule.Selector, _ isMeant: ((event: EventType, reason: String?)) -> Bool) -> Double?
  {
    let own = expanded(select.rules).compactMap { patterns[$0] }
    let share = own.isEmpty ? 0 : Double(own.count(where: isMeant)) / Double(own.count)
    return share < 0.5 ? nil : 0.5 * share
  }

  private func expanded(_ ids: [String]) -> [String] {
    ids.flatMap { id in id.hasSuffix("*") ? patternIDs.filter { Self.matches($0, pattern: id) } : [id] }
  }

  private static func matches(_ name: String, pattern: String) -> Bool {
    pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
  }
}
