import Explanations
import MailEvents

/// The answer of `logscan explain` on a terminal: what it means, what may be behind it and how to tell, what to do.
public enum ExplanationText {
  /// No line is wider than `style.columns`. Without a limit in `style.maximumFindings` all causes are told in full.
  public static func render(_ explanation: Explanation, style: TextStyle) -> String {
    if explanation.kinds == [.cause], let cause = explanation.causes.first {
      return CauseText.render(
        id: cause.id, title: cause.title, severity: cause.severity, act: cause.act, explain: cause.explain,
        fixes: cause.fixes, references: cause.references, lookAlikes: cause.lookAlikes, evidence: cause.evidence,
        probes: cause.probes.map { ($0.name, $0.does) }, style: style)
    }
    var writer = ExplanationWriter(explanation, style: style)
    writer.write()
    return writer.page.text
  }
}

private struct ExplanationWriter {
  let explanation: Explanation
  var page: TextPage

  /// Causes told in full.
  private static let detailed = 3
  /// Causes named at all.
  private static let named = 12

  init(_ explanation: Explanation, style: TextStyle) {
    self.explanation = explanation
    page = TextPage(style: style)
  }

  private var showsAll: Bool { page.style.maximumFindings == nil }

  mutating func write() {
    let line = TextWrap.lines(page.clean(explanation.query), width: page.proseColumns)
    for part in line.prefix(4) { page.line(part) }
    writeMeanings()
    writeList("In the log of the server", explanation.signs)
    writeCauses()
    writeList("The user can try", explanation.steps)
    let told = explanation.causes.prefix(showsAll ? .max : Self.detailed).flatMap { $0.probes.map(\.name) }
    let probes = explanation.probes.filter { !told.contains($0.name) }
    if !probes.isEmpty {
      page.blank()
      page.line("What to check besides")
      for probe in probes { page.paragraph(words(probe), label: "   ", indent: 5) }
    }
    if !explanation.references.isEmpty {
      page.blank()
      page.parts(explanation.references.map(page.clean), separator: "; ", label: "Read more: ", indent: 3)
    }
  }

  private mutating func writeMeanings() {
    page.blank()
    for meaning in explanation.meanings {
      let by = meaning.by == meaning.name ? "" : " (\(page.clean(meaning.by)))"
      let similar = meaning.isSimilar ? "probably " : ""
      page.paragraph("\(similar)\(page.clean(meaning.name))\(by): \(page.clean(meaning.text))", label: "   ", indent: 5)
    }
    if let provider = explanation.provider {
      page.paragraph("Said by \(page.clean(provider))", label: "   ", indent: 5)
    }
  }

  private mutating func writeList(_ heading: String, _ items: [String]) {
    guard !items.isEmpty else { return }
    page.blank()
    page.line(heading)
    for item in items { page.paragraph(page.clean(item), label: "   ", indent: 5) }
  }

  private mutating func writeCauses() {
    page.blank()
    guard !explanation.causes.isEmpty else { return page.line("No cause of the catalogue belongs to it.") }
    page.line("Likely causes, the likeliest first")
    let detailed = showsAll ? explanation.causes.count : Self.detailed
    for (number, cause) in explanation.causes.prefix(detailed).enumerated() {
      page.blank()
      write(cause, number: number + 1)
    }
    let rest = explanation.causes.dropFirst(detailed)
    guard !rest.isEmpty else { return }
    page.blank()
    let shown = rest.prefix(Self.named).map(\.id)
    let more = rest.count > shown.count ? ["and \(rest.count - shown.count) more: --all"] : []
    page.paragraph(page.clean((shown + more).joined(separator: ", ")), label: "Also possible: ", indent: 3)
  }

  private mutating func write(_ cause: Explanation.Likely, number: Int) {
    let severity = cause.severity.name.uppercased()
    let start = String(number) + String(repeating: " ", count: max(1, 3 - String(number).count))
    let label = start + page.painted(severity, cause.severity) + String(repeating: " ", count: 10 - severity.count)
    let indent = start.count + 10
    let lines = TextWrap.lines(page.clean(cause.title), width: page.proseColumns - indent)
    for (row, line) in lines.enumerated() {
      page.line((row == 0 ? label : String(repeating: " ", count: indent)) + line)
    }
    let act = "act: " + FindingWords.actor(cause.act) + (cause.isNoise ? "; seldom needs action" : "")
    page.paragraph(act, label: "   ", indent: 3)
    page.paragraph(page.clean(Self.firstParagraph(of: cause.explain)), label: "   ", indent: 3)
    for (row, way) in cause.evidence.enumerated() {
      // What only adds to the confidence is left to the whole explanation of the cause.
      let needed = way.filter { !$0.hasPrefix("perhaps ") && !$0.hasPrefix("over when: ") }
      page.paragraph(
        page.clean(needed.joined(separator: "; ")), label: row == 0 ? "   log shows:  " : "   or:  ", indent: 5)
    }
    for (row, other) in cause.lookAlikes.enumerated() {
      page.paragraph(
        page.clean("\(other.cause): \(other.difference)"), label: row == 0 ? "   not to be confused with:  " : "     ",
        indent: 7)
    }
    for (row, probe) in cause.probes.enumerated() {
      page.paragraph(words(probe), label: row == 0 ? "   check:  " : "     ", indent: 7)
    }
    for fix in cause.fixes where !fix.steps.isEmpty {
      page.line(fix.server == "any" ? "   fix:" : "   fix (\(page.clean(fix.server))):")
      page.steps(fix.steps, label: "     ", indent: 5)
    }
    page.paragraph("logscan explain " + page.clean(cause.id), label: "   more: ", indent: 9)
  }

  private func words(_ probe: Explanation.Probe) -> String {
    page.clean(probe.does.isEmpty ? probe.name : "\(probe.name): \(probe.does)")
  }

  private static func firstParagraph(of text: String) -> String {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .prefix { !$0.allSatisfy { $0 == " " } }
    return lines.joined(separator: " ")
  }
}
