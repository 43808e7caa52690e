/// Where a run ended, and what the next one must know to go on.
package struct RunState: Sendable, Equatable {
  /// Of all logs that were read, the latest last.
  package var files: [FilePosition] = []
  /// By the journal's name: the cursor of the last entry that was read.
  package var cursors: [String: String] = [:]
  /// Messages that were open; lines of the ledger's own.
  package var messages: [String] = []
  /// The seed of the hashes in them.
  package var seed: UInt64 = 0
  /// Seconds since 1970.
  package var savedAt: Int64 = 0

  package init() {}

  /// Positions that are kept: rotated logs beyond these are forgotten, the oldest first.
  static let fileLimit = 500

  /// Adds where a log was left; its former position is no longer needed.
  package mutating func leave(_ position: FilePosition, startedAt former: FilePosition?) {
    if let former { files.removeAll { $0.isSamePlace(as: former) } }
    // Nothing was in it: nothing to know it by.
    guard position.headCount > 0 else { return }
    files.append(position)
    if files.count > Self.fileLimit { files.removeFirst(files.count - Self.fileLimit) }
  }
}

extension FilePosition {
  func isSamePlace(as other: FilePosition) -> Bool {
    headSum == other.headSum && headCount == other.headCount && offset == other.offset && tailSum == other.tailSum
  }
}
