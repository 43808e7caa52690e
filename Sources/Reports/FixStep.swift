/// One step of a repair: a command to copy, or a sentence to read.
///
/// Rule files mix both in one list. The difference matters only where a step is longer than a line:
/// a sentence is wrapped, a command is broken so that the shell still takes it as one.
enum FixStep {
  /// It looks like something for a shell: begins with a program's name, and has options, quotes,
  /// pipes or assignments, or else none of the small words that every sentence has.
  static func isCommand(_ step: String) -> Bool {
    let words = step.split(separator: " ")
    guard let first = words.first, let last = step.unicodeScalars.last,
      !":.;?!".unicodeScalars.contains(last)
    else { return false }
    let isName = first.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("0"..."9").contains($0) || "._/-+".unicodeScalars.contains($0)
    }
    guard isName else { return false }
    let hasShellMark = words.dropFirst().contains { word in
      let mark = word.unicodeScalars.first!
      if mark == "-" { return word.count > 1 }
      return "'\"|>/$<".unicodeScalars.contains(mark) || word.contains("=") || word == "&&"
    }
    let smallWords = words.count { Self.smallWords.contains(String($0)) }
    return smallWords <= (hasShellMark ? 1 : 0)
  }

  private static let smallWords: Set<String> = [
    "a", "all", "an", "and", "are", "at", "be", "by", "for", "from", "has", "if", "in", "is", "it",
    "its", "no", "not",
    "of", "on", "or", "so", "that", "the", "then", "this", "to", "until", "when", "with", "your",
  ]

  /// Lines of at most so many columns. A command is broken only at spaces outside quotes, with a
  /// backslash; where there is none, it is cut.
  static func lines(_ step: String, width: Int) -> [String] {
    if TerminalWidth.of(step) <= width { return [step] }
    guard isCommand(step) else { return TextWrap.lines(step, width: width) }
    var lines: [String] = []
    var line = ""
    for word in shellWords(step) {
      let joined = line.isEmpty ? word : line + " " + word
      // Two columns are kept for the backslash.
      if TerminalWidth.of(joined) <= width - 2 || line.isEmpty {
        line = joined
      } else {
        lines.append(line + " \\")
        line = "  " + word
      }
    }
    lines.append(line)
    return lines.flatMap { hardCut($0, width: width) }
  }

  /// Columns of the widest part that is not broken.
  static func longestWord(_ step: String) -> Int { shellWords(step).map(TerminalWidth.of).max() ?? 0 }

  /// Splits at spaces outside quotes.
  private static func shellWords(_ step: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var isEscaped = false
    for character in step {
      if character == " " && quote == nil && !isEscaped {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      word.append(character)
      if isEscaped {
        isEscaped = false
      } else if character == "\\" && quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil && (character == "'" || character == "\"") {
        quote = character
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func hardCut(_ line: String, width: Int) -> [String] {
    var lines: [String] = []
    var rest = ""
    var used = 0
    for scalar in line.unicodeScalars {
      let step = TerminalWidth.of(scalar)
      if used + step > width {
        lines.append(rest)
        rest = ""
        used = 0
      }
      rest.unicodeScalars.append(scalar)
      used += step
    }
    lines.append(rest)
    return lines
  }
}
