import Diagnosis
import MailEvents
import Testing

@testable import Reports

@Suite struct TextWidthTests {
  /// Whatever the log says: no line is too wide, nothing commands the terminal, and without Unicode
  /// all is ASCII.
  @Test(arguments: 0..<400)
  func hostileValuesStayWithinThePage(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    let analysis = random.analysis()
    var style = TextStyle(
      columns: [40, 41, 60, 79, 80, 81, 132, 200].randomElement(using: &random)!,
      color: Bool.random(using: &random), unicode: Int.random(in: 0...2, using: &random) > 0,
      maximumFindings: Bool.random(using: &random) ? nil : 10, clock: Samples.clock)
    check(TextReport.render(analysis, style: style), style)
    let cause = CauseText.render(
      id: random.hostileText(), title: random.hostileText(), severity: .warning, act: .user,
      explain: random.texts(9).joined(separator: "\n"),
      fixes: [("any", random.texts(3)), (random.hostileText(), random.texts(3))],
      references: random.texts(3),
      lookAlikes: random.texts(3).map { ($0, random.hostileText()) }, style: style)
    check(cause, style)
    style.columns = 1
    check(TextReport.render(analysis, style: style), style)
  }

  private func check(_ text: String, _ style: TextStyle) {
    var plain = text
    if style.color {
      for sequence in ["\u{1B}[1;31m", "\u{1B}[33m", "\u{1B}[36m", "\u{1B}[0m"] {
        plain = plain.replacing(sequence, with: "")
      }
    }
    let columns = max(style.columns, TextStyle.minimumColumns)
    let lines = plain.unicodeScalars.split(separator: "\n")
    for line in lines {
      let width = line.reduce(0) { $0 + TerminalWidth.of($1) }
      #expect(width <= columns, "\(String(line))")
    }
    #expect(
      plain.unicodeScalars.allSatisfy { $0 == "\n" || Escaping.isVisible($0) })
    #expect(
      !plain.unicodeScalars.contains {
        (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value)
      })
    if !style.unicode { #expect(plain.unicodeScalars.allSatisfy { $0.isASCII }) }
    #expect(text.hasSuffix("\n"))
    #expect(!plain.contains("\n\n\n"))
  }

  @Test(arguments: [
    ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("ｗ", 2), ("한", 2), ("–", 1), ("▁", 1), ("👍", 2),
    ("", 0),
  ])
  func columnsOfATerminal(text: String, width: Int) {
    #expect(TerminalWidth.of(text) == width)
  }
}
