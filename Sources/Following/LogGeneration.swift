import Glibc
import LogInput

/// An open log file and how far it was read: one generation of a log that is rotated.
///
/// Only whole lines are taken. What the file begins with tells whether it is still the same content: `copytruncate` empties a
/// file and keeps its inode.
final class LogGeneration {
  private let descriptor: Int32
  private let device: UInt
  private let inode: UInt
  /// When the file was last written to, as it was opened.
  let modified: timespec
  /// Bytes taken, up to a line feed.
  private(set) var offset: Int64
  private(set) var head: LogHead
  /// Seconds of a monotonic clock, when something was last read.
  private(set) var lastGrowth = FollowClock.now

  enum Reading: Equatable {
    case bytes(Int)
    case nothing
    /// What was read is no longer in the file, or other content stands in its place.
    case replaced
  }

  /// Opens a file at its beginning; nil when that fails, or when it is no regular file.
  init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    device = UInt(info.st_dev)
    inode = UInt(info.st_ino)
    modified = info.st_mtim
    offset = 0
    head = LogHead()
  }

  /// The file by content is compressed: it is complete, and ``stream()`` gives its text.
  var isCompressed: Bool {
    var magic: [UInt8] = [0, 0]
    return pread(descriptor, &magic, 2, 0) == 2 && magic == [0x1F, 0x8B]
  }

  /// The text of the file from its beginning, decompressed where need be; nil when it is no log.
  func stream() -> (any ByteSource)? {
    let copy = dup(descriptor)
    guard copy >= 0, lseek(copy, 0, SEEK_SET) == 0 else { return nil }
    return SourceOpener.stream(of: copy)
  }

  deinit { close(descriptor) }

  /// Reads whole lines behind `start`; with `isLast` also the rest that has no line feed. A line that is longer than the whole
  /// buffer is given in pieces.
  func read(into buffer: inout [UInt8], at start: Int, isLast: Bool = false) -> Reading {
    let count = buffer.withUnsafeMutableBytes {
      // The count keeps the read inside the array.
      pread(descriptor, $0.baseAddress! + start, $0.count - start, Int(offset))
    }
    guard isSame else { return .replaced }
    guard count > 0 else { return .nothing }
    let end = start + count
    var taken = count
    if let feed = buffer[start..<end].lastIndex(of: 0x0A) {
      if !isLast { taken = feed + 1 - start }
    } else if !isLast, !(start == 0 && end == buffer.count) {
      return .nothing
    }
    head.extend(with: buffer[start..<(start + taken)], at: offset)
    offset += Int64(taken)
    lastGrowth = FollowClock.now
    return .bytes(taken)
  }

  /// The file still begins with what it began with, and is no shorter than what was taken.
  private var isSame: Bool {
    var info = stat()
    guard fstat(descriptor, &info) == 0, Int64(info.st_size) >= offset else { return false }
    return head.isEmpty || LogHead(descriptor).begins(with: head)
  }

  /// Remembers what the file begins with before anything of it is read.
  func look() {
    guard offset == 0 else { return }
    let now = isCompressed ? stream().map { LogHead($0) } ?? LogHead() : LogHead(descriptor)
    if now.begins(with: head) { head = now }
  }

  /// Begins anew with the content that is there now.
  func restart() {
    offset = 0
    head = LogHead(descriptor)
  }

  /// Goes on where the same content was left in another file; false when this file holds other content.
  func resume(from other: LogGeneration) -> Bool {
    var info = stat()
    look()
    guard head.isOfSame(other.head), fstat(descriptor, &info) == 0, Int64(info.st_size) >= other.offset else {
      return false
    }
    (offset, head) = (other.offset, other.head)
    return true
  }

  func isSameFile(as other: LogGeneration) -> Bool { device == other.device && inode == other.inode }

  func isFile(_ info: stat) -> Bool { device == UInt(info.st_dev) && inode == UInt(info.st_ino) }

  /// Nobody can write to it any more, as far as names tell.
  var isUnlinked: Bool {
    var info = stat()
    return fstat(descriptor, &info) == 0 && info.st_nlink == 0
  }
}
