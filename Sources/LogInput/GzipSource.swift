import CZlib
import Glibc

/// Inflates a gzip stream (RFC 1952), members one after the other. What can be inflated of a broken stream is given before
/// the failure is told.
///
/// The only room that calls zlib. Unsafe inside: zlib keeps pointers to the input and output buffers only during a call of
/// `inflate`, within `withUnsafe…` closures, and `avail_in`, `avail_out` are the sizes of what the pointers point at.
final class GzipSource: ByteSource {
  private let compressed: any ByteSource
  private var stream = z_stream()
  private var input = [UInt8](repeating: 0, count: 1 << 18)
  private var inputStart = 0
  private var inputEnd = 0
  private var isMemberOpen = true
  private var hasEnded = false
  private var failure: SourceFailure?

  init(_ compressed: any ByteSource) {
    self.compressed = compressed
    // 15 bits of window, 16 to expect a gzip header.
    inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit { inflateEnd(&stream) }

  var consumed: Int64 { compressed.consumed }

  func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    var produced = 0
    while produced == 0 {
      if let failure { throw failure }
      if hasEnded { return 0 }
      if inputStart == inputEnd, try !refill() {
        if isMemberOpen { throw .truncatedGzip }
        return 0
      }
      if !isMemberOpen, !beginMember() { return 0 }
      produced = inflateSome(into: &buffer, at: start)
    }
    return produced
  }

  private func refill() throws(SourceFailure) -> Bool {
    inputStart = 0
    inputEnd = try compressed.read(into: &input, at: 0)
    return inputEnd > 0
  }

  /// Another member, or padding and rubbish behind the last one.
  private func beginMember() -> Bool {
    guard input[inputStart] == 0x1F else {
      hasEnded = true
      return false
    }
    inflateReset(&stream)
    isMemberOpen = true
    return true
  }

  private func inflateSome(into buffer: inout [UInt8], at start: Int) -> Int {
    let room = buffer.count - start
    var status: Int32 = Z_OK
    input.withUnsafeMutableBytes { source in
      buffer.withUnsafeMutableBytes { target in
        stream.next_in = source.baseAddress!.advanced(by: inputStart).assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(inputEnd - inputStart)
        stream.next_out = target.baseAddress!.advanced(by: start).assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(room)
        status = inflate(&stream, Z_NO_FLUSH)
      }
    }
    inputStart = inputEnd - Int(stream.avail_in)
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isMemberOpen = false
    default: failure = .corruptGzip
    }
    return room - Int(stream.avail_out)
  }
}
