extension Span where Element == UInt8 {
  /// The eight bytes from `index` on, the first in the lowest bits.
  ///
  /// Traps when they are not all within the span. Unsafe only in name: any eight bytes are a number.
  @inlinable @inline(__always)
  public func word(at index: Int) -> UInt64 {
    bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
  }

  /// The four bytes from `index` on.
  @inlinable @inline(__always)
  public func halfWord(at index: Int) -> UInt32 {
    bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self).littleEndian
  }
}
