import Glibc
import LogInput

/// Standard input that is read as it comes, without waiting for more.
package final class PipeSource: ByteSource {
  package private(set) var consumed: Int64 = 0
  /// Its writer has ended.
  package private(set) var hasEnded = false

  package init() {}

  package func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    guard !hasEnded, start < buffer.count, poll(&waiting, 1, 0) > 0 else { return 0 }
    let count = buffer.withUnsafeMutableBytes {
      // The count keeps the read inside the array.
      Glibc.read(0, $0.baseAddress! + start, $0.count - start)
    }
    if count < 0 {
      if errno == EINTR || errno == EAGAIN { return 0 }
      throw .system(errno)
    }
    if count == 0 { hasEnded = true }
    consumed += Int64(count)
    return count
  }
}
