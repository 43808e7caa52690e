/// A half-open range of byte offsets into the buffer at hand. Small, so that hundreds fit into a cache line's worth of
/// registers and arrays; a chunk is therefore at most 2 GiB.
public struct ByteRange: Sendable, Equatable, Hashable {
  public var start: Int32
  public var end: Int32

  @inlinable
  public init(_ start: Int, _ end: Int) {
    self.start = Int32(truncatingIfNeeded: start)
    self.end = Int32(truncatingIfNeeded: end)
  }

  public static let none = ByteRange(0, 0)

  @inlinable public var isEmpty: Bool { end <= start }
  @inlinable public var count: Int { Int(end - start) }
  @inlinable public var lower: Int { Int(start) }
  @inlinable public var upper: Int { Int(end) }
}
