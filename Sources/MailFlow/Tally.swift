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
  /// A line that was counted, with its time and the beginning of its text (untrusted).
  public struct Mention: Sendable, Equatable {
    public var time: Timestamp
    public var place: LinePlace
    public var rule: Int32
    public var reason: UInt16
    public var text: ContiguousArray<UInt8>
    /// Values of the table's `shown` fields (untrusted); empty where the event had none.
    public var shown: [String]

    func isBefore(_ other: Mention) -> Bool {
      time != other.time ? time < other.time : place < other.place
    }
  }

  public internal(set) var count = 0
  public internal(set) var first: Mention?
  public internal(set) var last: Mention?
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
    if let theirs = other.first, first.map({ theirs.isBefore($0) }) ?? true { first = theirs }
    if let theirs = other.last, last.map({ $0.isBefore(theirs) }) ?? true { last = theirs }
  }
}
