import EventRules
import LogSyntax
import MailEvents
import MailFlow

/// Collects the lines that no rule takes, grouped by their fixed words.
///
/// Memory is bounded: ``shapeLimit`` shapes, for each at most ``exampleLimit`` messages of ``messageLimit`` bytes.
public struct MissedLines: EventSink, Sendable {
  /// Lines with the same fixed words at the same places.
  struct Shape: Sendable {
    var program: String
    var count = 0
    /// The first line.
    var place: LinePlace
    /// Different messages: the first ones, and some from the whole of the log.
    var examples: [[UInt8]] = []
    /// Messages were longer than the limits; only their beginning is known.
    var isCut: Bool
  }

  static let shapeLimit = 1000
  static let exampleLimit = 8
  static let messageLimit = 600

  private(set) var shapes: [Shape] = []
  /// Lines of shapes beyond the limit.
  private(set) var overflow = 0
  /// All lines that came.
  public private(set) var count = 0

  let splitter: MessageSplitter
  private var indices: [[UInt8]: Int] = [:]
  private var programs: [String] = []

  /// - Parameter knownWords: words of the language of logs, see ``LogWords``.
  public init(knownWords: Set<String>) {
    splitter = MessageSplitter(knownWords: knownWords)
  }

  public mutating func register(program: Int32, name: String) {
    while programs.count <= Int(program) { programs.append("") }
    programs[Int(program)] = name
  }

  public mutating func receive(
    _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {}

  public mutating func miss(
    _ frame: LineFrame, _ program: Int32, _ bytes: borrowing Span<UInt8>, _ place: LinePlace
  ) {
    var message: [UInt8] = []
    let range = frame.message
    let end = min(range.upper, range.lower + Self.messageLimit)
    message.reserveCapacity(max(0, end - range.lower))
    var i = range.lower
    while i < end {
      message.append(bytes[i])
      i += 1
    }
    add(message, isCut: end < range.upper, program: programs[Int(program)], at: place)
  }

  /// Adds a line's message.
  mutating func add(_ given: [UInt8], isCut: Bool = false, program: String, at place: LinePlace) {
    count += 1
    var message = given
    var isCut = isCut
    var pieces = splitter.split(message)
    if let last = pieces.last, last.range.upperBound < message.count || isCut {
      // The last piece may be half a word.
      isCut = true
      pieces.removeLast()
      message.removeSubrange(last.range.lowerBound...)
    }
    let key = Self.key(of: message, pieces, program: program, isCut: isCut)
    guard let index = indices[key] ?? newShape(key, program: program, isCut: isCut, at: place) else {
      overflow += 1
      return
    }
    shapes[index].count += 1
    keep(message, in: index)
  }

  private mutating func newShape(_ key: [UInt8], program: String, isCut: Bool, at place: LinePlace) -> Int? {
    guard shapes.count < Self.shapeLimit else { return nil }
    indices[key] = shapes.count
    shapes.append(Shape(program: program, place: place, isCut: isCut))
    return shapes.count - 1
  }

  /// The first half of the examples are the first lines; the others are replaced ever more rarely, so that they come from
  /// the whole of the log.
  private mutating func keep(_ message: [UInt8], in index: Int) {
    let count = shapes[index].count
    let kept = shapes[index].examples.count
    let isNext = kept < Self.exampleLimit
    guard isNext || count & (count - 1) == 0, !shapes[index].examples.contains(message) else { return }
    if isNext {
      shapes[index].examples.append(message)
    } else {
      let late = Self.exampleLimit / 2
      shapes[index].examples[late + count.trailingZeroBitCount % late] = message
    }
  }

  /// The program and the fixed parts, values as zero bytes.
  private static func key(
    of message: [UInt8], _ pieces: [MessagePiece], program: String, isCut: Bool
  ) -> [UInt8] {
    var key = Array(program.utf8)
    key.append(isCut ? 2 : 1)
    for piece in pieces {
      if piece.kind.isFixed { key += message[piece.range] } else { key.append(0) }
    }
    return key
  }
}
