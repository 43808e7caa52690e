import RuleFiles

/// Finds what clients show by its code or its words.
public struct ClientIndex: Sendable {
  public let rules: [ClientRule]
  private let texts: [(rule: Int, text: WordText)]
  /// In how many texts a word stands.
  private let frequency: [String: Int]

  /// A text counts as much like another when so much of its words' weight is in it.
  private static let similarity = 0.7

  public init(_ rules: [ClientRule]) {
    self.rules = rules
    texts = rules.indices.flatMap { rule in rules[rule].texts.map { (rule, WordText($0)) } }
    var frequency: [String: Int] = [:]
    for (_, text) in texts {
      for word in Set(text.words) { frequency[word, default: 0] += 1 }
    }
    self.frequency = frequency
  }

  /// The rules that have the code, the narrowest first; in the order of the files where they are equal.
  func rules(for code: ErrorCode) -> [ClientRule] {
    let found = rules.enumerated().compactMap { number, rule -> (narrowness: Int, number: Int)? in
      rule.codes.lazy.filter { $0.covers(code) }.map(\.narrowness).max().map { ($0, number) }
    }
    return found.sorted { ($1.narrowness, $0.number) < ($0.narrowness, $1.number) }.map { rules[$0.number] }
  }

  /// The rules whose text occurs; only those with the longest.
  func rules(in query: WordText) -> [ClientRule] {
    var best = 0
    var found: [Int] = []
    for (rule, text) in texts where text.size >= best && text.occurs(in: query) {
      if text.size > best { found = [] }
      best = text.size
      if !found.contains(rule) { found.append(rule) }
    }
    return found.map { rules[$0] }
  }

  /// The rule whose text shares most words with the question, if it shares enough.
  func similar(to query: WordText) -> ClientRule? {
    let asked = Set(query.words)
    var best: (rule: Int, weight: Double)?
    for (rule, text) in texts {
      let words = Set(text.words)
      let shared = words.intersection(asked)
      guard shared.count >= 3 else { continue }
      let weight = shared.reduce(0) { $0 + self.weight($1) }
      let whole = words.reduce(0) { $0 + self.weight($1) }
      if weight >= Self.similarity * whole, weight > best?.weight ?? 0 { best = (rule, weight) }
    }
    return best.map { rules[$0.rule] }
  }

  /// A word that stands in many texts tells little.
  private func weight(_ word: String) -> Double { 1 / Double(1 + (frequency[word] ?? 0)) }
}
