import Glibc

/// A stream of bytes: a file, and what decodes one.
package protocol ByteSource: AnyObject {
  /// Puts up to buffer.count - start bytes behind `start` and returns how many; 0 is the end.
  /// Throws when no more can be had although the stream has not ended properly.
  func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int
  /// Bytes taken from the disk or pipe so far.
  var consumed: Int64 { get }
}

/// Why a stream broke off.
package enum SourceFailure: Error, Equatable {
  case system(Int32)
  case truncatedGzip
  case corruptGzip
  case corruptExport(String)
  case corruptJournal(String)

  var text: String {
    switch self {
    case .system(let code): "read error: \(String(cString: strerror(code)).lowercased())"
    case .truncatedGzip: "truncated gzip stream"
    case .corruptGzip: "corrupt gzip data"
    case .corruptExport(let what): "corrupt journal export: \(what)"
    case .corruptJournal(let what): what
    }
  }
}

/// A file descriptor, closed with the object.
final class FileSource: ByteSource {
  private let descriptor: Int32
  private(set) var consumed: Int64 = 0
  private let isStopped: @Sendable () -> Bool

  /// - Parameter isStopped: asked when a signal interrupts a read; true ends the stream.
  init(descriptor: Int32, isStopped: @escaping @Sendable () -> Bool) {
    self.descriptor = descriptor
    self.isStopped = isStopped
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    guard start < buffer.count else { return 0 }
    while true {
      // The pointer stays in the closure and the count keeps the read inside the array.
      let count = buffer.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + start, $0.count - start)
      }
      if count >= 0 {
        consumed += Int64(count)
        return count
      }
      if errno != EINTR { throw .system(errno) }
      if isStopped() { return 0 }
    }
  }
}

/// A stream whose first bytes were looked at and are given again.
final class PushbackSource: ByteSource {
  private let rest: any ByteSource
  private var head: [UInt8]
  private var position = 0

  init(head: [UInt8], rest: any ByteSource) {
    self.head = head
    self.rest = rest
  }

  var consumed: Int64 { rest.consumed }

  func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    guard position < head.count else { return try rest.read(into: &buffer, at: start) }
    let count = min(head.count - position, buffer.count - start)
    for i in 0..<count { buffer[start + i] = head[position + i] }
    position += count
    if position == head.count { head = []; position = 0 }
    return count
  }
}
