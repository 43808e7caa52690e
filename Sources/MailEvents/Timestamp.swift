/// A point in time: microseconds since 1970-01-01 00:00 UTC.
public struct Timestamp: Sendable, Hashable, Comparable {
  public var microseconds: Int64

  @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }
  @inlinable public init(seconds: Int64) { self.microseconds = seconds &* 1_000_000 }

  /// A line that says no time.
  public static let unknown = Timestamp(microseconds: .min)

  @inlinable public var isKnown: Bool { microseconds != .min }
  /// Whole seconds, rounded down.
  @inlinable public var seconds: Int64 {
    microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0)
  }

  @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool {
    a.microseconds < b.microseconds
  }
}
