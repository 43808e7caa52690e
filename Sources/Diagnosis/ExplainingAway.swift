import MailFlow
import RuleFiles

/// Explanations compete: what a broader cause explains is its consequence and not a finding of its own.
struct ExplainingAway {
  private let candidates: [Candidate]
  /// Candidates by cause, what began first in front.
  private var byCause: [String: [Int]] = [:]

  static func apply(_ candidates: inout [Candidate]) {
    let parents = ExplainingAway(candidates).parents()
    // The same lines said in other words are nothing that follows.
    let isRestatement = parents.map { index, parent in
      candidates.contains { $0.rule.id == parent && $0.tally.isOfSameLines(as: candidates[index].tally) }
    }
    for (index, parent) in parents { candidates[index].consequenceOf = parent }
    resolveChains(&candidates)
    let dropped = Set(zip(parents, isRestatement).compactMap { $1 ? $0.index : nil })
    candidates = candidates.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
  }

  private init(_ candidates: [Candidate]) {
    self.candidates = candidates
    for index in candidates.indices where !candidates[index].rule.isNoise {
      byCause[candidates[index].rule.id, default: []].append(index)
    }
    for id in byCause.keys {
      byCause[id]!.sort {
        (candidates[$0].onset, candidates[$1].confidence) < (candidates[$1].onset, candidates[$0].confidence)
      }
    }
  }

  /// The cause that explains each candidate that has one. O(causes² + pairs of candidates whose rules name each other).
  private func parents() -> [(index: Int, parent: String)] {
    let explainers = self.explainers()
    return candidates.indices.compactMap { b in
      let possible = (explainers[candidates[b].rule.id] ?? []).flatMap { byCause[$0] ?? [] }
      let roots = possible.filter { $0 != b && explains($0, b) }
      let best = roots.min {
        (candidates[$0].onset, candidates[$1].confidence) < (candidates[$1].onset, candidates[$0].confidence)
      }
      return best.map { (b, candidates[$0].rule.id) }
    }
  }

  /// By cause: the causes whose rules say that they explain it, or that it names itself.
  private func explainers() -> [String: [String]] {
    var rules: [String: CauseRule] = [:]
    for candidate in candidates { rules[candidate.rule.id] = candidate.rule }
    var result: [String: [String]] = [:]
    for (a, ruleA) in rules where !ruleA.isNoise {
      for (b, ruleB) in rules where a != b {
        let isNamed =
          ruleA.supersedes.contains { Self.matches(b, $0) } || ruleB.follows.contains { Self.matches(a, $0) }
        if isNamed { result[b, default: []].append(a) }
      }
    }
    return result.mapValues { $0.sorted() }
  }

  private func explains(_ a: Int, _ b: Int) -> Bool {
    let (root, other) = (candidates[a], candidates[b])
    // Of two that name each other the earlier is the root.
    if other.rule.supersedes.contains(where: { Self.matches(root.rule.id, $0) }),
      (other.onset, other.rule.id) < (root.onset, root.rule.id)
    {
      return false
    }
    // What is wrong with one destination explains nothing about another.
    let hasSameKindOfScope = !root.rule.scope.isEmpty && root.rule.scope == other.rule.scope
    if hasSameKindOfScope, root.scope != other.scope { return false }
    let slack = Self.slack(root, other)
    let first = root.incidents.first?.start ?? root.onset
    guard min(first, root.onset) <= other.onset + slack else { return false }
    // Most of it must fall into the time of the cause.
    let covered = root.covers(other.tally.histogram, slack: slack)
    return Double(covered) >= 0.8 * Double(other.tally.count) || other.tally.histogram.isEmpty
  }

  /// Onsets are known to a bucket of the histograms; lines of one event are a moment apart.
  private static func slack(_ a: Candidate, _ b: Candidate) -> Int64 {
    let span = max(a.last - a.onset, b.last - b.onset)
    return max(5, a.tally.histogram.width, b.tally.histogram.width, span / 4)
  }

  static func matches(_ id: String, _ pattern: String) -> Bool {
    pattern.hasSuffix("*") ? id.hasPrefix(pattern.dropLast()) : id == pattern
  }

  /// A consequence of a consequence belongs to the root.
  private static func resolveChains(_ candidates: inout [Candidate]) {
    var parentOf: [String: String] = [:]
    for candidate in candidates where parentOf[candidate.rule.id] == nil {
      parentOf[candidate.rule.id] = candidate.consequenceOf ?? ""
    }
    for i in candidates.indices {
      guard var parent = candidates[i].consequenceOf else { continue }
      var seen: Set<String> = [candidates[i].rule.id]
      while let next = parentOf[parent], !next.isEmpty, next != candidates[i].rule.id, seen.insert(parent).inserted {
        parent = next
      }
      candidates[i].consequenceOf = parent
    }
  }
}
