import LogInput

/// A run that continues an earlier one: what it has to read, and how far it has come.
package final class RunProgress {
  /// What the run before left.
  package let former: RunState
  private var next: RunState
  private var logs: [String: OpenedLog] = [:]
  private var positions: [String: FilePosition] = [:]

  package init(former: RunState) {
    self.former = former
    next = former
  }

  /// Finds what is new in the named files; returns their names and those of the rotated files that hold some of it.
  package func plan(_ paths: [String]) -> (paths: [String], lost: [String]) {
    let plan = RotationPlan(paths: paths, state: former)
    for step in plan.steps {
      logs[step.path] = step.log
      positions[step.path] = step.log.start ?? FilePosition(path: step.path)
    }
    return (plan.steps.map(\.path), plan.lost)
  }

  /// The log at the place where reading begins.
  package func log(_ path: String) -> OpenedLog? { logs[path] }

  /// The number of the first line that is read.
  package func firstLine(of path: String) -> Int64 { (positions[path]?.lines ?? 0) + 1 }

  /// Notes that `count` bytes were read, up to the line before `line`.
  ///
  /// - Parameter dropped: bytes of overlong lines so far that were not among them.
  package func advance(_ path: String, over bytes: [UInt8], count: Int, line: Int64, dropped: Int64) {
    guard positions[path] != nil else { return }
    positions[path]?.skip(dropped - (droppedBefore[path] ?? 0))
    droppedBefore[path] = dropped
    positions[path]?.advance(over: bytes, count: count)
    positions[path]?.lines = line - 1
  }

  private var droppedBefore: [String: Int64] = [:]

  /// Notes that a log was read as far as it goes.
  ///
  /// - Parameter isWhole: without an error.
  package func end(_ path: String, isWhole: Bool) {
    guard var position = positions[path], let log = logs[path] else { return }
    if isWhole { position.note(log) }
    next.leave(position, startedAt: log.start)
  }

  /// The entry that the run before ended with.
  package func cursor(of journal: String) -> String? { former.cursors[journal] }

  package func end(journal: String, at cursor: String?) {
    if let cursor { next.cursors[journal] = cursor }
  }

  /// The state that this run leaves.
  ///
  /// - Parameters:
  ///   - messages: what the ledger wants to find again.
  ///   - seed: of the hashes in them.
  ///   - time: seconds since 1970.
  package func finished(messages: [String], seed: UInt64, at time: Int64) -> RunState {
    next.messages = messages
    next.seed = seed
    next.savedAt = time
    return next
  }
}
