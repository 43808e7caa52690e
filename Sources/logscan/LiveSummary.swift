import Diagnosis
import Following
import Glibc
import Reports

/// What is known so far, drawn on the terminal and redrawn in place, at most once a second.
struct LiveSummary {
  private let isShown: Bool
  private let style: TextStyle
  private var drawnAt = -Double.infinity
  /// Seconds until the next drawing: a large analysis is not made so often that it takes a tenth of the time.
  private var pause = 1.0
  private var drawnLines = 0

  init(color: Analyse.When, isWanted: Bool) {
    isShown = isWanted && isatty(1) == 1
    var style = Terminal.style(color: color, all: false)
    style.columns = min(style.columns, 80)
    self.style = style
  }

  mutating func update(_ analyse: () -> Analysis) {
    guard isShown else { return }
    let now = FollowClock.now
    guard now - drawnAt >= pause else { return }
    draw(LiveReport.render(analyse(), style: style, rows: Terminal.rows))
    drawnAt = FollowClock.now
    pause = max(1, (drawnAt - now) * 10)
  }

  /// Goes up to where the last drawing began; lines are cleared one by one, so that nothing flickers.
  private mutating func draw(_ lines: [String]) {
    var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r" : ""
    for line in lines { text += line + "\u{1B}[K\n" }
    Output.write(Array((text + "\u{1B}[J").utf8))
    drawnLines = lines.count
  }

  /// Makes room for the report.
  mutating func clear() {
    if drawnLines > 0 { Output.write(Array("\u{1B}[\(drawnLines)A\r\u{1B}[J".utf8)) }
    drawnLines = 0
  }
}
