import MailEvents

/// Lines that no rule knows, grouped by what they have in common: numbers, addresses and identifiers are left out.
public struct LineShapes: Sendable {
  public struct Shape: Sendable, Equatable {
    public var count = 0
    public var place: LinePlace
    public var text: [UInt8]
  }

  private var table = ByteTable(limit: LineShapes.limit)
  public private(set) var shapes: ContiguousArray<Shape> = []
  /// Lines of shapes beyond the limit.
  public private(set) var overflow = 0

  static let limit = 1000
  private static let longestShape = 160

  mutating func add(
    program: [UInt8], _ bytes: borrowing Span<UInt8>, message: ByteRange, line: ByteRange, at place: LinePlace
  ) {
    var shape = program
    shape.append(UInt8(ascii: ":"))
    shape.append(UInt8(ascii: " "))
    Self.appendShape(of: bytes, message, to: &shape)
    let hash = ByteHash.hash(shape.span, ByteRange(0, shape.count), seed: ByteHash.seed)
    let index = table.insert(shape.span, hash: hash)
    guard index >= 0 else {
      overflow += 1
      return
    }
    if index == shapes.count {
      var text: [UInt8] = []
      for i in line.lower..<min(line.upper, line.lower + 400) { text.append(bytes[i]) }
      shapes.append(Shape(place: place, text: text))
    }
    shapes[index].count += 1
  }

  /// Words with a digit, an at sign or a dot inside, and quoted or bracketed text, become `*`.
  private static func appendShape(of bytes: borrowing Span<UInt8>, _ range: ByteRange, to shape: inout [UInt8]) {
    var i = range.lower
    while i < range.upper, shape.count < longestShape {
      let start = i
      var varies = false
      while i < range.upper, isWord(bytes[i]) {
        if bytes[i] &- 0x30 < 10 || bytes[i] == UInt8(ascii: "@") || bytes[i] >= 128 { varies = true }
        i += 1
      }
      if i > start {
        if varies {
          shape.append(UInt8(ascii: "*"))
        } else {
          for j in start..<min(i, start + 40) { shape.append(bytes[j]) }
        }
        continue
      }
      let byte = bytes[i]
      shape.append(byte < 0x20 ? UInt8(ascii: "?") : byte)
      i += 1
      if let close = closing(byte) {
        var end = i
        while end < range.upper, bytes[end] != close { end += 1 }
        if end < range.upper {
          shape.append(UInt8(ascii: "*"))
          shape.append(close)
          i = end + 1
        }
      }
    }
  }

  private static func closing(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "<"): UInt8(ascii: ">")
    case UInt8(ascii: "["): UInt8(ascii: "]")
    case UInt8(ascii: "\""): UInt8(ascii: "\"")
    default: nil
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "@")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte >= 128
  }

  mutating func merge(_ other: LineShapes) {
    overflow += other.overflow
    for (i, theirs) in other.shapes.enumerated() {
      let key = Array(other.table.key(i))
      let hash = ByteHash.hash(key.span, ByteRange(0, key.count), seed: ByteHash.seed)
      let index = table.insert(key.span, hash: hash)
      if index < 0 {
        overflow += theirs.count
      } else if index == shapes.count {
        shapes.append(theirs)
      } else {
        shapes[index].count += theirs.count
      }
    }
  }

  /// The commonest shapes first. Shape and text are untrusted.
  public func ranked() -> [(shape: String, count: Int, place: LinePlace, text: String)] {
    shapes.enumerated().map { i, shape in
      (
        shape: String(decoding: table.key(i), as: UTF8.self), count: shape.count, place: shape.place,
        text: String(decoding: shape.text, as: UTF8.self)
      )
    }.sorted { ($1.count, $0.shape) < ($0.count, $1.shape) }
  }
}
