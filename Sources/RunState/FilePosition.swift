import Glibc
import LogInput

/// How far a log was read: recognised by its content, whatever its name, inode and compression are by now.
package struct FilePosition: Sendable, Equatable {
  /// The name it had.
  package var path: String
  /// Bytes of text that were read, up to a line feed.
  package private(set) var offset: Int64 = 0
  /// Lines in them.
  package var lines: Int64 = 0
  /// The first bytes, and the last ones before `offset`.
  private(set) var headCount = 0
  private(set) var headSum: UInt64 = 0
  private(set) var tailCount = 0
  private(set) var tailSum: UInt64 = 0
  /// The file as it was then: while this is the same, nothing has come.
  var stamp = FileStamp()
  /// It was read to its end, and nothing can be added: it is compressed.
  package var isComplete = false

  /// As far as they are at hand.
  private var head: [UInt8] = []
  private var tail: [UInt8] = []

  /// Bytes that are compared.
  static let headSize = 512
  static let tailSize = 128

  package init(path: String) { self.path = path }

  init(
    path: String, offset: Int64, lines: Int64, head: (count: Int, sum: UInt64), tail: (count: Int, sum: UInt64),
    stamp: FileStamp, isComplete: Bool
  ) {
    self.isComplete = isComplete
    self.path = path
    self.offset = offset
    self.lines = lines
    (headCount, headSum) = head
    (tailCount, tailSum) = tail
    self.stamp = stamp
  }

  /// Goes on behind what was read.
  package mutating func advance(over bytes: [UInt8], count: Int) {
    if headCount < Self.headSize, Int64(head.count) == offset {
      head += bytes[..<min(count, Self.headSize - head.count)]
      headCount = head.count
      headSum = Checksum.of(head)
    }
    offset += Int64(count)
    tail += bytes[max(0, count - Self.tailSize)..<count]
    if tail.count > Self.tailSize { tail.removeFirst(tail.count - Self.tailSize) }
    tailCount = tail.count
    tailSum = Checksum.of(tail)
  }

  /// Goes on behind bytes that were not kept: the end of a line beyond all measure.
  package mutating func skip(_ count: Int64) {
    guard count > 0 else { return }
    offset += count
    tail = []
    tailCount = 0
    tailSum = Checksum.of([])
  }

  /// A file that begins with these bytes may be the one.
  func mayBe(in head: [UInt8]) -> Bool { head.count >= headCount && Checksum.of(head[..<headCount]) == headSum }

  /// Notes what the file is like that was read.
  package mutating func note(_ log: OpenedLog) {
    stamp = log.stamp
    isComplete = log.isComplete
  }

  /// Opens a file behind this position; nil when the file is another one, or is shorter.
  package func open(in path: String) -> OpenedLog? {
    guard headCount > 0, let log = OpenedLog(path: path) else { return nil }
    guard let first = log.read(headCount), Checksum.of(first) == headSum else { return nil }
    guard let last = tail(of: log, behind: first), Checksum.of(last) == tailSum else { return nil }
    var position = self
    position.path = path
    position.isComplete = false
    position.head = Int64(first.count) == offset ? first : []
    position.tail = last
    return OpenedLog(log, position)
  }
}

extension FilePosition {
  /// Goes to the position and returns the bytes before it; nil when the log is shorter.
  private func tail(of log: OpenedLog, behind head: [UInt8]) -> [UInt8]? {
    let start = offset - Int64(tailCount)
    if start < Int64(head.count) {
      // Beginning and end overlap.
      guard let rest = log.read(Int(offset) - head.count) else { return nil }
      return (head + rest).suffix(tailCount)
    }
    return log.skip(to: start) ? log.read(tailCount) : nil
  }
}

/// What a file is by its directory entry.
struct FileStamp: Sendable, Equatable {
  var device: UInt64 = 0
  var inode: UInt64 = 0
  var size: Int64 = 0
  /// Nanoseconds since 1970.
  var modified: Int64 = 0

  init() {}

  init(device: UInt64, inode: UInt64, size: Int64, modified: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
  }

  init?(path: String) {
    var info = stat()
    guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(info)
  }

  init(_ info: stat) {
    device = UInt64(info.st_dev)
    inode = UInt64(info.st_ino)
    size = Int64(info.st_size)
    modified = Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
  }
}
