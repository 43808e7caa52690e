import MailEvents

/// A page of text under construction: knows the width, the indents and what the terminal can show.
///
/// All text goes in through `clean`, so that nothing from a log reaches the terminal as it is.
struct TextPage {
  let style: TextStyle
  /// No line is wider.
  let columns: Int
  /// Running text stops here even on a wide terminal: long lines are hard to read.
  let proseColumns: Int
  private(set) var text = ""

  init(style: TextStyle) {
    self.style = style
    columns = max(style.columns, TextStyle.minimumColumns)
    proseColumns = min(columns, 100)
  }

  var ellipsis: String { style.unicode ? "…" : "..." }

  /// Text that may stand on a terminal: line breaks and tabs are spaces, what is invisible is
  /// written out, and without Unicode so is what is not ASCII.
  func clean(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var spaced = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\r", "\t": spaced.append(" ")
      case _ where style.unicode: spaced.append(scalar)
      case "–", "—", "·", "−": spaced.append("-")
      case "…": spaced.append(contentsOf: "...".unicodeScalars)
      case "“", "”": spaced.append("\"")
      case "‘", "’": spaced.append("'")
      case "→": spaced.append(contentsOf: "->".unicodeScalars)
      default: spaced.append(scalar)
      }
    }
    return Escaping.terminal(String(spaced), ascii: !style.unicode)
  }

  /// Text of a log line or a file's name: nothing is taken for formatting, a tab is shown as
  /// `\x09`.
  func verbatim(_ text: String) -> String {
    Escaping.terminal(text, ascii: !style.unicode)
  }

  mutating func blank() {
    if !text.isEmpty && !text.hasSuffix("\n\n") { text += "\n" }
  }

  /// A line that is known to fit.
  mutating func line(_ line: String) {
    text += line
    text += "\n"
  }

  /// Running text after a label, later lines indented.
  ///
  /// - Parameters:
  ///   - text: cleaned.
  ///   - label: what stands before the first line, with its indent; at most half a line.
  ///   - indent: of the lines after the first.
  mutating func paragraph(_ text: String, label: String = "", indent: Int) {
    let lines = TextWrap.lines(
      text, first: proseColumns - TerminalWidth.of(label), rest: proseColumns - indent)
    if lines == [""] && label.allSatisfy({ $0 == " " }) { return }
    let margin = String(repeating: " ", count: indent)
    for (index, line) in lines.enumerated() { self.line((index == 0 ? label : margin) + line) }
  }

  /// A line whose spacing matters; wrapped only when it does not fit.
  mutating func paragraphKeepingSpaces(_ text: String, label: String, indent: Int) {
    if TerminalWidth.of(label) + TerminalWidth.of(text) <= columns {
      line(label + text)
    } else {
      paragraph(text, label: label, indent: indent)
    }
  }

  /// Parts of a line, broken between parts where possible.
  mutating func parts(_ parts: [String], separator: String, label: String, indent: Int) {
    var prefix = label
    var line = ""
    for part in parts {
      let joined = line.isEmpty ? part : line + separator + part
      if TerminalWidth.of(prefix) + TerminalWidth.of(joined) <= proseColumns {
        line = joined
        continue
      }
      if !line.isEmpty { paragraph(line, label: prefix, indent: indent) }
      if !line.isEmpty { prefix = String(repeating: " ", count: indent) }
      line = part
    }
    if !line.isEmpty { paragraph(line, label: prefix, indent: indent) }
  }

  /// The colour of a severity around a text whose width has been counted already.
  func painted(_ text: String, _ severity: Severity) -> String {
    guard style.color else { return text }
    switch severity {
    case .critical: return "\u{1B}[1;31m\(text)\u{1B}[0m"
    case .warning: return "\u{1B}[33m\(text)\u{1B}[0m"
    case .notice: return "\u{1B}[36m\(text)\u{1B}[0m"
    case .info: return text
    }
  }
}
