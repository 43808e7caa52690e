/// Rewrites the systemd journal's export format (systemd.io/JOURNAL_EXPORT_FORMATS) as the lines of ``JournalLines``.
final class JournalExportSource: ByteSource {
  private let encoded: any ByteSource
  private var input = [UInt8](repeating: 0, count: 1 << 18)
  private var start = 0
  private var end = 0
  private var hasEnded = false
  private var lines = JournalLines()
  private var outputStart = 0
  private var entry = JournalFields()

  /// A field longer than this is not taken for one; nothing is allocated on a stranger's word.
  static let longestField = 64 << 20
  /// Of a message so much is kept.
  static let longestValue = 1 << 20

  init(_ encoded: any ByteSource) { self.encoded = encoded }

  var consumed: Int64 { encoded.consumed }

  func read(into buffer: inout [UInt8], at position: Int) throws(SourceFailure) -> Int {
    while outputStart == lines.output.count {
      lines.output.removeAll(keepingCapacity: true)
      outputStart = 0
      guard try readField() else {
        finishEntry()
        if lines.output.isEmpty { return 0 }
        break
      }
    }
    let count = min(lines.output.count - outputStart, buffer.count - position)
    for i in 0..<count { buffer[position + i] = lines.output[outputStart + i] }
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
        entry.keep(name, try value { $0 == 0x0A })
        return true
      }
      if byte == 0x0A {
        if name.isEmpty {
          finishEntry()
        } else {
          entry.keep(name, try binaryValue())
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

  private func finishEntry() {
    lines.append(entry)
    entry.clear()
  }
}
