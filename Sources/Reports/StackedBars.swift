/// A chart of bars side by side, each made of parts; drawn as SVG that fills any box.
struct StackedBars {
  /// The parts' classes in the style sheet, from the bottom up.
  private let classes: [String]
  private var values: [[Double]]

  init(columns: Int, classes: [String]) {
    self.classes = classes
    values = Array(repeating: Array(repeating: 0, count: classes.count), count: max(columns, 1))
  }

  mutating func set(_ column: Int, _ counts: [Int]) { values[column] = counts.map(Double.init) }

  /// Adds to the first part of the columns between two shares of the width (0…1), in proportion.
  mutating func spread(_ count: Int, from start: Double, to end: Double) {
    let scale = Double(values.count)
    let (from, to) = (min(max(start, 0), 1) * scale, min(max(end, 0), 1) * scale)
    guard to > from else {
      values[min(Int(from), values.count - 1)][0] += Double(count)
      return
    }
    for column in Int(from)..<min(values.count, Int(to.rounded(.up))) {
      let share = (min(to, Double(column + 1)) - max(from, Double(column))) / (to - from)
      values[column][0] += Double(count) * max(share, 0)
    }
  }

  /// The height of the highest bar.
  var highest: Int { Int(min(values.map { $0.reduce(0, +) }.max() ?? 0, 1e18).rounded(.up)) }

  /// - Parameter label: what the chart shows, in words; already safe for an attribute.
  func svg(label: String) -> String {
    let top = max(values.map { $0.reduce(0, +) }.max() ?? 0, 1)
    var svg =
      "<svg class=\"chart\" role=\"img\" aria-label=\"\(label)\" viewBox=\"0 0 \(values.count) 100\" preserveAspectRatio=\"none\">"
    svg += "<path class=\"grid\" d=\"M0 0H\(values.count)M0 50H\(values.count)M0 100H\(values.count)\"/>"
    for part in classes.indices {
      var path = ""
      for (column, parts) in values.enumerated() where parts[part] > 0 {
        let below = parts[..<part].reduce(0, +) / top * 100
        let height = max(parts[part] / top * 100, 0.8)
        path +=
          "M\(Self.number(Double(column) + 0.08)) \(Self.number(100 - below))v-\(Self.number(height))h.84v\(Self.number(height))z"
      }
      if !path.isEmpty { svg += "<path class=\"\(classes[part])\" d=\"\(path)\"/>" }
    }
    return svg + "</svg>"
  }

  /// With two places at most.
  static func number(_ value: Double) -> String {
    guard value.magnitude < 1e9 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    if hundredths % 100 == 0 { return "\(hundredths / 100)" }
    var text = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    if text.hasSuffix("0") { text.removeLast() }
    return text
  }
}
