/// Steps of a repair.
extension TextPage {
  /// Each step begins a line. A command that is too wide is broken between words with a backslash; one that a word makes too
  /// wide even so stands as far left as it must.
  mutating func steps(_ steps: [String], label: String, indent: Int) {
    let steps = steps.flatMap { $0.split(whereSeparator: \.isNewline) }
      .map { clean(String($0)) }.filter { !$0.isEmpty }
    let margin = String(repeating: " ", count: indent)
    for (index, step) in steps.enumerated() {
      let label = index == 0 ? label : margin
      guard FixStep.isCommand(step) || !step.contains(" ") else {
        paragraph(step, label: label, indent: indent)
        continue
      }
      let widest = FixStep.longestWord(step) + 4
      let room = max(columns - indent, min(columns, widest))
      let start = String(repeating: " ", count: max(0, columns - room))
      for (number, line) in FixStep.lines(step, width: room).enumerated() {
        if number == 0, room > columns - indent, !label.trimmingSpaces.isEmpty {
          self.line("   " + label.trimmingSpaces)
        }
        self.line((number == 0 && room <= columns - indent ? label : start) + line)
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
