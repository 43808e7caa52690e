import Diagnosis
import MailEvents

/// Deliveries over time as a row of bars.
enum Sparkline {
  /// Nothing for fewer than two hours. An hour without a delivery has the lowest bar, one with any
  /// a higher one: a stop is seen at once.
  static func of(_ timeline: [Analysis.Hour], columns: Int, unicode: Bool) -> String {
    let known = timeline.filter { $0.start.isKnown }
    guard let first = known.map(\.start.seconds).min(), let last = known.map(\.start.seconds).max(),
      last - first < 100 * 366 * 86400
    else { return "" }
    let hours = Int((last - first) / 3600) + 1
    guard hours > 1, columns > 1 else { return "" }
    let count = min(hours, columns)
    var sums = [Int](repeating: 0, count: count)
    for hour in known {
      let index = Int((hour.start.seconds - first) / 3600)
      sums[min(index * count / hours, count - 1)] += max(hour.delivered, 0)
    }
    // A column may stand for one hour more than its neighbour, so means are drawn.
    let values = sums.indices.map { column -> Double in
      let from = (column * hours + count - 1) / count
      let to = ((column + 1) * hours + count - 1) / count
      return Double(sums[column]) / Double(max(to - from, 1))
    }
    guard let highest = values.max(), highest > 0 else { return "" }
    let bars = Array(unicode ? "▁▂▃▄▅▆▇█" : "_.:-=+*#")
    return String(
      values.map { value in
        value == 0 ? bars[0] : bars[1 + min(6, Int(value / highest * 6.999))]
      })
  }
}
