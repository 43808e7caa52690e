import EventRules
import LogSyntax
import MailEvents
import MailFlow

/// Writes events as JSON lines: one object a recognised line, nested by the parts of the field names, keys sorted.
/// The schema is docs/schema/event.schema.json.
public struct EventWriter: EventSink {
  /// Where the value of a member comes from.
  private enum Source: Sendable {
    case field(Field, isNumber: Bool)
    case timestamp, action, outcome, direction, host, path, line, reason, process, pid, rule, service
    case severity, unit
  }

  private struct Member: Sendable {
    var parts: [String]
    var source: Source
  }

  public private(set) var output = JSONWriter()
  private let members: [Member]
  private let outcomes: [String]
  private let rules: [String]
  private let reasons: [String]
  private var programs: [(name: String, service: String)] = []
  /// Gives the value (second) of a field (first, its name) another name; nil writes it as it is.
  public var rename: (@Sendable (String, String) -> String)?
  /// By file number, as the events' places have them.
  public var paths: [String] = []

  /// - Parameter outcomes: of each event type, from the vocabulary.
  /// - Parameter numbers: fields that are written as numbers.
  public init(classifier: LineClassifier, outcomes: [String: String], numbers: Set<Field>) {
    rules = classifier.rules.map(\.id)
    reasons = classifier.reasons
    self.outcomes = EventType.allCases.map { outcomes[$0.name] ?? "unknown" }
    var all: [(name: String, source: Source)] = [
      ("@timestamp", .timestamp), ("email.direction", .direction), ("event.action", .action),
      ("event.outcome", .outcome),
      ("host.name", .host), ("log.file.path", .path), ("log.file.line", .line),
      ("log.syslog.severity.code", .severity), ("systemd.unit", .unit), ("logscan.reason", .reason),
      ("process.name", .process), ("process.pid", .pid),
      ("rule.id", .rule), ("service.name", .service),
    ]
    for field in Field.allCases where !field.isDerived {
      all.append((field.name, .field(field, isNumber: numbers.contains(field))))
    }
    members = all.map { name, source in
      Member(parts: name.split(separator: ".").map(String.init), source: source)
    }.sorted { $0.parts.lexicographicallyPrecedes($1.parts) }
  }

  public mutating func register(program: Int32, name: String) {
    let parts = name.split(separator: "/", maxSplits: 1)
    programs.append((String(parts.last ?? ""), String(parts.first ?? "")))
  }

  /// Forgets what was written; to be called after `output.bytes` was sent on.
  public mutating func flush() { output.removeAll() }

  public mutating func receive(
    _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    output.beginObject()
    var open: [String] = []
    for member in members where isPresent(member.source, event, frame, values) {
      let parents = member.parts.dropLast()
      var common = 0
      while common < open.count, common < parents.count, open[common] == parents[common] { common += 1 }
      while open.count > common {
        output.endObject()
        open.removeLast()
      }
      for name in parents[common...] {
        output.beginObject(name)
        open.append(name)
      }
      output.key(member.parts[member.parts.count - 1])
      write(member.source, event, frame, bytes, constants, values)
    }
    for _ in open { output.endObject() }
    output.endObject()
    output.endLine()
  }

  private func isPresent(
    _ source: Source, _ event: FlowEvent, _ frame: LineFrame, _ values: borrowing FieldValues
  ) -> Bool {
    switch source {
    case .field(let field, _): values.has(field)
    case .timestamp: event.time.isKnown
    case .host: !frame.host.isEmpty
    case .reason: event.head.reason != 0
    case .direction: event.head.direction != .unknown
    case .pid: frame.pid >= 0
    case .severity: frame.priority >= 0
    case .unit: !frame.unit.isEmpty
    case .process, .service: !programs[Int(event.head.program)].name.isEmpty
    case .action, .outcome, .path, .line, .rule: true
    }
  }

