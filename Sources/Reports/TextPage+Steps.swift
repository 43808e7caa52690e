/// Steps of a repair.
extension TextPage {
  /// Each step begins a line. A command that does not fit beside the label stands further left;
  /// only one that is wider than the page is broken.
  mutating func steps(_ steps: [String], label: String, indent: Int) {
    let steps = steps.flatMap { $0.split(whereSeparator: \.isNewline) }
      .map { clean(String($0)) }.filter { !$0.isEmpty }
    let margin = String(repeating: " ", count: indent)
    for (index, step) in steps.enumerated() {
      let label = index == 0 ? label : margin
      let isUnbroken = FixStep.isCommand(step) || !step.contains(" ")
      if !isUnbroken {
        paragraph(step, label: label, indent: indent)
      } else if TerminalWidth.of(step) <= columns - indent {
        line(label + step)
      } else {
        let name = label.trimmingSpaces
        if !name.isEmpty { line("   " + name) }
        let lines = FixStep.lines(step, width: columns)
        let widest = lines.map(TerminalWidth.of).max() ?? 0
        let margin = String(repeating: " ", count: min(indent, max(0, columns - widest)))
        for line in lines { self.line(margin + line) }
      }
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: Substring {
    let start = drop { $0 == " " }
    return start.prefix(
      (start.lastIndex { $0 != " " }).map { start.distance(from: start.startIndex, to: $0) + 1 }
        ?? 0)
  }
}
