import Diagnosis

/// What may be ignored, and what could not be judged.
extension TextReportWriter {
  mutating func writeNoise() {
    guard !analysis.noise.isEmpty else { return }
    let limit = max(page.style.maximumFindings ?? .max, 0)
    page.blank()
    page.line("No action needed")
    for finding in analysis.noise.prefix(limit) {
      let text = finding.summary.isEmpty ? finding.title : "\(finding.title): \(finding.summary)"
      page.paragraph(page.clean(text), label: "   ", indent: 5)
    }
    if analysis.noise.count > limit {
      page.line("   and \(Figures.grouped(analysis.noise.count - limit)) more: --all")
    }
  }

  /// Inputs that could not be read, and lines that were damaged.
  mutating func writeProblems() {
    let problems = analysis.inputs.filter { $0.problem != nil }
    let lines = analysis.lines
    guard !problems.isEmpty || lines.cut > 0 || lines.malformed > 0 else { return }
    page.blank()
    page.line("Not judged")
    for input in problems {
      let path = input.path == "-" ? "standard input" : input.path
      page.paragraph(
        page.verbatim(path) + ": " + page.clean(input.problem ?? ""), label: "   ", indent: 5)
    }
    if lines.malformed > 0 {
      page.paragraph(
        Figures.counted(lines.malformed, "line") + " blank, binary or without a message",
        label: "   ", indent: 5)
    }
    if lines.cut > 0 {
      page.paragraph(
        Figures.counted(lines.cut, "line") + " longer than the limit; only the beginning was read",
        label: "   ", indent: 5)
    }
  }

  mutating func writeUnrecognised() {
    let lines = analysis.lines
    guard lines.unrecognised > 0 else { return }
    page.blank()
    var text = "Not recognised: " + Figures.counted(lines.unrecognised, "line")
    let shapes = max(analysis.unrecognisedShapes, analysis.unrecognised.count)
    if shapes > 0 { text += " in " + Figures.counted(shapes, "shape") }
    text += " (\(Figures.percent(lines.unrecognised, of: lines.total)))"
    let file = analysis.unrecognised.first?.example.file ?? analysis.inputs.first?.path
    var command = "logscan rules suggest"
    if let file, file != "-" { command += " " + page.verbatim(ShellQuoting.word(file)) }
    if text.utf8.count + 3 + TerminalWidth.of(command) <= page.columns {
      page.line("\(text)   \(command)")
    } else {
      page.paragraph(text, indent: 3)
      for line in FixStep.lines(command, width: page.columns - 3) { page.line("   " + line) }
    }
  }
}
