import Diagnosis
import MailEvents

/// What is wrong, and what to do.
extension HTMLReportWriter {
  mutating func writeFindings() {
    guard !tree.roots.isEmpty else { return }
    line("<section aria-labelledby=\"findings\">")
    line("<h2 id=\"findings\">What is wrong, and what to do</h2>")
    for (index, root) in tree.roots.prefix(maximumFindings).enumerated() { writeFinding(root, number: index + 1) }
    if tree.roots.count > maximumFindings {
      line("<p>and \(Figures.grouped(tree.roots.count - maximumFindings)) more: logscan --all</p>")
    }
    line("</section>")
  }

  private mutating func writeFinding(_ root: FindingTree.Root, number: Int) {
    let finding = root.finding
    let words = FindingWords(finding: finding, times: times)
    line("<article class=\"\(finding.severity.name)\">")
    line("<h3><span class=\"severity\">\(finding.severity.name)</span> \(number). \(safe(finding.title))</h3>")
    let facts = ["act: \(FindingWords.actor(finding.act))"] + words.circumstances
    line("<p class=\"facts\">\(safe(facts.joined(separator: " · ")))</p>")
    if let change = changes?.sentence(finding) { line("<p class=\"change\">\(safe(change))</p>") }
    if !finding.summary.isEmpty { line("<p>\(safe(finding.summary))</p>") }
    if let example = words.example {
      line("<pre class=\"log\"><b>\(safe(example.file)):\(example.line)</b> \(safe(example.text))</pre>")
    }
    for consequence in root.consequences.prefix(5) {
      line("<p>because of this: \(safe(FindingWords(finding: consequence, times: times).asConsequence))</p>")
    }
    if let recurrence = words.recurrence { line("<p>\(safe(recurrence))</p>") }
    if let probe = words.probe { line("<p><b>\(safe(probe))</b></p>") }
    if let rivals = words.rivals { line("<p>\(safe(rivals))</p>") }
    if let ruledOut = words.ruledOut { line("<p><b>not this:</b> \(safe(ruledOut))</p>") }
    if !finding.fix.isEmpty {
      line("<p><b>fix</b></p>")
      line("<ol class=\"fix\">")
      for step in finding.fix { line("<li><code>\(safe(step))</code></li>") }
      line("</ol>")
    }
    line("<p class=\"facts\">more: <code>logscan explain \(safe(finding.cause))</code></p>")
    line("</article>")
  }

  mutating func writeGone() {
    guard let changes, let gone = analysis.comparison?.gone, !gone.isEmpty else { return }
    line("<section aria-labelledby=\"gone\">")
    line("<h2 id=\"gone\">Gone since then</h2>")
    line("<ul>")
    for finding in gone.prefix(maximumFindings) {
      line("<li>\(safe(finding.title)): \(safe(changes.sentence(finding) ?? ""))</li>")
    }
    line("</ul>")
    line("</section>")
  }

  mutating func writeNoise() {
    guard !analysis.noise.isEmpty else { return }
    line("<section aria-labelledby=\"noise\">")
    line("<h2 id=\"noise\">No action needed</h2>")
    line("<ul>")
    for finding in analysis.noise.prefix(maximumFindings) {
      line("<li><b>\(safe(finding.title))</b>\(finding.summary.isEmpty ? "" : ": " + safe(finding.summary))</li>")
    }
    line("</ul>")
    line("</section>")
  }

  /// What could not be read, and what was not understood.
  mutating func writeUnjudged() {
    let lines = analysis.lines
    let problems = analysis.inputs.filter { $0.problem != nil }
    guard !problems.isEmpty || lines.unrecognised > 0 || lines.malformed > 0 || lines.cut > 0 else { return }
    line("<section aria-labelledby=\"unjudged\">")
    line("<h2 id=\"unjudged\">Not judged</h2>")
    line("<ul>")
    for input in problems.prefix(Self.rows) { line("<li>\(safe(input.path)): \(safe(input.problem ?? ""))</li>") }
    if lines.malformed > 0 {
      line("<li>\(Figures.counted(lines.malformed, "line")) blank, binary or without a message</li>")
    }
    if lines.cut > 0 { line("<li>\(Figures.counted(lines.cut, "line")) longer than the limit</li>") }
    if lines.unrecognised > 0 {
      let share = Figures.percent(lines.unrecognised, of: lines.total)
      line("<li>\(Figures.counted(lines.unrecognised, "line")) not recognised (\(share))</li>")
    }
    line("</ul>")
    if !analysis.unrecognised.isEmpty {
      line("<table>")
      line("<caption>Lines that no rule knows, by their shape</caption>")
      line("<thead><tr><th scope=\"col\" class=\"number\">lines</th><th scope=\"col\">shape</th></tr></thead>")
      line("<tbody>")
      for shape in analysis.unrecognised.prefix(Self.rows) {
        line(
          "<tr><td class=\"number\">\(Figures.grouped(shape.count))</td><td><code>\(safe(shape.shape))</code></td></tr>"
        )
      }
      line("</tbody>")
      line("</table>")
    }
    line("</section>")
  }
}
