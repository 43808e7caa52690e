import MailEvents

/// The long text of `logscan explain`: what a cause means, how to tell it from others, how to fix
/// it.
public enum CauseText {
  /// - Parameters:
  ///   - explain: blank lines separate paragraphs; indented lines are kept as they are.
  ///   - fixes: by server, in the order to be shown; the server `any` has no heading.
  ///   - lookAlikes: other causes and how they differ.
  ///   - evidence: what logscan looks for, a list for each way in which the cause shows.
  ///   - probes: live checks that would tell, and what each does.
  public static func render(
    id: String, title: String, severity: Severity, act: Actor, explain: String,
    fixes: [(server: String, steps: [String])] = [], references: [String] = [],
    lookAlikes: [(cause: String, difference: String)] = [], evidence: [[String]] = [],
    probes: [(name: String, does: String)] = [], style: TextStyle
  ) -> String {
    var page = TextPage(style: style)
    page.paragraph(page.clean(title), indent: 2)
    writeFacts(id: id, severity: severity, act: act, to: &page)
    writeExplanation(explain, to: &page)
    for (number, way) in evidence.enumerated() where !way.isEmpty {
      page.blank()
      page.line(number == 0 ? "How the log shows it" : "Or so")
      for piece in way { page.paragraph(page.clean(piece), label: "   ", indent: 5) }
    }
    if !lookAlikes.isEmpty {
      page.blank()
      page.line("How to tell it from others")
      for other in lookAlikes {
        page.paragraph(
          page.clean("\(other.cause): \(other.difference)"), label: "   ", indent: 5)
      }
    }
    if !probes.isEmpty {
      page.blank()
      page.line("What to check")
      for probe in probes {
        page.paragraph(
          page.clean(probe.does.isEmpty ? probe.name : "\(probe.name): \(probe.does)"), label: "   ", indent: 5)
      }
    }
    for fix in fixes where !fix.steps.isEmpty {
      page.blank()
      let server = fix.server == "any" ? "" : " (\(page.clean(fix.server)))"
      page.paragraph("What to do\(server)", indent: 3)
      page.steps(fix.steps, label: "   ", indent: 3)
    }
    if !references.isEmpty {
      page.blank()
      page.line("Read more")
      for reference in references { page.steps([reference], label: "   ", indent: 3) }
    }
    return page.text
  }

  private static func writeFacts(
    id: String, severity: Severity, act: Actor, to page: inout TextPage
  ) {
    let parts = [severity.name, "act: \(FindingWords.actor(act))", page.clean(id)]
    let separator = page.clean(" · ")
    let line = parts.joined(separator: separator)
    guard TerminalWidth.of(line) <= page.proseColumns else {
      return page.parts(parts, separator: separator, label: "", indent: 0)
    }
    page.line(
      page.painted(severity.name, severity) + separator
        + parts.dropFirst().joined(separator: separator))
  }

  private static func writeExplanation(_ text: String, to page: inout TextPage) {
    var paragraph: [Substring] = []
    func flush(to page: inout TextPage) {
      if paragraph.isEmpty { return }
      page.paragraph(page.clean(paragraph.joined(separator: " ")), indent: 0)
      paragraph = []
    }
    page.blank()
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if line.allSatisfy({ $0 == " " }) {
        flush(to: &page)
        page.blank()
      } else if line.first == " " || line.hasPrefix("- ") {
        // A list or an example keeps its lines.
        flush(to: &page)
        let content = line.drop { $0 == " " }
        let margin = min(line.count - content.count, 8)
        page.paragraph(
          page.clean(String(content)), label: String(repeating: " ", count: margin),
          indent: margin + (content.hasPrefix("- ") ? 2 : 0))
      } else {
        paragraph.append(line)
      }
    }
    flush(to: &page)
  }
}
