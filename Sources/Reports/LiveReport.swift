import Diagnosis

/// The summary while a log is followed: what was read, the mail flow, and a title for each finding. It fits on a terminal.
public enum LiveReport {
  /// At most `rows` - 1 lines, none wider than `style.columns`.
  public static func render(_ analysis: Analysis, style: TextStyle, rows: Int) -> [String] {
    var writer = TextReportWriter(analysis, style: style)
    writer.writeLive()
    var lines = writer.page.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    let room = max(4, rows - 1)
    guard lines.count > room else { return lines }
    return lines.prefix(room - 1) + [writer.page.ellipsis]
  }
}

extension TextReportWriter {
  mutating func writeLive() {
    writeHeader()
    writeFlow()
    page.blank()
    if tree.roots.isEmpty {
      page.line(analysis.lines.recognised > 0 ? "No problems found so far." : "No mail lines so far.")
    }
    for (index, root) in tree.roots.enumerated() {
      writeTitle(root.finding, number: index + 1)
      writeCircumstances(root.finding)
    }
    page.blank()
    page.paragraph(page.clean("Following; Ctrl-C ends with the whole analysis."), indent: 0)
  }
}
