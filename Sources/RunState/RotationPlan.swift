import Following
import LogInput

/// Finds what is new since the last run: the rest of what was read before, wherever rotation has put it, and what came after.
package struct RotationPlan {
  package struct Step {
    package var path: String
    /// Opened behind what was read; at the beginning when nothing of it was.
    package var log: OpenedLog
  }

  /// Of each log the oldest first.
  package private(set) var steps: [Step] = []
  /// Logs whose position was not found again: lines may be missing.
  package private(set) var lost: [String] = []

  private let named: [String]
  private let state: RunState

  /// - Parameter paths: the files that were named.
  package init(paths: [String], state: RunState) {
    named = paths
    self.state = state
    // Names that change while they are looked at would lead astray.
    for _ in 0..<20 {
      let before = identities()
      steps = []
      lost = []
      for path in paths { add(path) }
      if identities() == before { break }
    }
  }

  private func identities() -> [String: FileStamp] {
    var found: [String: FileStamp] = [:]
    for path in named {
      for candidate in RotatedNames.beside(path) + [path] {
        guard var stamp = FileStamp(path: candidate) else { continue }
        // Logs grow.
        (stamp.size, stamp.modified) = (0, 0)
        found[candidate] = stamp
      }
    }
    return found
  }

  /// What is known of a file.
  private enum Finding {
    /// Nothing of it was read.
    case unread
    /// All of it was.
    case finished
    case resumed(OpenedLog, FilePosition)
  }

  private mutating func add(_ path: String) {
    let all = RotatedNames.beside(path) + [path]
    // A file that is being compressed stands there twice.
    let chain = all.filter { !$0.hasSuffix(".gz") || !all.contains(String($0.dropLast(3))) }
    let findings = chain.map { find($0) }
    let newest = findings.lastIndex { if case .unread = $0 { false } else { true } }
    let isKnown = state.files.contains { $0.path == path }
    if newest == nil, isKnown { lost.append(path) }
    var added: [Step] = []
    var heads: [LogHead] = []
    var taken: [FilePosition] = []
    // From the newest on: of a log and its copy the log is read, in which there may be more.
    for (index, candidate) in chain.enumerated().reversed() where !steps.contains(where: { $0.path == candidate }) {
      let isNamed = named.contains(candidate)
      switch findings[index] {
      case .finished: break
      case .resumed(let log, let position):
        guard !taken.contains(where: { $0.isSamePlace(as: position) }) else { continue }
        taken.append(position)
        if isNamed || log.stamp.size != position.offset { added.append(Step(path: candidate, log: log)) }
      case .unread:
        let isLater = newest.map { index > $0 } ?? (isKnown && isSince(state.savedAt, candidate))
        guard isNamed || isLater, let log = OpenedLog(path: candidate) else { continue }
        let head = OpenedLog(path: candidate).map { LogHead($0) } ?? LogHead()
        guard !heads.contains(where: { $0.isOfSame(head) }) else { continue }
        heads.append(head)
        added.append(Step(path: candidate, log: log))
      }
    }
    steps += added.reversed()
  }

  private func find(_ path: String) -> Finding {
    let stamp = FileStamp(path: path)
    if state.files.contains(where: { $0.stamp == stamp && $0.isComplete }) { return .finished }
    guard let head = OpenedLog(path: path)?.readUpTo(FilePosition.headSize) else { return .unread }
    // The latest position first: an earlier one of the same content lies before it.
    for position in state.files.reversed() where position.mayBe(in: head) {
      if let log = position.open(in: path) { return .resumed(log, position) }
    }
    return .unread
  }

  private func isSince(_ time: Int64, _ path: String) -> Bool {
    (FileStamp(path: path)?.modified ?? 0) / 1_000_000_000 >= time
  }
}
