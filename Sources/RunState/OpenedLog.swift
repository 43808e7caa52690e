import Glibc
import LogInput

/// A log that is open, read from its beginning or from a position on.
package final class OpenedLog: ByteSource {
  private let bytes: any ByteSource
  /// Of plain text, where reading can begin anywhere.
  private let descriptor: Int32?
  private var offset: Int64 = 0
  /// Compressed, and therefore complete: nothing will be added to it.
  package let isComplete: Bool
  /// Where reading began; none at the beginning.
  package let start: FilePosition?
  let stamp: FileStamp

  package var consumed: Int64 { bytes.consumed }

  package init?(path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    var info = stat()
    guard file >= 0, fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      if file >= 0 { close(file) }
      return nil
    }
    stamp = FileStamp(info)
    isComplete = SourceOpener.isCompressed(path)
    let plain = SourceOpener.isPlainText(file)
    descriptor = plain ? file : nil
    guard let stream = plain ? SourceOpener.raw(file) : SourceOpener.stream(of: file) else { return nil }
    bytes = stream
    start = nil
  }

  /// The same, with what is known of where it stands.
  init(_ other: OpenedLog, _ position: FilePosition) {
    bytes = other.bytes
    descriptor = other.descriptor
    offset = other.offset
    isComplete = other.isComplete
    stamp = other.stamp
    start = position
  }

  package func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    try bytes.read(into: &buffer, at: start)
  }

  /// Exactly so many bytes; nil when there are fewer.
  func read(_ count: Int) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      guard let got = try? bytes.read(into: &buffer, at: filled), got > 0 else { return nil }
      filled += got
    }
    offset += Int64(count)
    return buffer
  }

  /// So many bytes, or as many as there are.
  func readUpTo(_ count: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count, let got = try? bytes.read(into: &buffer, at: filled), got > 0 { filled += got }
    offset += Int64(filled)
    return Array(buffer[..<filled])
  }

  /// Goes on to a place of the text; false when it ends before.
  func skip(to place: Int64) -> Bool {
    if let descriptor {
      guard place <= stamp.size, lseek(descriptor, Int(place), SEEK_SET) == Int(place) else { return false }
      offset = place
      return true
    }
    // What was read to compare the beginning may reach beyond it.
    guard place >= offset else { return false }
    while offset < place {
      guard read(Int(min(place - offset, 1 << 18))) != nil else { return false }
    }
    return true
  }
}
