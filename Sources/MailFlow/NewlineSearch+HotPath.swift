import Glibc

/// Finds the end of a line with the C library's vectorised search.
enum NewlineSearch {
  /// The offset of the first newline in bytes[start..<end], or `end`.
  ///
  /// Unsafe inside, safe outside: the pointer does not leave the closure, and 0 ≤ start ≤ end ≤ bytes.count is checked, so
  /// that `memchr` reads only bytes of the span.
  @inline(__always)
  static func next(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    precondition(0 <= start && start <= end && end <= bytes.count)
    return bytes.withUnsafeBufferPointer { buffer in
      guard start < end, let base = buffer.baseAddress,
        let found = memchr(base + start, 0x0A, end - start)
      else { return end }
      return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
    }
  }
}
