import MailEvents
import MailFlow
import RuleFiles

/// A cause in one scope with the evidence for it.
struct Candidate {
  var plan: CausePlan.Cause
  var scope: [String]
  /// The first evidence, merged over the addresses of its population.
  var tally: Tally
  /// The tally's distinct fields.
  var fields: [Field]
  /// Seconds since 1970, of the incident that the finding is about.
  var onset: Int64
  var last: Int64
  /// All stretches of failures, where successes tell them apart.
  var incidents: [Incident] = []
  /// What counts as one independent case: messages, or addresses, or lines.
  var units: Int
  var successes = 0
  var successesAfter = 0
  var hadSuccessBefore = false
  /// Other destinations, users, … that the cause does not touch were seen to work.
  var hasControl = false
  var corroborations = 0
  var confidence = 0.0
  var because: [String] = []
  var isOngoing = false
  var consequenceOf: String?
  /// The scopes of the candidates that were folded into this one, those with most events first; empty when none were.
  var folded: [(scope: [String], events: Int)] = []

  var rule: CauseRule { plan.rule }

  /// The rule's severity, raised where the extent asks for it.
  var severity: Severity {
    // Many scopes with a little each are the background of a busy server.
    guard let escalation = rule.escalation, folded.isEmpty else { return rule.severity }
    let isReached = escalation.atLeast.allSatisfy { threshold in
      switch threshold.measure {
      case .events: tally.count >= threshold.value
      case .distinct(let field): (distinct(field) ?? 0) >= threshold.value
      }
    }
    return isReached ? escalation.severity : rule.severity
  }

  /// Events of the incident that the finding is about.
  var cases: Int { Incident.main(of: incidents)?.failures ?? tally.count }

  /// How many events of a histogram fall into the time of this cause.
  func covers(_ histogram: TimeHistogram, slack: Int64) -> Int {
    let end = isOngoing ? Int64.max / 2 : last + slack
    guard incidents.count > 1 else { return histogram.count(from: onset - slack, through: end) }
    return incidents.reduce(0) { sum, incident in
      sum + histogram.count(from: incident.start - slack, through: incident.isOpen ? end : incident.end + slack)
    }
  }

  /// How much of what was counted belongs to incidents; the rest is everyday trouble of the same kind.
  private var share: Double {
    guard !incidents.isEmpty, tally.count > 0 else { return 1 }
    return min(1, Double(incidents.reduce(0) { $0 + $1.failures }) / Double(tally.count))
  }

  /// How many values of a field the finding is about; in proportion where a part of the events is.
  func distinct(_ field: Field) -> Int? {
    fields.firstIndex(of: field).map { position in
      let count = tally.distinct[position].count
      return share < 1 ? min(count, Int((Double(count) * share).rounded(.up))) : count
    }
  }

  func isExact(_ field: Field) -> Bool {
    fields.firstIndex(of: field).map { tally.distinct[$0].isExact && share == 1 } ?? true
  }
}

/// Looks evidence up in a ledger: by scope, for a population, in a time.
struct EvidenceIndex {
  let tallies: TallySet
  let populations: Populations
  private var grouped: [Key: [[String]: Tally]] = [:]
  private var sums: [Key: Tally] = [:]

  private struct Key: Hashable {
    var table: Int
    var scopeCount: Int
    var population: CauseRule.Population?
  }

  init(tallies: TallySet, populations: Populations) {
    self.tallies = tallies
    self.populations = populations
  }

  /// The scopes of a piece of evidence with their counts, those of which `isEnough` is true.
  mutating func scopes(_ piece: CausePlan.Piece, where isEnough: (Tally) -> Bool) -> [(scope: [String], tally: Tally)] {
    if needsGrouping(piece) { return byScope(piece).filter { isEnough($0.value) }.map { ($0.key, $0.value) } }
    return tallies.indices(of: piece.table).compactMap { index in
      let tally = tallies.tally(index, of: piece.table)
      return isEnough(tally) ? (tallies.key(index, of: piece.table), tally) : nil
    }
  }

  /// A table whose key is more than the scope has the client's address in it, for a population to be picked.
  private func needsGrouping(_ piece: CausePlan.Piece) -> Bool {
    piece.evidence.population != nil || tallies.plan.tables[piece.table].key.count != piece.scopeCount
  }

  private mutating func byScope(_ piece: CausePlan.Piece) -> [[String]: Tally] {
    let key = Key(table: piece.table, scopeCount: piece.scopeCount, population: piece.evidence.population)
    if let known = grouped[key] { return known }
    let population = piece.evidence.population
    let position = population == nil || piece.clientPosition < 0 ? .max : piece.clientPosition
    let populations = populations
    let result = tallies.grouped(piece.table, scopeCount: piece.scopeCount, position: position) { client in
      population.map { populations.includes(client, in: $0) } ?? true
    }
    grouped[key] = result
    return result
  }

  /// The counts that a piece of evidence means for a finding of the given scope.
  mutating func tally(_ piece: CausePlan.Piece, scope: [String]) -> Tally? {
    guard piece.evidence.inScope || piece.scopeCount == 0 else { return sum(piece) }
    let key = piece.evidence.inScope ? scope : []
    return needsGrouping(piece) ? byScope(piece)[key] : tallies.find(key, in: piece.table)
  }

  /// How many events of a piece fell into a time, in all scopes but one. O(1) after the first question.
  mutating func countElsewhere(_ piece: CausePlan.Piece, scope: [String], from start: Int64, through end: Int64) -> Int
  {
    guard let total = sum(piece)?.histogram else { return 0 }
    let own = needsGrouping(piece) ? byScope(piece)[scope] : tallies.find(scope, in: piece.table)
    let ownCount = own?.histogram.coarsened(toWidthOf: total).count(from: start, through: end) ?? 0
    return total.count(from: start, through: end) - ownCount
  }

  /// All scopes together.
  private mutating func sum(_ piece: CausePlan.Piece) -> Tally? {
    let key = Key(table: piece.table, scopeCount: piece.scopeCount, population: piece.evidence.population)
    if let known = sums[key] { return known }
    var sum: Tally?
    for (_, tally) in scopes(piece, where: { _ in true }) {
      if sum == nil { sum = tally } else { sum!.merge(tally) }
    }
    sums[key] = sum
    return sum
  }

  func fields(_ piece: CausePlan.Piece) -> [Field] { tallies.plan.tables[piece.table].distinct }
}
