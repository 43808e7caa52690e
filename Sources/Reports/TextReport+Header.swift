import Diagnosis
import MailEvents

/// What was read, and the state of the mail flow.
extension TextReportWriter {
  private static let indent = 9
  private static let flowIndent = 13

  mutating func writePartial() {
    guard analysis.isPartial else { return }
    page.paragraph(
      "Partial: the analysis was interrupted. The figures cover only what had been read.", indent: 9
    )
    page.blank()
  }

  mutating func writeHeader() {
    let label = "logscan  "
    let margin = String(repeating: " ", count: Self.indent)
    let names = page.verbatim(
      Self.list(analysis.inputs.map { $0.path == "-" ? "standard input" : $0.path }, atMost: 6))
    let oneLine = names.isEmpty ? label + figures : "\(label)\(names)   \(figures)"
    if TerminalWidth.of(oneLine) <= page.columns {
      page.line(oneLine)
    } else {
      page.paragraph(names, label: label, indent: Self.indent)
      page.paragraph(figures, label: margin, indent: Self.indent)
    }
    var parts: [String] = []
    if !analysis.hosts.isEmpty { parts.append(page.verbatim(Self.list(analysis.hosts, atMost: 5))) }
    if let window = times.window(since: analysis.since, until: analysis.until) {
      parts.append(page.clean(window))
    }
    page.parts(parts, separator: page.clean(" · "), label: margin, indent: Self.indent)
    if let changes { page.paragraph(page.clean(changes.heading), label: margin, indent: Self.indent) }
    if !analysis.assumptions.isEmpty {
      page.paragraph(
        page.clean("assumed: " + analysis.assumptions.joined(separator: "; ")), label: margin,
        indent: Self.indent)
    }
  }

  /// `1,204,331 lines, 171 MB, 0.21 s`
  private var figures: String {
    let bytes = analysis.inputs.reduce(Int64(0)) {
      $0.addingReportingOverflow($1.bytes).partialValue
    }
    var parts = [Figures.counted(analysis.lines.total, "line")]
    if bytes > 0 { parts.append(Figures.bytes(bytes)) }
    if analysis.seconds > 0 { parts.append(Figures.seconds(analysis.seconds)) }
    return parts.joined(separator: ", ")
  }

  private static func list(_ names: [String], atMost limit: Int) -> String {
    guard names.count > limit + 1 else { return names.joined(separator: ", ") }
    return names.prefix(limit).joined(separator: ", ") + " and \(names.count - limit) more"
  }

  mutating func writeFlow() {
    guard analysis.lines.recognised > 0 else { return }
    page.blank()
    let messages = analysis.messages
    func cell(_ count: Int, _ word: String) -> String { "\(Figures.grouped(count)) \(word)" }
    var cells = [
      cell(messages.received, "received"), cell(messages.delivered, "delivered"),
      cell(messages.waiting, "waiting"), cell(messages.bounced, "bounced"),
    ]
    cells.append(cell(analysis.rejects, "rejected"))
    if messages.expired > 0 { cells.append(cell(messages.expired, "expired")) }
    if messages.held > 0 { cells.append(cell(messages.held, "held")) }
    if messages.discarded > 0 { cells.append(cell(messages.discarded, "discarded")) }
    if let oldest = messages.oldestWaiting, let end = analysis.until, end.seconds - oldest.seconds >= 600 {
      cells.append("oldest waits \(Figures.duration(Double(end.seconds - oldest.seconds)))")
    }
    if let delay = analysis.delay {
      cells.append(
        "median delay \(Figures.seconds(delay.median)), p99 \(Figures.seconds(delay.p99))")
    }
    writeCells(
      cells, label: "Mail flow    ", perRow: 4, bars: analysis.timeline)
    if analysis.authenticationSucceeded > 0 || analysis.authenticationFailed > 0 {
      writeCells(
        [
          cell(analysis.authenticationSucceeded, "succeeded"),
          cell(analysis.authenticationFailed, "failed"),
        ], label: "Logins       ", perRow: 4)
    }
  }

  /// Cells three spaces apart, the first column aligned, with bars at the right edge of the last
  /// row.
  private mutating func writeCells(
    _ cells: [String], label: String, perRow: Int, bars: [Analysis.Hour] = []
  ) {
    let width = page.proseColumns
    var rows: [[String]] = [[]]
    var used = Self.flowIndent
    for cell in cells {
      let step = TerminalWidth.of(cell) + (rows[rows.count - 1].isEmpty ? 0 : 3)
      if !rows[rows.count - 1].isEmpty
        && (used + step > width || rows[rows.count - 1].count == perRow)
      {
        rows.append([])
        used = Self.flowIndent
      }
      rows[rows.count - 1].append(cell)
      used += step
    }
    let first = rows.map { TerminalWidth.of($0[0]) }.max() ?? 0
    let margin = String(repeating: " ", count: Self.flowIndent)
    for (index, row) in rows.enumerated() {
      let label = index == 0 ? label : margin
      let rest = row.dropFirst().map { "   " + $0 }.joined()
      let gap = rest.isEmpty ? 0 : first - TerminalWidth.of(row[0])
      let aligned = row[0] + String(repeating: " ", count: gap) + rest
      let fits = Self.flowIndent + TerminalWidth.of(aligned) <= width
      let line = fits ? aligned : row[0] + rest
      if index == rows.count - 1 {
        writeLast(line, label: label, bars: bars)
      } else {
        page.paragraphKeepingSpaces(line, label: label, indent: Self.flowIndent)
      }
    }
  }

  /// The last row, with the bars beside it when at least twelve fit there, else below.
  private mutating func writeLast(_ line: String, label: String, bars timeline: [Analysis.Hour]) {
    let room = page.proseColumns - Self.flowIndent - TerminalWidth.of(line) - 3
    let isBeside = room >= 12
    let bars = Sparkline.of(
      timeline, columns: min(24, isBeside ? room : page.proseColumns - Self.flowIndent),
      unicode: page.style.unicode)
    let beside = isBeside && !bars.isEmpty ? "   " + bars : ""
    page.paragraphKeepingSpaces(line + beside, label: label, indent: Self.flowIndent)
    if !isBeside && !bars.isEmpty {
      page.line(String(repeating: " ", count: Self.flowIndent) + bars)
    }
  }
}
