import Reports

/// A Markdown page as it grows. All text that is given is plain text; nothing in it becomes markup.
struct MarkdownPage {
  private(set) var text: String

  /// The first line tells generated pages from others.
  static let mark = "<!-- Made from patterns/ by `make docs`; changes here are lost. -->"

  init(title: String) { text = "\(Self.mark)\n\n# \(Escaping.markdown(title))\n" }

  mutating func heading(_ title: String, level: Int = 2) {
    text += "\n\(String(repeating: "#", count: level)) \(title)\n"
  }

  /// A paragraph; the text is Markdown already.
  mutating func paragraph(_ markdown: String) {
    if !markdown.isEmpty { text += "\n\(markdown)\n" }
  }

  /// A list; the items are Markdown already.
  mutating func list(_ items: [String]) {
    if items.isEmpty { return }
    text += "\n"
    for item in items { text += "- \(item)\n" }
  }

  /// Lines as they are but for blanks at their ends, in a block of their own.
  mutating func block(_ lines: [String]) {
    if lines.isEmpty { return }
    text += "\n"
    for line in lines {
      let blanks = line.reversed().prefix { $0 == " " }.count
      text += line.count == blanks ? "\n" : "    \(Escaping.terminal(String(line.dropLast(blanks))))\n"
    }
  }

  /// A table; the cells are Markdown already.
  mutating func table(_ head: [String], _ rows: [[String]]) {
    text += "\n| \(head.joined(separator: " | ")) |\n|\(head.map { _ in "---" }.joined(separator: "|"))|\n"
    for row in rows { text += "| \(row.joined(separator: " | ")) |\n" }
  }

  /// Several paragraphs, divided by blank lines; lines that are indented or begin with a dash keep their form.
  mutating func prose(_ text: String) {
    var paragraph: [Substring] = []
    var items: [String] = []
    func flush(_ page: inout MarkdownPage) {
      page.paragraph(Escaping.markdown(paragraph.joined(separator: " ")))
      page.list(items)
      paragraph = []
      items = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let content = line.drop { $0 == " " }
      if content.isEmpty {
        flush(&self)
      } else if content.hasPrefix("- ") {
        if !paragraph.isEmpty { flush(&self) }
        items.append(Escaping.markdown(String(content.dropFirst(2))))
      } else if !items.isEmpty {
        items[items.count - 1] += " " + Escaping.markdown(String(content))
      } else if line.first == " " {
        flush(&self)
        block([String(line)])
      } else {
        paragraph.append(line)
      }
    }
    flush(&self)
  }

  /// A code span, whatever the text holds. Inside a table a bar would end the cell.
  static func code(_ text: String, inTable: Bool = false) -> String {
    let clean = Escaping.terminal(text)
    var longest = 0
    var run = 0
    for character in clean {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let isPadded = longest > 0 || clean.hasPrefix(" ") && clean.hasSuffix(" ")
    let span = isPadded ? "\(fence) \(clean) \(fence)" : "\(fence)\(clean)\(fence)"
    return inTable ? span.replacing("|", with: "\\|") : span
  }

  static func codes(_ texts: [String]) -> String { texts.map { code($0) }.joined(separator: ", ") }
}
