import Glibc
import LogInput

/// A log file that is read as it grows, by name: through rotation by renaming, by copying and truncating, and by deleting and
/// creating it anew. Nothing is read twice, and nothing is lost that is still on the disk.
///
/// How it is kept right: what a generation of the log begins with is remembered (``LogHead``). Whenever the directory has
/// changed, files with a rotated name and an unknown beginning are generations that came and went unseen, and are read; when
/// the file was truncated, the rest of what was in it is read from the copy with the same beginning. Files that were renamed
/// are read on for a while, for their writer may not have noticed.
package final class FollowedFile: ByteSource {
  private let path: String
  private let directory: String
  private var current: LogGeneration?
  /// Renamed or deleted, the oldest first.
  private var retired: [LogGeneration] = []
  /// Parts of generations that were missed, from compressed files, the oldest first.
  private var backlog: [any ByteSource] = []
  private var known: [LogHead] = []
  /// What was truncated before it was read to its end: how it began, and how far it was read.
  private var wanted: [(head: LogHead, offset: Int64, since: Double)] = []
  /// When the directory was last looked through; its change time then.
  private var seenChange = timespec()
  private var hasUnknown = false
  private var lastByte: UInt8 = 0x0A
  package private(set) var consumed: Int64 = 0

  /// Generations that are kept open besides the current one.
  private static let retiredLimit = 32
  /// Seconds without growth after which one is closed; and one that nobody can open any more.
  private static let patience = (renamed: 60.0, deleted: 5.0)
  private static let knownLimit = 4096
  /// Seconds in which a copy may turn up.
  private static let copyTime = 10.0

  /// The file need not be there yet. What stands beside it under rotated names is taken as read.
  package init(path: String) {
    self.path = path
    let directory = RotatedNames.split(path).directory
    self.directory = directory.isEmpty ? "." : directory
    seenChange = change()
    for rotated in rotations() { remember(rotated.head) }
    current = LogGeneration(path: path)
  }

  /// The file is there.
  package var isThere: Bool { current != nil }

  /// Something may have come that no event tells of.
  package var isUnsettled: Bool { hasUnknown }

  /// Whole lines; 0 when there are none for now.
  package func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    let count = advance(&buffer, start)
    if count > 0 {
      lastByte = buffer[start + count - 1]
      consumed += Int64(count)
    }
    return count
  }

  private func advance(_ buffer: inout [UInt8], _ start: Int) -> Int {
    guard start < buffer.count else { return 0 }
    // Once the file has changed places as often as this, other inputs have their turn.
    for _ in 0..<8 {
      if let count = readBacklog(&buffer, start) { return count }
      if let count = readRetired(&buffer, start) { return count }
      switch current?.read(into: &buffer, at: start) ?? .nothing {
      case .bytes(let count): return count
      case .replaced:
        rescue()
        continue
      case .nothing: break
      }
      guard notice() else { return 0 }
    }
    return 0
  }

  private func readBacklog(_ buffer: inout [UInt8], _ start: Int) -> Int? {
    while let stream = backlog.first {
      if let count = try? stream.read(into: &buffer, at: start), count > 0 { return count }
      backlog.removeFirst()
      if lastByte != 0x0A {
        buffer[start] = 0x0A
        return 1
      }
    }
    return nil
  }

  /// What was still written to files that have another name by now.
  private func readRetired(_ buffer: inout [UInt8], _ start: Int) -> Int? {
    for generation in retired {
      if case .bytes(let count) = generation.read(into: &buffer, at: start) { return count }
    }
    let now = FollowClock.now
    while let oldest = retired.first {
      let patience = oldest.isUnlinked ? Self.patience.deleted : Self.patience.renamed
      guard retired.count > Self.retiredLimit || now - oldest.lastGrowth > patience else { return nil }
      retired.removeFirst()
      remember(oldest.head)
      if case .bytes(let count) = oldest.read(into: &buffer, at: start, isLast: true) {
        if start + count < buffer.count, buffer[start + count - 1] != 0x0A {
          buffer[start + count] = 0x0A
          return count + 1
        }
        return count
      }
    }
    return nil
  }

  // MARK: Rotation

  /// Looks whether the name belongs to another file by now, and for generations that were missed. False when all is as before.
  private func notice() -> Bool {
    var info = stat()
    let isThere = stat(path, &info) == 0
    let isSame = isThere && current?.isFile(info) ?? false
    let change = change()
    let isQuiet = change.tv_sec == seenChange.tv_sec && change.tv_nsec == seenChange.tv_nsec
    if isSame || !isThere, isQuiet, !hasUnknown { return false }
    seenChange = change
    var hasMoved = false
    if isThere, !isSame, let next = LogGeneration(path: path) {
      // An editor writes a file anew with the same content.
      if let current, !next.resume(from: current) { retire(current) }
      current = next
      hasMoved = true
    }
    let hasMissed = collectMissed()
    // Changes follow each other faster than the clock of a file system ticks.
    if Self.age(change) < 0.05 { hasUnknown = true }
    return hasMissed || hasMoved
  }

  /// Seconds since a time stamp of a file.
  private static func age(_ stamp: timespec) -> Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec - stamp.tv_sec) + Double(now.tv_nsec - stamp.tv_nsec) / 1e9
  }

  private func retire(_ generation: LogGeneration) {
    remember(generation.head)
    retired.append(generation)
  }

  /// The file holds other content: what was not read of the former stands in a copy.
  private func rescue() {
    guard let generation = current else { return }
    remember(generation.head)
    if !generation.head.isEmpty { wanted.append((generation.head, generation.offset, FollowClock.now)) }
    generation.restart()
    collectMissed()
  }

  /// Finds files that are under rotated names and were never read; false when there are none.
  @discardableResult
  private func collectMissed() -> Bool {
    let now = FollowClock.now
    wanted.removeAll { now - $0.since > Self.copyTime }
    current?.look()
    var missed: [LogGeneration] = []
    let rotations = rotations()
    var hasFound = takeWanted(rotations)
    hasUnknown = !wanted.isEmpty
    for rotated in rotations where !isOpen(rotated) {
      if !rotated.head.isEmpty {
        if !isKnown(rotated.head) { missed.append(rotated) }
      } else if Self.age(rotated.modified) < Self.copyTime {
        // One that is being copied, or that its writer has not written to yet.
        hasUnknown = true
      }
    }
    guard !missed.isEmpty else { return hasFound }
    // A copy is made before the original is truncated: what still is in the file is read there.
    current?.look()
    for rotated in missed where !isKnown(rotated.head) && !isOpen(rotated) {
      hasFound = true
      if !rotated.isCompressed {
        retired.append(rotated)
      } else if let stream = rotated.stream() {
        remember(rotated.head)
        backlog.append(stream)
      }
    }
    return hasFound
  }

  /// Reads the rest of what was truncated from its copies.
  private func takeWanted(_ rotations: [LogGeneration]) -> Bool {
    let before = wanted.count
    wanted.removeAll { want in
      guard let copy = rotations.last(where: { $0.head.isOfSame(want.head) }), let stream = copy.stream() else {
        return false
      }
      backlog.append(RestSource(stream, behind: want.offset))
      return true
    }
    return wanted.count < before
  }

  /// What stands under rotated names, opened, the oldest first. Names may change at any time, what is open does not.
  private func rotations() -> [LogGeneration] {
    RotatedNames.beside(path).compactMap { LogGeneration(path: $0) }.map { rotated in
      rotated.look()
      return rotated
    }
  }

  private func isOpen(_ generation: LogGeneration) -> Bool {
    current?.isSameFile(as: generation) ?? false || retired.contains { $0.isSameFile(as: generation) }
  }

  private func isKnown(_ head: LogHead) -> Bool {
    if let current, current.head.isOfSame(head) { return true }
    return retired.contains { $0.head.isOfSame(head) } || known.contains { $0.isOfSame(head) }
  }

  private func remember(_ head: LogHead) {
    guard !head.isEmpty else { return }
    if known.count == Self.knownLimit { known.removeFirst(Self.knownLimit / 4) }
    known.append(head)
  }

  /// When a name in the directory was last added or taken away.
  private func change() -> timespec {
    var info = stat()
    return stat(directory, &info) == 0 ? info.st_mtim : timespec()
  }
}

/// A stream without its first bytes.
final class RestSource: ByteSource {
  private let stream: any ByteSource
  private var left: Int64

  init(_ stream: any ByteSource, behind offset: Int64) {
    self.stream = stream
    left = offset
  }

  var consumed: Int64 { stream.consumed }

  func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    while left > 0 {
      var dropped = [UInt8](repeating: 0, count: Int(min(left, 1 << 18)))
      let count = try stream.read(into: &dropped, at: 0)
      if count == 0 { return 0 }
      left -= Int64(count)
    }
    return try stream.read(into: &buffer, at: start)
  }
}
