/// Breaks text into lines of a width.
enum TextWrap {
  /// Breaks at spaces; a word that is wider than a line is cut where the line ends.
  ///
  /// - Parameters:
  ///   - first: columns free on the first line.
  ///   - rest: columns free on the lines after it.
  static func lines(_ text: String, first: Int, rest: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    var limit = max(first, 2)
    func nextLine() {
      lines.append(line)
      line = ""
      used = 0
      limit = max(rest, 2)
    }
    for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
      let width = TerminalWidth.of(word)
      // A word that no line holds is not worth a short line before it.
      let isCut = width > max(rest, 2) && used + 8 < limit
      if used > 0 && used + 1 + width > limit && !isCut { nextLine() }
      if used > 0 {
        line += " "
        used += 1
      }
      guard used + width > limit else {
        line += word
        used += width
        continue
      }
      for scalar in word.unicodeScalars {
        let width = TerminalWidth.of(scalar)
        if used + width > limit { nextLine() }
        line.unicodeScalars.append(scalar)
        used += width
      }
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }

  static func lines(_ text: String, width: Int) -> [String] {
    lines(text, first: width, rest: width)
  }

  /// The beginning of a text, with `mark` where something was left out.
  static func cut(_ text: String, to width: Int, mark: String) -> String {
    if TerminalWidth.of(text) <= width { return text }
    let room = width - TerminalWidth.of(mark)
    var result = ""
    var used = 0
    for scalar in text.unicodeScalars {
      let step = TerminalWidth.of(scalar)
      if used + step > room { break }
      result.unicodeScalars.append(scalar)
      used += step
    }
    return result + mark
  }
}
