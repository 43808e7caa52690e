import Diagnosis
import MailEvents

/// The summary for an issue tracker, a chat or a wiki.
///
/// Lines of the log stand in code blocks, every other value is escaped: nothing a stranger wrote
/// becomes markup.
public enum MarkdownReport {
  public static func render(_ analysis: Analysis) -> String {
    render(analysis, clock: .system)
  }

  public static func render(_ analysis: Analysis, clock: WallClock) -> String {
    var writer = MarkdownWriter(analysis, clock: clock)
    writer.write()
    return writer.text
  }
}

private struct MarkdownWriter {
  let analysis: Analysis
  let times: TimeWords
  let changes: ChangeWords?
  var text = ""

  init(_ analysis: Analysis, clock: WallClock) {
    self.analysis = analysis
    let times = TimeWords(end: analysis.end, clock: clock)
    self.times = times
    changes = analysis.comparison.map {
      ChangeWords(comparison: $0, times: times, coveredSeconds: analysis.coveredSeconds)
    }
  }

  mutating func line(_ line: String = "") { text += line + "\n" }

  func safe(_ value: String) -> String {
    Escaping.markdown(String(value.map { $0.isNewline || $0 == "\t" ? " " : $0 }))
  }

  mutating func write() {
    line("# Mail log summary")
    line()
    if analysis.isPartial {
      line("**Partial: the analysis was interrupted. The figures cover only what had been read.**")
      line()
    }
    writeInputs()
    writeFlow()
    let tree = FindingTree(analysis.findings)
    if !tree.hasProblem {
      for sentence in Verdict(analysis).sentences { line(safe(sentence)) }
      line()
    }
    for (index, root) in tree.roots.enumerated() { writeFinding(root, number: index + 1) }
    writeGone()
    writeRest()
    if text.hasSuffix("\n\n") { text.removeLast() }
  }

  private mutating func writeInputs() {
    for input in analysis.inputs {
      line(
        "- \(safe(input.path)): \(Figures.counted(input.lines, "line")), \(Figures.bytes(input.bytes))"
      )
    }
    if !analysis.hosts.isEmpty { line("- Hosts: \(safe(analysis.hosts.joined(separator: ", ")))") }
    if let window = times.window(since: analysis.since, until: analysis.until) {
      line("- Period: \(safe(window))")
    }
    if let changes { line("- \(safe(changes.heading.prefix(1).uppercased() + changes.heading.dropFirst()))") }
    for assumption in analysis.assumptions { line("- Assumed: \(safe(assumption))") }
    line()
  }

  private mutating func writeFlow() {
    guard analysis.lines.recognised > 0 else { return }
    let messages = analysis.messages
    line("| Received | Delivered | Waiting | Bounced | Rejected |")
    line("| ---: | ---: | ---: | ---: | ---: |")
    let cells = [
      messages.received, messages.delivered, messages.waiting, messages.bounced, analysis.rejects,
    ]
    line("| " + cells.map { Figures.grouped($0) }.joined(separator: " | ") + " |")
    line()
    if let delay = analysis.delay {
      line(
        "Median delay \(Figures.seconds(delay.median)), 99 % within \(Figures.seconds(delay.p99)).")
      line()
    }
  }

  private mutating func writeFinding(_ root: FindingTree.Root, number: Int) {
    let finding = root.finding
    let words = FindingWords(finding: finding, times: times)
    line("## \(number). \(finding.severity.name.uppercased()): \(safe(finding.title))")
    line()
    let facts = ["act: \(FindingWords.actor(finding.act))"] + words.circumstances
    line(safe(facts.joined(separator: " · ")))
    line()
    if let change = changes?.sentence(finding) {
      line("**\(safe(change.prefix(1).uppercased() + change.dropFirst()))**")
      line()
    }
    if !finding.summary.isEmpty {
      line(safe(finding.summary))
      line()
    }
    if let example = words.example {
      code("\(example.file):\(example.line)  \(example.text)")
      if let range = words.range {
        line(safe(range))
        line()
      }
    }
    for consequence in root.consequences {
      line(
        "- Because of this: \(safe(FindingWords(finding: consequence, times: times).asConsequence))"
      )
    }
    if let recurrence = words.recurrence { line("- \(safe(recurrence))") }
    if let probe = words.probe { line("- \(safe(probe.prefix(1).uppercased() + probe.dropFirst()))") }
    if let rivals = words.rivals {
      line("- \(safe(rivals.prefix(1).uppercased() + rivals.dropFirst()))")
    }
    if let ruledOut = words.ruledOut { line("- Not this: \(safe(ruledOut))") }
    if !text.hasSuffix("\n\n") { line() }
    if !finding.fix.isEmpty {
      line("Fix:")
      line()
      code(finding.fix.joined(separator: "\n"))
    }
    line("More: `logscan explain \(codeSpan(finding.cause))`")
    line()
  }

  private mutating func writeGone() {
    guard let changes, let gone = analysis.comparison?.gone, !gone.isEmpty else { return }
    line("## Gone since then")
    line()
    for finding in gone { line("- \(safe("\(finding.title): \(changes.sentence(finding) ?? "")"))") }
    line()
  }

  private mutating func writeRest() {
    if !analysis.noise.isEmpty {
      line("## No action needed")
      line()
      for finding in analysis.noise {
        line(
          "- "
            + safe(finding.summary.isEmpty ? finding.title : "\(finding.title): \(finding.summary)")
        )
      }
      line()
    }
    let problems = analysis.inputs.filter { $0.problem != nil }
    if !problems.isEmpty {
      line("## Not judged")
      line()
      for input in problems { line("- \(safe(input.path)): \(safe(input.problem ?? ""))") }
      line()
    }
    if analysis.lines.unrecognised > 0 {
      let shapes = max(analysis.unrecognisedShapes, analysis.unrecognised.count)
      let kinds = shapes > 0 ? " in \(Figures.counted(shapes, "shape"))" : ""
      let share = Figures.percent(analysis.lines.unrecognised, of: analysis.lines.total)
      line(
        "Not recognised: \(Figures.counted(analysis.lines.unrecognised, "line"))\(kinds) (\(share))"
      )
    }
  }

  /// A code block whose fence is longer than any run of backticks in it.
  private mutating func code(_ content: String) {
    var longest = 0
    var run = 0
    for character in content.unicodeScalars {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    line(fence)
    for part in content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      line(Escaping.terminal(String(part)))
    }
    line(fence)
    line()
  }

  /// Ids hold no backticks; should one, it is left out.
  private func codeSpan(_ id: String) -> String {
    Escaping.terminal(String(id.filter { $0 != "`" }))
  }
}
