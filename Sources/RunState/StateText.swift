/// The state file as text: a line with the version, a line for each thing, and a sum over all of them.
enum StateText {
  static let version = "logscan-state 1"
  /// Nothing larger is read or written.
  static let sizeLimit = 16 << 20

  /// What is wrong with a state file.
  enum Damage: Error, Equatable {
    case tooLarge, otherVersion, damaged

    var text: String {
      switch self {
      case .tooLarge: "is larger than \(StateText.sizeLimit >> 20) MiB: no state of logscan"
      case .otherVersion: "is of another version of logscan"
      case .damaged: "is damaged"
      }
    }
  }

  /// A state, the one before it, and the output that must have appeared for the first one to hold.
  struct Content: Equatable {
    var state = RunState()
    var pending: (path: String, former: RunState)?

    static func == (a: Content, b: Content) -> Bool {
      a.state == b.state && a.pending?.path == b.pending?.path && a.pending?.former == b.pending?.former
    }
  }

  static func write(_ content: Content) -> [UInt8] {
    var lines = [version] + lines(of: content.state)
    if let pending = content.pending { lines += ["pending \(escaped(pending.path))"] + self.lines(of: pending.former) }
    let text = Array((lines.joined(separator: "\n") + "\n").utf8)
    return text + Array("sum \(String(Checksum.of(text), radix: 16))\n".utf8)
  }

  private static func lines(of state: RunState) -> [String] {
    var lines = ["state \(state.savedAt) \(String(state.seed, radix: 16))"]
    for file in state.files {
      let stamp = file.stamp
      lines.append(
        "file \(file.offset) \(file.lines) \(file.headCount) \(String(file.headSum, radix: 16)) \(file.tailCount) "
          + "\(String(file.tailSum, radix: 16)) \(stamp.device) \(stamp.inode) \(stamp.size) \(stamp.modified) "
          + "\(file.isComplete ? 1 : 0) " + escaped(file.path))
    }
    for (name, cursor) in state.cursors.sorted(by: { $0.key < $1.key }) {
      lines.append("journal \(escaped(cursor)) \(escaped(name))")
    }
    return lines + state.messages.map { "message \($0)" }
  }

  static func read(_ bytes: [UInt8]) throws(Damage) -> Content {
    guard bytes.count <= sizeLimit else { throw .tooLarge }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.hasPrefix("logscan-state ") else { throw .damaged }
    guard text.hasPrefix(version + "\n") else { throw .otherVersion }
    guard bytes.last == 0x0A, let feed = bytes.dropLast().lastIndex(of: 0x0A) else { throw .damaged }
    let last = String(decoding: bytes[(feed + 1)..<(bytes.count - 1)], as: UTF8.self)
    guard last == "sum \(String(Checksum.of(bytes[...feed]), radix: 16))" else { throw .damaged }
    var content = Content()
    var states: [RunState] = []
    var pending: String?
    for line in text.split(separator: "\n").dropFirst().dropLast() {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { throw .damaged }
      switch words[0] {
      case "state": states.append(try begin(words[1]))
      case "pending": pending = unescaped(words[1])
      default:
        guard !states.isEmpty else { throw .damaged }
        try take(words[0], words[1], into: &states[states.count - 1])
      }
    }
    guard let first = states.first, states.count == (pending == nil ? 1 : 2) else { throw .damaged }
    content.state = first
    if let pending { content.pending = (pending, states[1]) }
    return content
  }

  private static func begin(_ text: Substring) throws(Damage) -> RunState {
    let words = text.split(separator: " ")
    guard words.count == 2, let time = Int64(words[0]), let seed = UInt64(words[1], radix: 16) else { throw .damaged }
    var state = RunState()
    state.savedAt = time
    state.seed = seed
    return state
  }

  private static func take(_ kind: Substring, _ text: Substring, into state: inout RunState) throws(Damage) {
    switch kind {
    case "file":
      let words = text.split(separator: " ", maxSplits: 11)
      guard words.count == 12, let offset = Int64(words[0]), let lines = Int64(words[1]), let head = Int(words[2]),
        let headSum = UInt64(words[3], radix: 16), let tail = Int(words[4]), let tailSum = UInt64(words[5], radix: 16),
        let device = UInt64(words[6]), let inode = UInt64(words[7]), let size = Int64(words[8]),
        let modified = Int64(words[9]), (1...FilePosition.headSize).contains(head), head <= offset,
        (0...FilePosition.tailSize).contains(tail), tail <= offset, lines >= 0
      else { throw .damaged }
      state.files.append(
        FilePosition(
          path: unescaped(words[11]), offset: offset, lines: lines, head: (head, headSum), tail: (tail, tailSum),
          stamp: FileStamp(device: device, inode: inode, size: size, modified: modified),
          isComplete: words[10] == "1"))
    case "journal":
      let words = text.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { throw .damaged }
      state.cursors[unescaped(words[1])] = unescaped(words[0])
    case "message": state.messages.append(String(text))
    default: throw .damaged
    }
  }

  /// Names may hold anything: blanks in front of others, and line feeds, are written as `%20`, `%0a`.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      if byte <= 0x20 || byte == UInt8(ascii: "%") || byte >= 0x7F {
        escaped += byte < 16 ? "%0" : "%"
        escaped += String(byte, radix: 16)
      } else {
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return escaped
  }

  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
