import MailEvents

/// A line of an input: which file, which line.
public struct LinePlace: Sendable, Equatable, Comparable {
  public var file: Int32
  public var line: Int64
  public init(file: Int32, line: Int64) {
    self.file = file
    self.line = line
  }
  public static let none = LinePlace(file: -1, line: 0)
  public static func < (a: LinePlace, b: LinePlace) -> Bool { (a.file, a.line) < (b.file, b.line) }
}

/// What was counted for one key of a table.
public struct Tally: Sendable, Equatable {
  /// A line that was counted. Kept small: there are two of them for each key.
  public struct Mark: Sendable, Equatable {
    public var time: Timestamp
    /// The line's number, below 2^40.
    private var lineLow: UInt32
    private var lineHigh: UInt8
    private var ruleNumber: UInt16
    public var reason: UInt16
    private var file: Int32

    public var place: LinePlace { LinePlace(file: file, line: Int64(lineHigh) << 32 | Int64(lineLow)) }
    /// -1 where there is none.
    public var rule: Int32 { ruleNumber == .max ? -1 : Int32(ruleNumber) }

    init(time: Timestamp, place: LinePlace, rule: Int32, reason: UInt16) {
      self.time = time
      file = place.file
      lineLow = UInt32(truncatingIfNeeded: place.line)
      lineHigh = UInt8(truncatingIfNeeded: place.line >> 32)
      ruleNumber = UInt16(truncatingIfNeeded: rule)
      self.reason = reason
    }

    static let none = Mark(time: .unknown, place: .none, rule: -1, reason: 0)

    func isBefore(_ other: Mark) -> Bool {
      time != other.time ? time < other.time : place < other.place
    }
  }

  /// Text of the first line that was counted.
  public final class Mention: Sendable, Equatable {
    /// Its beginning (untrusted).
    public let text: ContiguousArray<UInt8>
    /// Values of the table's `shown` fields (untrusted); empty where the event had none.
    public let shown: [String]

    init(text: ContiguousArray<UInt8>, shown: [String]) {
      self.text = text
      self.shown = shown
    }

    public static func == (a: Mention, b: Mention) -> Bool { a.text == b.text && a.shown == b.shown }
  }

  public internal(set) var count = 0
  /// Meaningless while nothing was counted, as is `last`.
  public internal(set) var first = Mark.none
  public internal(set) var last = Mark.none
  public internal(set) var histogram = TimeHistogram()
  /// In the order of the table's `distinct` fields.
  public internal(set) var distinct: ContiguousArray<DistinctSet>
  /// Of the first line, where the table keeps texts.
  public internal(set) var mention: Mention?

  /// Whether both counted the same lines, as far as the number, the first and the last can tell.
  public func isOfSameLines(as other: Tally) -> Bool {
    count == other.count && first.place == other.first.place && last.place == other.last.place
  }

  init(distinctFields: Int) {
    distinct = distinctFields == 0 ? [] : ContiguousArray(repeating: DistinctSet(), count: distinctFields)
  }

  /// Returns whether it is the earliest so far.
  @inline(__always)
  mutating func count(_ mark: Mark, buckets: Int64) -> Bool {
    count += 1
    histogram.add(mark.time, limit: buckets)
    if count == 1 {
      first = mark
      last = mark
      return true
    }
    if last.isBefore(mark) { last = mark }
    guard mark.isBefore(first) else { return false }
    first = mark
    return true
  }

  public mutating func merge(_ other: Tally) { merge(other, buckets: TimeHistogram.bucketLimit) }

  mutating func merge(_ other: Tally, buckets: Int64) {
    guard other.count > 0 else { return }
    if count == 0 || other.first.isBefore(first) {
      first = other.first
      mention = other.mention
    }
    if count == 0 || last.isBefore(other.last) { last = other.last }
    count += other.count
    histogram.merge(other.histogram, limit: buckets)
    for i in distinct.indices { distinct[i].merge(other.distinct[i]) }
  }
}
