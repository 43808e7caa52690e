/// A text as its words: case, punctuation and articles do not matter.
struct WordText: Sendable {
  private(set) var words: [String] = []
  /// By word: a `*` stands before it, so that any words may.
  private var isOpen: [Bool] = []
  /// Letters and digits of all words.
  private(set) var size = 0

  private static let articles: Set<String> = ["a", "an", "the"]
  /// Words that may stand between two words of a text, and where it has a `*`.
  private static let gap = 2
  private static let openGap = 12

  init(_ text: String) {
    var word = ""
    var isOpen = false
    func end(_ text: inout WordText) {
      defer { word = "" }
      guard !word.isEmpty, !Self.articles.contains(word) else { return }
      text.words.append(word)
      text.isOpen.append(isOpen)
      text.size += word.count
      isOpen = false
    }
    for character in text.lowercased() {
      if character.isLetter || character.isNumber {
        word.append(character)
      } else if character != "'", character != "\u{2019}" {
        end(&self)
        if character == "*" { isOpen = true }
      }
    }
    end(&self)
  }

  /// All words of this text stand in `other`, in this order and close to each other.
  func occurs(in other: WordText) -> Bool {
    guard !words.isEmpty, words.count <= other.words.count else { return false }
    var reached: [Int] = []
    for (number, word) in words.enumerated() {
      let places = other.words.indices.filter { other.words[$0] == word }
      if number == 0 {
        reached = places
      } else {
        let room = isOpen[number] ? Self.openGap : Self.gap
        reached = places.filter { place in reached.contains { $0 < place && place - $0 <= room + 1 } }
      }
      if reached.isEmpty { return false }
    }
    return true
  }
}
