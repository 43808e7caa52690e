import Diagnosis
import MailEvents

/// What is wrong and what to do.
extension TextReportWriter {
  private static let margin = "   "
  /// Lines of evidence text before it is cut.
  private static let exampleLines = 4
  /// Consequences listed under one root without `--all`.
  private static let consequences = 5

  mutating func writeFindings() {
    let limit = max(page.style.maximumFindings ?? .max, 0)
    for (index, root) in tree.roots.prefix(limit).enumerated() {
      page.blank()
      writeFinding(root, number: index + 1)
    }
    if tree.roots.count > limit {
      page.blank()
      page.line("and \(Figures.grouped(tree.roots.count - limit)) more: --all")
    }
  }

  private mutating func writeFinding(_ root: FindingTree.Root, number: Int) {
    let finding = root.finding
    let words = FindingWords(finding: finding, times: times)
    writeTitle(finding, number: number)
    writeCircumstances(finding)
    if let change = changes?.sentence(finding) {
      page.paragraph(page.clean(change), label: Self.margin, indent: 3)
    }
    if !finding.summary.isEmpty {
      page.paragraph(page.clean(finding.summary), label: Self.margin, indent: 3)
    }
    if let recurrence = words.recurrence {
      page.paragraph(page.clean(recurrence), label: Self.margin, indent: 3)
    }
    if let example = words.example { writeExample(example) }
    if let range = words.range {
      page.paragraph(page.verbatim(range), label: "     ", indent: 5)
    }
    writeConsequences(root.consequences)
    if let probe = words.probe { page.paragraph(page.clean(probe), label: Self.margin, indent: 5) }
    if let rivals = words.rivals {
      let end = finding.probes.isEmpty ? "" : "; `logscan probe` decides"
      page.paragraph(page.clean(rivals) + end, label: Self.margin, indent: 5)
    }
    if let ruledOut = words.ruledOut {
      page.paragraph(page.clean(ruledOut), label: "   not this:  ", indent: 14)
    }
    page.steps(finding.fix, label: "   fix:  ", indent: 9)
    page.paragraph("logscan explain " + page.clean(finding.cause), label: "   more: ", indent: 9)
  }

  /// When, what, where, how sure.
  mutating func writeCircumstances(_ finding: Finding) {
    let words = FindingWords(finding: finding, times: times)
    page.parts(
      words.circumstances.map(page.clean), separator: page.clean(" · "), label: Self.margin,
      indent: 3)
  }

  /// `1  CRITICAL  Outbound port 25 is blocked                   act: hosting provider`
  mutating func writeTitle(_ finding: Finding, number: Int) {
    let severity = finding.severity.name.uppercased()
    var start = String(number)
    start += String(repeating: " ", count: max(1, 3 - start.utf8.count))
    let gap = String(repeating: " ", count: 10 - severity.utf8.count)
    let indent = start.utf8.count + 10
    let title = TextWrap.lines(page.clean(finding.title), width: page.proseColumns - indent)
    let act = "act: " + FindingWords.actor(finding.act)
    let room = page.proseColumns - indent - TerminalWidth.of(title[0]) - act.utf8.count
    var line = start + page.painted(severity, finding.severity) + gap + title[0]
    let actFits = title.count == 1 && room >= 2
    if actFits { line += String(repeating: " ", count: room) + act }
    page.line(line)
    for rest in title.dropFirst() { page.line(String(repeating: " ", count: indent) + rest) }
    if !actFits { page.line(Self.margin + act) }
  }

  /// `     mail.log:88123  text` with the text's later lines under its first; the place alone on a
  /// line when it is long.
  private mutating func writeExample(_ example: Place) {
    let place = page.verbatim("\(example.file):\(example.line)")
    var label = "     \(place)  "
    var indent = TerminalWidth.of(label)
    if indent > page.columns / 2 {
      for line in TextWrap.lines(place, width: page.columns - 5) { page.line("     " + line) }
      label = "       "
      indent = 7
    }
    let width = page.columns - indent
    var lines = TextWrap.lines(page.verbatim(example.text), width: width)
    if lines.count > Self.exampleLines {
      lines.removeSubrange(Self.exampleLines...)
      let last = lines.count - 1
      let mark = page.ellipsis
      lines[last] =
        TextWrap.cut(
          lines[last], to: width - TerminalWidth.of(mark), mark: "") + mark
    }
    for (index, line) in lines.enumerated() {
      page.line((index == 0 ? label : String(repeating: " ", count: indent)) + line)
    }
  }

  /// What was found before and is not there now.
  mutating func writeGone() {
    guard let changes, let gone = analysis.comparison?.gone, !gone.isEmpty else { return }
    let limit = max(page.style.maximumFindings ?? .max, 0)
    page.blank()
    page.line("Gone since then")
    for finding in gone.prefix(limit) {
      page.paragraph(
        page.clean("\(finding.title): \(changes.sentence(finding) ?? "")"), label: Self.margin, indent: 5)
    }
    if gone.count > limit { page.line("   and \(Figures.grouped(gone.count - limit)) more: --all") }
  }

  private mutating func writeConsequences(_ consequences: [Finding]) {
    let shown = page.style.maximumFindings == nil ? consequences.count : Self.consequences
    for consequence in consequences.prefix(shown) {
      let words = FindingWords(finding: consequence, times: times)
      page.paragraph(page.clean(words.asConsequence), label: "   because of this: ", indent: 5)
    }
    if consequences.count > shown {
      page.line("   because of this: \(Figures.grouped(consequences.count - shown)) more: --all")
    }
  }
}
