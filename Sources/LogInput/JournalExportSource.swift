/// Rewrites the systemd journal's export format (systemd.io/JOURNAL_EXPORT_FORMATS) as lines:
/// `2026-11-23T03:44:04.000657+00:00 host tag[pid]: message`. An entry counts as a line.
final class JournalExportSource: ByteSource {
  private let encoded: any ByteSource
  private var input = [UInt8](repeating: 0, count: 1 << 18)
  private var start = 0
  private var end = 0
  private var hasEnded = false
  private var output: [UInt8] = []
  private var outputStart = 0
  private var entry = Entry()

  /// A field longer than this is not taken for one; nothing is allocated on a stranger's word.
  static let longestField = 64 << 20
  /// Of a message so much is kept.
  static let longestValue = 1 << 20

  private struct Entry {
    var message: [UInt8] = []
    var identifier: [UInt8] = []
    var command: [UInt8] = []
    var host: [UInt8] = []
    var pid: [UInt8] = []
    var syslogPID: [UInt8] = []
    var realTime: [UInt8] = []
    var sourceTime: [UInt8] = []
    var isEmpty = true
  }

  init(_ encoded: any ByteSource) { self.encoded = encoded }

  var consumed: Int64 { encoded.consumed }

  func read(into buffer: inout [UInt8], at position: Int) throws(SourceFailure) -> Int {
    while outputStart == output.count {
      output.removeAll(keepingCapacity: true)
      outputStart = 0
      guard try readField() else {
        finishEntry()
        if output.isEmpty { return 0 }
        break
      }
    }
    let count = min(output.count - outputStart, buffer.count - position)
    for i in 0..<count { buffer[position + i] = output[outputStart + i] }
    outputStart += count
    return count
  }

  // MARK: Fields

  /// Reads one field or the end of an entry; false at the end of the stream.
  private func readField() throws(SourceFailure) -> Bool {
    var name: [UInt8] = []
    while true {
      guard let byte = try next() else {
        if !name.isEmpty { throw .corruptExport("it ends inside a field") }
        return false
      }
      if byte == UInt8(ascii: "=") {
        keep(name, try value { $0 == 0x0A })
        return true
      }
      if byte == 0x0A {
        if name.isEmpty {
          finishEntry()
        } else {
          keep(name, try binaryValue())
        }
        return true
      }
      guard name.count < 128 else { throw .corruptExport("a field name is too long") }
      name.append(byte)
    }
  }

  private func value(until isEnd: (UInt8) -> Bool) throws(SourceFailure) -> [UInt8] {
    var value: [UInt8] = []
    while let byte = try next(), !isEnd(byte) {
      if value.count < Self.longestValue { value.append(byte) }
    }
    return value
  }

  /// Eight bytes of length, little-endian, then the data and a line feed.
  private func binaryValue() throws(SourceFailure) -> [UInt8] {
    var length: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 8) {
      guard let byte = try next() else { throw .corruptExport("it ends inside a length") }
      length |= UInt64(byte) << UInt64(shift)
    }
    guard length <= UInt64(Self.longestField) else { throw .corruptExport("a field claims \(length) bytes") }
    var value: [UInt8] = []
    for _ in 0..<Int(length) {
      guard let byte = try next() else { throw .corruptExport("it ends inside a field") }
      if value.count < Self.longestValue { value.append(byte) }
    }
    guard try next() == 0x0A else { throw .corruptExport("a field does not end where it says") }
    return value
  }

  @inline(__always)
  private func next() throws(SourceFailure) -> UInt8? {
    if start == end {
      if hasEnded { return nil }
      start = 0
      end = try encoded.read(into: &input, at: 0)
      if end == 0 {
        hasEnded = true
        return nil
      }
    }
    defer { start += 1 }
    return input[start]
  }

  private func keep(_ name: [UInt8], _ value: [UInt8]) {
    entry.isEmpty = false
    switch String(decoding: name, as: UTF8.self) {
    case "MESSAGE": entry.message = value
    case "SYSLOG_IDENTIFIER": entry.identifier = value
    case "_COMM": entry.command = value
    case "_HOSTNAME": entry.host = value
    case "_PID": entry.pid = value
    case "SYSLOG_PID": entry.syslogPID = value
    case "__REALTIME_TIMESTAMP": entry.realTime = value
    case "_SOURCE_REALTIME_TIMESTAMP": entry.sourceTime = value
    default: break
    }
  }

  // MARK: Lines

  private func finishEntry() {
    defer { entry = Entry() }
    guard !entry.isEmpty else { return }
    appendTime(entry.sourceTime.isEmpty ? entry.realTime : entry.sourceTime)
    output.append(0x20)
    appendWord(entry.host.isEmpty ? Array("localhost".utf8) : entry.host)
    output.append(0x20)
    appendWord(
      entry.identifier.isEmpty ? (entry.command.isEmpty ? Array("unknown".utf8) : entry.command) : entry.identifier)
    let pid = entry.syslogPID.isEmpty ? entry.pid : entry.syslogPID
    if !pid.isEmpty {
      output.append(UInt8(ascii: "["))
      appendWord(pid)
      output.append(UInt8(ascii: "]"))
    }
    output.append(contentsOf: [UInt8(ascii: ":"), 0x20])
    for byte in entry.message { output.append(byte == 0x0A ? 0x20 : byte) }
    output.append(0x0A)
  }

  /// A word of the line's header may not end it.
  private func appendWord(_ word: [UInt8]) {
    for byte in word.prefix(255) { output.append(byte <= 0x20 ? UInt8(ascii: "_") : byte) }
  }

  private func appendTime(_ microseconds: [UInt8]) {
    var value: Int64 = 0
    for byte in microseconds.prefix(18) where byte &- 0x30 < 10 { value = value * 10 + Int64(byte &- 0x30) }
    let seconds = value / 1_000_000
    let (year, month, day) = Self.civil(seconds / 86400)
    appendDigits(year, 4, UInt8(ascii: "-"))
    appendDigits(month, 2, UInt8(ascii: "-"))
    appendDigits(day, 2, UInt8(ascii: "T"))
    appendDigits(seconds % 86400 / 3600, 2, UInt8(ascii: ":"))
    appendDigits(seconds % 3600 / 60, 2, UInt8(ascii: ":"))
    appendDigits(seconds % 60, 2, UInt8(ascii: "."))
    appendDigits(value % 1_000_000, 6, UInt8(ascii: "+"))
    output.append(contentsOf: "00:00".utf8)
  }

  private func appendDigits(_ value: Int64, _ width: Int, _ end: UInt8) {
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
