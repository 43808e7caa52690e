import CZlib

/// One gzip member of a text (RFC 1952), by zlib itself.
func gzip(_ text: String, level: Int32 = 6) -> [UInt8] { gzip(Array(text.utf8), level: level) }

func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 256)
  var source = bytes
  let count = source.withUnsafeMutableBufferPointer { from in
    output.withUnsafeMutableBufferPointer { to in
      stream.next_in = from.baseAddress
      stream.avail_in = UInt32(from.count)
      stream.next_out = to.baseAddress
      stream.avail_out = UInt32(to.count)
      deflate(&stream, Z_FINISH)
      return to.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<count])
}
