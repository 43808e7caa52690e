import EventRules
import LogSyntax
import MailEvents
import MailFlow

/// The second pass: takes the lines that the first pass asked for.
public struct TraceCollector: EventSink {
  public private(set) var events: [TraceEvent] = []
  /// Lines beyond ``limit``.
  public private(set) var dropped = 0
  /// Time of the last line of all, to judge what still waits.
  public private(set) var logEnd = Timestamp.unknown

  private let query: TraceQuery
  private let wanted: Set<UInt64>
  private let rules: [String]
  private let reasons: [String]
  private var programs: [String] = []

  /// Lines kept at most.
  static let limit = 200_000
  /// Bytes of a line's text that are kept.
  static let textLimit = 400

  public init(_ query: TraceQuery, finder: TraceFinder, classifier: LineClassifier) {
    self.query = query
    wanted = finder.wanted()
    rules = classifier.rules.map(\.id)
    reasons = classifier.reasons
  }

  public mutating func register(program: Int32, name: String) { programs.append(name) }

  public mutating func receive(
    _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    if event.time.isKnown, !logEnd.isKnown || event.time > logEnd { logEnd = event.time }
    var queue: UInt64 = 0
    var message: UInt64 = 0
    var session: UInt64 = 0
    if let id = TraceNames.queueID(values) { queue = TraceFinder.Node(.queueID, id, bytes).hash }
    if let id = TraceNames.messageID(values, bytes) { message = TraceFinder.Node(.messageID, id, bytes).hash }
    if let id = values[.sessionId], !id.isConstant { session = TraceFinder.Node(.session, id, bytes).hash }
    let isWanted =
      queue != 0 && wanted.contains(queue) || queue == 0 && message != 0 && wanted.contains(message)
      || queue == 0 && session != 0 && wanted.contains(session)
    let isMatch = query.matches(bytes, constants, values)
    guard isWanted || isMatch else { return }
    guard events.count < Self.limit else {
      dropped += 1
      return
    }
    var next: UInt64 = 0
    if let id = values[.emailNextLocalId], !id.isConstant { next = TraceFinder.Node(.queueID, id, bytes).hash }
    var texts: [Field: String] = [:]
    for field in values.fields { texts[field] = values[field].map { textValue($0, bytes, constants) } }
    let line = ByteRange(event.line.lower, min(event.line.upper, event.line.lower + Self.textLimit))
    events.append(
      TraceEvent(
        time: event.time, type: event.head.event, direction: event.head.direction,
        reason: reasons[Int(event.head.reason)], server: event.server, program: programs[Int(event.head.program)],
        rule: rules[Int(event.head.rule)], place: event.place, text: textValue(line, bytes, constants), values: texts,
        isMatch: isMatch, queueHash: queue, nextHash: next, messageHash: message, sessionHash: session))
  }
}
