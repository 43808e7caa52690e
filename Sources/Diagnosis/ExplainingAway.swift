import MailFlow
import RuleFiles

/// Explanations compete: what a broader cause explains is its consequence and not a finding of its own.
enum ExplainingAway {
  static func apply(_ candidates: inout [Candidate]) {
    // Roots first: what is more definite, then earlier.
    let order = candidates.indices.sorted { a, b in
      let (x, y) = (candidates[a], candidates[b])
      return (x.onset, y.confidence) < (y.onset, x.confidence)
    }
    for b in candidates.indices {
      var best: Int?
      for a in order where a != b && explains(candidates[a], candidates[b], candidates) {
        best = a
        break
      }
      if let best { candidates[b].consequenceOf = candidates[best].rule.id }
    }
    resolveChains(&candidates)
  }

  private static func explains(_ a: Candidate, _ b: Candidate, _ all: [Candidate]) -> Bool {
    guard a.rule.id != b.rule.id, !a.rule.isNoise, a.confidence >= Diagnostician.leastConfidence else { return false }
    let names =
      a.rule.supersedes.contains { matches(b.rule.id, $0) } || b.rule.follows.contains { matches(a.rule.id, $0) }
    guard names else { return false }
    // A cause that is itself only a consequence of the other explains nothing.
    if b.rule.supersedes.contains(where: { matches(a.rule.id, $0) }), (b.onset, b.rule.id) < (a.onset, a.rule.id) {
      return false
    }
    let slack = slack(a, b)
    guard a.onset <= b.onset + slack else { return false }
    // Most of it must fall into the time of the cause.
    let covered = b.tally.histogram.count(from: a.onset - slack, through: a.isOngoing ? .max / 2 : a.last + slack)
    return Double(covered) >= 0.8 * Double(b.tally.count) || b.tally.histogram.isEmpty
  }

  /// Onsets are known to a bucket of the histograms; lines of one event are a moment apart.
  private static func slack(_ a: Candidate, _ b: Candidate) -> Int64 {
    let span = max(a.last - a.onset, b.last - b.onset)
    return max(5, a.tally.histogram.width, b.tally.histogram.width, span / 4)
  }

  private static func matches(_ id: String, _ pattern: String) -> Bool {
    pattern.hasSuffix("*") ? id.hasPrefix(pattern.dropLast()) : id == pattern
  }

  /// A consequence of a consequence belongs to the root.
  private static func resolveChains(_ candidates: inout [Candidate]) {
    for i in candidates.indices {
      var seen: Set<String> = [candidates[i].rule.id]
      while let parent = candidates[i].consequenceOf,
        let root = candidates.first(where: { $0.rule.id == parent })?.consequenceOf,
        seen.insert(parent).inserted, root != candidates[i].rule.id
      {
        candidates[i].consequenceOf = root
      }
    }
  }
}
