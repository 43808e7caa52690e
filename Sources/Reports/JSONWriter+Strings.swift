/// Strings: runs of plain bytes are copied, the rest is escaped.
extension JSONWriter {
  mutating func appendQuoted(_ source: Span<UInt8>) {
    let count = source.count
    var index = 0
    // Nearly every string is plain: it is checked and copied in one pass, with one check of the
    // array's capacity.
    bytes.append(addingCapacity: count + 2) { output in
      output.append(UInt8(ascii: "\""))
      while index < count, Self.isPlain(source[index]) {
        output.append(source[index])
        index += 1
      }
      if index == count { output.append(UInt8(ascii: "\"")) }
    }
    if index == count { return }
    var start = index
    while index < count {
      if Self.isPlain(source[index]) {
        index += 1
        continue
      }
      appendRun(source, start, index)
      index += appendSpecial(source, at: index)
      start = index
    }
    appendRun(source, start, count)
    bytes.append(UInt8(ascii: "\""))
  }

  /// ASCII that means itself.
  @inline(__always)
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  @inline(__always)
  private mutating func appendRun(_ source: Span<UInt8>, _ start: Int, _ end: Int) {
    guard end > start else { return }
    bytes.append(addingCapacity: end - start) { output in
      var index = start
      while index < end {
        output.append(source[index])
        index += 1
      }
    }
  }

  /// Writes one character that is not plain, or the mark for bytes that are none. Returns the bytes
  /// it took.
  private mutating func appendSpecial(_ source: Span<UInt8>, at index: Int) -> Int {
    let byte = source[index]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
      return 1
    case ..<0x80:
      appendEscape(UInt32(byte))
      return 1
    default: break
    }
    let sequence = UTF8Sequence(source, at: index)
    guard let scalar = sequence.scalar else {
      bytes.append(0xEF)
      bytes.append(0xBF)
      bytes.append(0xBD)
      return sequence.count
    }
    if Self.isDangerous(scalar.value) {
      appendEscape(scalar.value)
    } else {
      appendRun(source, index, index + sequence.count)
    }
    return sequence.count
  }

  /// C1 controls, line separators and bidirectional overrides mean the same to a JSON reader when
  /// escaped, and do no harm when the file is shown on a terminal.
  private static func isDangerous(_ value: UInt32) -> Bool {
    switch value {
    case 0x80...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// `\u001b`
  private mutating func appendEscape(_ value: UInt32) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(UInt8(ascii: "u"))
    var shift: UInt32 = 16
    while shift > 0 {
      shift -= 4
      let digit = UInt8(value >> shift & 0xF)
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
