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
  /// A line that was counted.
  public struct Mark: Sendable, Equatable {
    public var time: Timestamp
    public var place: LinePlace
    public var rule: Int32
    public var reason: UInt16

    static let none = Mark(time: .unknown, place: .none, rule: -1, reason: 0)

    func isBefore(_ other: Mark) -> Bool {
      time != other.time ? time < other.time : place < other.place
    }
  }

  /// A line that was counted, with the beginning of its text (untrusted).
  public struct Mention: Sendable, Equatable {
    public var mark: Mark
    public var text: ContiguousArray<UInt8>
    /// Values of the table's `shown` fields (untrusted); empty where the event had none.
    public var shown: [String]

    public var time: Timestamp { mark.time }
    public var place: LinePlace { mark.place }
    public var rule: Int32 { mark.rule }
    public var reason: UInt16 { mark.reason }
  }

  public internal(set) var count = 0
  public internal(set) var first: Mention?
  /// Meaningless while nothing was counted.
  public internal(set) var last = Mark.none
  public internal(set) var histogram = TimeHistogram()
  /// In the order of the table's `distinct` fields.
  public internal(set) var distinct: [DistinctSet]

  init(distinctFields: Int) {
    distinct = Array(repeating: DistinctSet(), count: distinctFields)
  }

  public mutating func merge(_ other: Tally) {
    count += other.count
    histogram.merge(other.histogram)
    for i in distinct.indices { distinct[i].merge(other.distinct[i]) }
    if let theirs = other.first, first.map({ theirs.mark.isBefore($0.mark) }) ?? true { first = theirs }
    if count == other.count || last.isBefore(other.last) { last = other.last }
  }
}
