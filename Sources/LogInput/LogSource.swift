/// An input that can be opened.
public struct LogSource: Sendable, Equatable {
  /// As the user gave it.
  public let path: String
  /// Seconds since 1970; now for standard input.
  public let modified: Int64
  /// Bytes on the disk; 0 when not known.
  public let size: Int64
  public let isStandardInput: Bool
  /// The journal to read instead of a file.
  public let journal: JournalPlace?

  public init(path: String, modified: Int64, size: Int64, isStandardInput: Bool = false) {
    self.path = path
    self.modified = modified
    self.size = size
    self.isStandardInput = isStandardInput
    journal = nil
  }

  /// - Parameter now: seconds since 1970.
  public init(journal: JournalPlace, now: Int64) {
    path = journal.name
    modified = now
    size = 0
    isStandardInput = false
    self.journal = journal
  }
}

/// What is wrong with an input, in one line and lower case: what happened, and what to do.
public struct InputProblem: Error, Sendable, Equatable {
  public let path: String
  public let text: String
  /// Nothing of the input could be used.
  public let nothingRead: Bool

  public init(path: String, text: String, nothingRead: Bool) {
    self.path = path
    self.text = text
    self.nothingRead = nothingRead
  }
}

/// What to read, in order, and what not.
public struct InputPlan: Sendable {
  public var sources: [LogSource] = []
  public var problems: [InputProblem] = []
  /// Inputs that are left out on purpose, and why.
  public var skipped: [(path: String, why: String)] = []
  public init() {}
}

/// A run of whole lines. The last line may lack its terminator at the end of the input, or where it was longer than the
/// buffer.
public struct LineChunk: Sendable {
  /// Valid up to `count`.
  public internal(set) var bytes: [UInt8] = []
  public internal(set) var count = 0
  public init() {}
}
