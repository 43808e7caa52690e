/// The fields of a journal entry that make a line (systemd.journal-fields(7)): values one behind the other, and where each
/// one lies.
package struct JournalFields: Sendable {
  package typealias Value = Range<Int>

  package var bytes: [UInt8] = []
  package var message: Value?
  package var identifier: Value?
  package var command: Value?
  package var host: Value?
  package var pid: Value?
  package var syslogPID: Value?
  package var unit: Value?
  package var priority: Value?
  package var facility: Value?
  /// When it was written, as the sender says; microseconds since 1970.
  package var sourceTime: Value?
  /// When the journal received it.
  package var realTime: Value?
  /// The same where it comes as a number.
  package var received: Int64 = 0

  package init() {}

  package mutating func clear() {
    var empty = Self()
    swap(&empty.bytes, &bytes)
    empty.bytes.removeAll(keepingCapacity: true)
    self = empty
  }

  /// Takes a field if it is one of these; of several values of a field the first.
  mutating func keep(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
    switch String(decoding: name, as: UTF8.self) {
    case "MESSAGE" where message == nil: message = place(value)
    case "SYSLOG_IDENTIFIER" where identifier == nil: identifier = place(value)
    case "_COMM" where command == nil: command = place(value)
    case "_HOSTNAME" where host == nil: host = place(value)
    case "_PID" where pid == nil: pid = place(value)
    case "SYSLOG_PID" where syslogPID == nil: syslogPID = place(value)
    case "_SYSTEMD_UNIT" where unit == nil: unit = place(value)
    case "PRIORITY" where priority == nil: priority = place(value)
    case "SYSLOG_FACILITY" where facility == nil: facility = place(value)
    case "__REALTIME_TIMESTAMP" where realTime == nil: realTime = place(value)
    case "_SOURCE_REALTIME_TIMESTAMP" where sourceTime == nil: sourceTime = place(value)
    default: break
    }
  }

  private mutating func place(_ value: some Collection<UInt8>) -> Value {
    let start = bytes.count
    bytes += value
    return start..<bytes.count
  }

  /// Adds to the message, if that was the field taken last.
  mutating func continueMessage(_ text: some Collection<UInt8>) {
    guard let message, message.upperBound == bytes.count else { return }
    bytes.append(0x20)
    bytes += text
    self.message = message.lowerBound..<bytes.count
  }

  /// A value of decimal digits; nil for any other.
  func number(_ value: Value?) -> Int64? {
    guard let value, !value.isEmpty, value.count <= 18 else { return nil }
    var number: Int64 = 0
    for i in value {
      guard bytes[i] &- 0x30 < 10 else { return nil }
      number = number * 10 + Int64(bytes[i] &- 0x30)
    }
    return number
  }
}

/// Writes journal entries as lines: `<22 postfix@-.service>2026-11-23T03:44:04.000657+00:00 host tag[pid]: message`.
///
/// In front stands the priority as in RFC 3164 and, which only the journal knows, the unit. The sender's own time and pid are
/// better than the journal's.
package struct JournalLines: Sendable {
  package var output: [UInt8] = []
  /// The stamp of the second that was written last.
  private var second: Int64 = -1
  private var stamp: [UInt8] = []

  package init() {}

  /// Adds a line. An entry without a message is none: journalctl leaves it out as well.
  ///
  /// - Parameter stamp: the time, where there is only its text.
  package mutating func append(_ entry: JournalFields, stamp: [UInt8] = []) {
    guard let message = entry.message else { return }
    appendPriority(entry)
    if stamp.isEmpty {
      appendTime(entry.number(entry.sourceTime) ?? entry.number(entry.realTime) ?? entry.received)
    } else {
      output += stamp
    }
    output.append(0x20)
    appendWord(entry, entry.host, else: "localhost")
    output.append(0x20)
    let tag = entry.identifier ?? entry.command
    appendWord(entry, tag, else: "unknown")
    if let pid = entry.syslogPID ?? entry.pid, !pid.isEmpty {
      output.append(UInt8(ascii: "["))
      appendWord(entry, pid, else: "")
      output.append(UInt8(ascii: "]"))
    }
    output.append(UInt8(ascii: ":"))
    output.append(0x20)
    let start = output.count
    output.append(contentsOf: entry.bytes[message])
    for i in start..<output.count where output[i] == 0x0A { output[i] = 0x20 }
    output.append(0x0A)
  }

  private mutating func appendPriority(_ entry: JournalFields) {
    guard let priority = entry.number(entry.priority), priority < 8 else { return }
    var facility = entry.number(entry.facility) ?? 0
    if facility > 23 { facility = 0 }
    output.append(UInt8(ascii: "<"))
    let code = facility * 8 + priority
    if code >= 100 { output.append(UInt8(0x30 + code / 100)) }
    if code >= 10 { output.append(UInt8(0x30 + code / 10 % 10)) }
    output.append(UInt8(0x30 + code % 10))
    if let unit = entry.unit, !unit.isEmpty {
      output.append(0x20)
      for i in unit.prefix(255) {
        let byte = entry.bytes[i]
        output.append(byte <= 0x20 || byte == UInt8(ascii: ">") ? UInt8(ascii: "_") : byte)
      }
    }
    output.append(UInt8(ascii: ">"))
  }

  /// A word of the line's header may not end it.
  private mutating func appendWord(_ entry: JournalFields, _ value: JournalFields.Value?, else other: StaticString) {
    guard let value, !value.isEmpty else {
      output.append(contentsOf: "\(other)".utf8)
      return
    }
    for i in value.prefix(255) {
      let byte = entry.bytes[i]
      output.append(byte <= 0x20 ? UInt8(ascii: "_") : byte)
    }
  }

  private mutating func appendTime(_ microseconds: Int64) {
    let seconds = microseconds / 1_000_000
    if seconds != second {
      second = seconds
      stamp.removeAll(keepingCapacity: true)
      let (year, month, day) = Self.civil(seconds / 86400)
      Self.append(year, 4, UInt8(ascii: "-"), to: &stamp)
      Self.append(month, 2, UInt8(ascii: "-"), to: &stamp)
      Self.append(day, 2, UInt8(ascii: "T"), to: &stamp)
      Self.append(seconds % 86400 / 3600, 2, UInt8(ascii: ":"), to: &stamp)
      Self.append(seconds % 3600 / 60, 2, UInt8(ascii: ":"), to: &stamp)
      Self.append(seconds % 60, 2, UInt8(ascii: "."), to: &stamp)
    }
    output.append(contentsOf: stamp)
    Self.append(microseconds % 1_000_000, 6, UInt8(ascii: "+"), to: &output)
    output.append(contentsOf: Self.utc)
  }

  private static let utc = Array("00:00".utf8)

  private static func append(_ value: Int64, _ width: Int, _ end: UInt8, to output: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      output.append(UInt8(0x30 + value / divisor % 10))
      divisor /= 10
    }
    output.append(end)
  }

  /// Days since 1970 to a date, proleptic Gregorian calendar.
  private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    let z = days + 719_468
    let era = z / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * dayOfYear + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
  }
}
