/// Rewrites those forms of journalctl that put each field on a line of its own, so that an entry is a line.
///
/// `json-pretty`: the members of an object are joined to the one line that `json` writes. `verbose`: below a line with the
/// time and the cursor stand the fields; they become a line as of `short-full`, with the priority and the unit in front.
final class JournalBlockSource: ByteSource {
  enum Form { case pretty, verbose }

  private let text: any ByteSource
  private let form: Form
  private var input = [UInt8](repeating: 0, count: 1 << 16)
  private var start = 0
  private var end = 0
  private var lines = JournalLines()
  private var taken = 0
  private var hasEnded = false
  private var line: [UInt8] = []
  /// `pretty`: the object so far. `verbose`: the time, as it stands there.
  private var head: [UInt8] = []
  private var fields = JournalFields()

  /// Of an entry so much is kept.
  private static let limit = 1 << 20

  init(_ text: any ByteSource, _ form: Form) {
    self.text = text
    self.form = form
  }

  /// The form that a text is in by its first bytes; nil for any other.
  static func form(of head: [UInt8]) -> Form? {
    if head.starts(with: Array("{\n\t\"".utf8)) { return .pretty }
    for line in head.split(separator: 0x0A).prefix(3) where !line.starts(with: Array("-- ".utf8)) {
      return stamp(line) == nil ? nil : .verbose
    }
    return nil
  }

  var consumed: Int64 { text.consumed }

  func read(into buffer: inout [UInt8], at position: Int) throws(SourceFailure) -> Int {
    while taken == lines.output.count {
      lines.output.removeAll(keepingCapacity: true)
      taken = 0
      if hasEnded { return 0 }
      if try readLine() { take() } else { finish() }
    }
    let count = min(lines.output.count - taken, buffer.count - position)
    for i in 0..<count { buffer[position + i] = lines.output[taken + i] }
    taken += count
    return count
  }

  /// False at the end.
  private func readLine() throws(SourceFailure) -> Bool {
    line.removeAll(keepingCapacity: true)
    while true {
      if start == end {
        start = 0
        end = try text.read(into: &input, at: 0)
        if end == 0 {
          hasEnded = true
          return !line.isEmpty
        }
      }
      let feed = input[start..<end].firstIndex(of: 0x0A)
      let stop = feed ?? end
      line += input[start..<stop].prefix(max(0, Self.limit - line.count))
      start = min(stop + 1, end)
      if feed != nil { return true }
    }
  }

  private func take() {
    switch form {
    case .pretty:
      if line.first == UInt8(ascii: "{") { head.removeAll(keepingCapacity: true) }
      if head.count < Self.limit { head += line.drop { $0 == 0x09 || $0 == 0x20 } }
      if line.first == UInt8(ascii: "}") { finish() }
    case .verbose:
      if let stamp = Self.stamp(line[...]) {
        finish()
        head = Array(stamp)
      } else {
        takeField()
      }
    }
    if hasEnded { finish() }
  }

  /// The time of a line `Mon 2026-11-23 03:44:04.000657 UTC [s=…;i=…;b=…]`; nil for any other.
  private static func stamp(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let mark = Array(" [s=".utf8)
    guard line.count > 40, let first = line.first, first &- 0x41 < 26, line.last == UInt8(ascii: "]") else {
      return nil
    }
    let start = line.startIndex
    for i in (start + 20)..<(start + 40) where line[i...].starts(with: mark) { return line[start..<i] }
    return nil
  }

  /// `    NAME=value`. Further lines of a value are indented deeper.
  private func takeField() {
    guard fields.bytes.count < Self.limit else { return }
    let text = line.drop { $0 == 0x20 || $0 == 0x09 }
    let equals = text.firstIndex(of: UInt8(ascii: "="))
    if text.startIndex > 4 {
      fields.continueMessage(text)
    } else if let equals {
      fields.keep(text[..<equals], text[(equals + 1)...])
    }
  }

  /// Writes what was collected.
  private func finish() {
    guard !head.isEmpty else { return }
    switch form {
    case .pretty:
      lines.output += head
      lines.output.append(0x0A)
    case .verbose: lines.append(fields, stamp: head)
    }
    head.removeAll(keepingCapacity: true)
    fields.clear()
  }
}
