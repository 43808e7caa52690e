/// Finds names by `name` or `prefix*` in the time of a binary search: hundreds of cause rules name patterns and reasons.
struct NameIndex {
  private let sorted: [(name: String, number: Int)]

  init(_ names: [String]) {
    sorted = names.enumerated().map { (name: $1, number: $0) }.sorted { ($0.name, $0.number) < ($1.name, $1.number) }
  }

  /// The numbers of the names that one of the patterns matches, ascending.
  func numbers(matching patterns: [String]) -> [Int] {
    var found: Set<Int> = []
    for pattern in patterns {
      let isPrefix = pattern.hasSuffix("*")
      let text = isPrefix ? String(pattern.dropLast()) : pattern
      var position = first(from: text)
      while position < sorted.count, isPrefix ? sorted[position].name.hasPrefix(text) : sorted[position].name == text {
        found.insert(sorted[position].number)
        position += 1
      }
    }
    return found.sorted()
  }

  /// The place of the first name that does not precede `text`.
  private func first(from text: String) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle].name < text { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
