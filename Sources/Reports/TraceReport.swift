import MailEvents
import MailFlow
import Tracing

/// A trace for a reader: each message's way, line by line, and how it ended.
public enum TraceReport {
  /// What is shown of a trace.
  public struct Frame: Sendable {
    public var query: String
    public var paths: [String]
    /// Messages left out because there are too many.
    public var hidden: Int
    public init(query: String, paths: [String], hidden: Int) {
      self.query = query
      self.paths = paths
      self.hidden = hidden
    }
  }

  /// No line is wider than `style.columns`; nothing from the log reaches the terminal unescaped.
  public static func text(_ trace: Trace, _ frame: Frame, style: TextStyle) -> String {
    var writer = TraceTextWriter(
      trace: trace, frame: frame, times: TimeWords(end: trace.logEnd, clock: style.clock), page: TextPage(style: style))
    writer.write()
    return writer.page.text
  }

  /// One pretty-printed object and a line break; `docs/schema/trace.schema.json`.
  public static func json(_ trace: Trace, _ frame: Frame) -> String {
    var json = JSONWriter(pretty: true)
    TraceJSON.write(trace, frame, to: &json)
    json.endLine()
    return json.text
  }
}

private struct TraceTextWriter {
  let trace: Trace
  let frame: TraceReport.Frame
  let times: TimeWords
  var page: TextPage

  private static let margin = 3
  /// `13 Nov 01:00:23`
  private static let stampWidth = 15

  mutating func write() {
    let count = trace.messages.count + frame.hidden
    var found = count == 0 ? "no message" : Figures.counted(count, "message")
    let others = trace.others.reduce(0) { $0 + $1.count }
    if others > 0 { found += ", " + Figures.counted(others, "line") + " outside messages" }
    page.paragraph(page.verbatim("logscan trace \(frame.query)") + "   " + found, indent: Self.margin)
    for (number, message) in trace.messages.enumerated() { write(message, number + 1) }
    writeOthers()
    page.blank()
    if frame.hidden > 0 {
      page.paragraph(
        "\(Figures.counted(frame.hidden, "more message", "more messages")); show them with --limit", indent: 0)
    }
    if trace.dropped > 0 {
      page.paragraph("\(Figures.counted(trace.dropped, "line")) found no room: ask for less", indent: 0)
    }
  }

  private mutating func write(_ message: TraceMessage, _ number: Int) {
    page.blank()
    let ids = message.queueIDs.map(page.verbatim).joined(separator: page.clean(" → "))
    let severity: Severity =
      switch message.status {
      case .delivered, .filtered, .discarded: .info
      case .waiting, .held, .unknown: .warning
      case .bounced, .expired, .rejected: .critical
      }
    let status = page.painted(message.status.rawValue.uppercased(), severity)
    page.line("\(number)  \(status)  \(TextWrap.cut(ids, to: page.columns - 20, mark: page.ellipsis))")
    writeEnvelope(message)
    var day = -1
    for step in message.steps { write(step, &day) }
    let verdict = TraceVerdict(message: message, logEnd: trace.logEnd, times: times).text
    page.paragraph(page.clean(verdict), label: "   = ", indent: 5)
  }

  private mutating func writeEnvelope(_ message: TraceMessage) {
    let sender = message.sender.map { $0.isEmpty ? "<>" : $0 } ?? "(sender not in the log)"
    let shown = message.recipients.prefix(3).map(\.address)
    var to = shown.joined(separator: ", ")
    if message.recipients.count > shown.count { to += " and \(message.recipients.count - shown.count) more" }
    var text = "from \(sender)" + (to.isEmpty ? "" : " to \(to)")
    if let size = message.size { text += ", \(Figures.bytes(Int64(size)))" }
    page.paragraph(page.verbatim(text), label: "   ", indent: Self.margin)
    if !message.messageID.isEmpty {
      page.paragraph(page.verbatim("message-id \(message.messageID)"), label: "   ", indent: Self.margin)
    }
  }

  private mutating func write(_ step: TraceMessage.Step, _ day: inout Int) {
    var stamp = String(repeating: " ", count: Self.stampWidth)
    if step.time.isKnown {
      let civil = CivilTime(step.time, clock: times.clock)
      let date = civil.dayNumber == day ? "" : "\(civil.day) \(civil.monthName)"
      day = civil.dayNumber
      stamp = String(repeating: " ", count: max(0, 6 - date.count)) + date + " " + civil.secondText
    }
    let indent = Self.margin + Self.stampWidth + 2
    var what = page.verbatim(step.what)
    if step.count > 1 { what += " " + page.clean(folded(step)) }
    let place = "[\(page.verbatim(place(step.place)))]"
    if step.detail.isEmpty { what += " \(place)" }
    page.paragraph(what, label: "   \(stamp)  ", indent: indent)
    guard !step.detail.isEmpty else { return }
    let detail = TextWrap.cut(page.verbatim(step.detail), to: 300, mark: page.ellipsis)
    page.paragraph(detail + " \(place)", label: String(repeating: " ", count: indent), indent: indent)
  }

  private func place(_ place: LinePlace) -> String {
    guard frame.paths.indices.contains(Int(place.file)) else { return "" }
    return "\(frame.paths[Int(place.file)]):\(place.line)"
  }

  /// `(14 attempts, every 30 min, until Mon 07:12)`
  private func folded(_ step: TraceMessage.Step) -> String {
    guard step.time.isKnown, step.until > step.time else { return "(\(step.count) times)" }
    let seconds = Double(step.until.microseconds - step.time.microseconds) / 1_000_000 / Double(step.count - 1)
    return "(\(step.count) times, every \(Figures.duration(seconds)) on average, until \(times.moment(step.until)))"
  }

  private mutating func writeOthers() {
    guard !trace.others.isEmpty else { return }
    page.blank()
    page.line("Outside messages")
    var day = -1
    for step in trace.others.prefix(20) { write(step, &day) }
    if trace.others.count > 20 {
      page.line("   and \(Figures.counted(trace.others.count - 20, "more kind", "more kinds"))")
    }
  }
}

extension CivilTime {
  /// `00:14:07`
  fileprivate var secondText: String { clockText + (second < 10 ? ":0\(second)" : ":\(second)") }
}
