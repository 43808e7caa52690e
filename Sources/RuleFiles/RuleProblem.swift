/// A mistake in a rule file: where it stands, what is wrong, and what was probably meant.
public struct RuleProblem: Error, Sendable, CustomStringConvertible {
  public var file: String
  /// Counted from 1; 0 when the whole file is meant.
  public var line: Int
  public var column: Int
  public var text: String

  public init(file: String, line: Int, column: Int, text: String) {
    self.file = file
    self.line = line
    self.column = column
    self.text = text
  }

  public init(_ place: RulePlace, _ text: String) {
    self.init(file: place.file, line: place.line, column: place.column, text: text)
  }

  public var description: String {
    line > 0 ? "\(file):\(line):\(column): \(text)" : "\(file): \(text)"
  }
}

/// Where a rule or a part of it stands.
public struct RulePlace: Sendable, Hashable {
  public var file: String
  public var line: Int
  public var column: Int
  public init(file: String, line: Int = 0, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// Proposes the known word nearest to an unknown one.
public enum Suggestion {
  /// The nearest word within a third of its length in edits, or nil.
  public static func nearest(to word: String, among words: some Sequence<String>) -> String? {
    let target = Array(word.utf8)
    var best: (word: String, distance: Int)?
    for candidate in words.sorted() {
      let distance = editDistance(target, Array(candidate.utf8))
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(2, word.utf8.count / 3) else { return nil }
    return best.word
  }

  /// `; did you mean 'x'?` or nothing.
  public static func hint(for word: String, among words: some Sequence<String>) -> String {
    nearest(to: word, among: words).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// Levenshtein distance; O(a·b) time, O(b) space.
  static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}
