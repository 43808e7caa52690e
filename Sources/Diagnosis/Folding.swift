import MailFlow
import RuleFiles

/// One cause in very many scopes is one finding: eighty providers that refuse us for the same blocklist are one trouble.
enum Folding {
  /// So many scopes of one cause are shown on their own.
  static let limit = 3

  /// Merges candidates of the same cause, and of the same root, where there are more than a few.
  static func folded(_ candidates: [Candidate]) -> [Candidate] {
    var groups: [[Candidate]] = []
    var position: [[String]: Int] = [:]
    for candidate in candidates {
      let key = [candidate.rule.id, candidate.consequenceOf ?? ""]
      if let known = position[key] {
        groups[known].append(candidate)
      } else {
        position[key] = groups.count
        groups.append([candidate])
      }
    }
    return groups.flatMap { $0.count > limit ? [merged($0)] : $0 }
  }

  private static func merged(_ group: [Candidate]) -> Candidate {
    let strongestFirst = group.sorted { ($1.tally.count, $0.scope.joined()) < ($0.tally.count, $1.scope.joined()) }
    var whole = group.max { ($0.confidence, $1.scope.joined()) < ($1.confidence, $0.scope.joined()) }!
    whole.tally = group[0].tally
    for candidate in group.dropFirst() { whole.tally.merge(candidate.tally) }
    whole.scope = []
    whole.incidents = []
    whole.onset = group.map(\.onset).min()!
    whole.last = group.map(\.last).max()!
    whole.units = group.reduce(0) { $0 + $1.units }
    whole.isOngoing = group.contains(where: \.isOngoing)
    whole.folded = strongestFirst.map { (scope: $0.scope, events: $0.tally.count) }
    return whole
  }
}