  private mutating func write(
    _ source: Source, _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    switch source {
    case .timestamp: output.value(event.time)
    case .action: output.value(event.head.event.name)
    case .direction: output.value(event.head.direction.name)
    case .outcome: output.value(outcomes[Int(event.head.event.rawValue)])
    case .host: writeText(frame.host, of: "host.name", bytes, constants)
    case .path: output.value(paths[Int(event.place.file)])
    case .line: output.value(event.place.line)
    case .reason: output.value(reasons[Int(event.head.reason)])
    case .process: output.value(programs[Int(event.head.program)].name)
    case .pid: output.value(frame.pid)
    case .severity: output.value(Int32(frame.priority))
    case .unit: output.value(bytes.extracting(frame.unit.lower..<frame.unit.upper))
    case .rule: output.value(rules[Int(event.head.rule)])
    case .service: output.value(programs[Int(event.head.program)].service)
    case .field(let field, let isNumber):
      let range = values[field]!
      if isNumber, let number = Self.number(range, bytes, constants) {
        output.value(number)
      } else if field == .smtpEnvelopeTo {
        output.beginArray()
        writeText(range, of: field.name, bytes, constants)
        output.endArray()
      } else if field == .eventDuration {
        output.value(Self.nanoseconds(range, bytes, constants) ?? 0)
      } else if field == .smtpDelays {
        writeDelays(range, bytes)
      } else {
        writeText(range, of: field.name, bytes, constants)
      }
    }
  }

  private mutating func writeText(
    _ range: ByteRange, of field: @autoclosure () -> String, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>
  ) {
    if let rename, !range.isConstant {
      let text = (range.lower..<max(range.lower, range.upper)).map { bytes[$0] }
      output.value(rename(field(), String(decoding: text, as: UTF8.self)))
    } else if range.isConstant {
      output.value(constants.extracting(range.constantOffset..<(range.constantOffset + range.count)))
    } else {
      output.value(bytes.extracting(range.lower..<max(range.lower, range.upper)))
    }
  }

  /// Postfix's `delays=a/b/c/d` in seconds (postconf(5) delay_logging_resolution_limit).
  private mutating func writeDelays(_ range: ByteRange, _ bytes: borrowing Span<UInt8>) {
    let names = ["before_qmgr", "in_qmgr", "conn_setup", "transmission"]
    var parts: [(name: String, value: Double)] = []
    var start = range.lower
    for name in names where start <= range.upper {
      var end = start
      while end < range.upper, bytes[end] != UInt8(ascii: "/") { end += 1 }
      let none = ContiguousArray<UInt8>()
      if let value = Self.number(ByteRange(start, end), bytes, none.span) { parts.append((name, value)) }
      start = end + 1
    }
    output.beginObject()
    for part in parts.sorted(by: { $0.name < $1.name }) { output.field(part.name, part.value) }
    output.endObject()
  }

  /// `0 secs`, `1m30s`, `250ms`, `12` (seconds) as ECS wants durations.
  private static func nanoseconds(
    _ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) -> Int64? {
    let text = textValue(range, bytes, constants)
    var total = 0.0
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let value = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count).drop { $0 == " " }
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count).drop { $0 == " " }
      switch unit {
      case "ms": total += value / 1000
      case "m", "min", "mins": total += value * 60
      case "h": total += value * 3600
      case "d": total += value * 86400
      case "w": total += value * 7 * 86400
      default: total += value
      }
    }
    return total.isFinite && total < 9e9 ? Int64((total * 1e9).rounded()) : nil
  }

  private static func number(
    _ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) -> Double? {
    guard range.count > 0, range.count < 20 else { return nil }
    var value = 0.0
    var scale = 0.0
    var isNegative = false
    for i in 0..<range.count {
      let byte = byteValue(range, i, bytes, constants)
      if byte == UInt8(ascii: "-"), i == 0 {
        isNegative = true
      } else if byte == UInt8(ascii: "."), scale == 0 {
        scale = 1
      } else if byte &- 0x30 < 10 {
        value = value * 10 + Double(byte &- 0x30)
        scale *= 10
      } else {
        return nil
      }
    }
    if scale > 1 { value /= scale }
    return isNegative ? -value : value
  }
}
