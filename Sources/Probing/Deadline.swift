import Glibc

/// A moment at which a step ends whatever happens. By the monotonic clock, so that a stepped wall clock changes nothing.
public struct Deadline: Sendable, Comparable {
  /// Nanoseconds of the monotonic clock.
  private let moment: Int64

  public init(seconds: Double) {
    moment = Self.now + Int64(seconds * 1e9)
  }

  private init(moment: Int64) { self.moment = moment }

  /// The earlier of this moment and so many seconds from now.
  public func within(_ seconds: Double) -> Deadline { min(self, Deadline(seconds: seconds)) }

  public var isOver: Bool { secondsLeft <= 0 }

  public var secondsLeft: Double { Double(moment - Self.now) / 1e9 }

  /// For `poll`: 0 when the moment has passed.
  var millisecondsLeft: Int32 { Int32(max(0, min(secondsLeft * 1000 + 0.999, 1e6))) }

  public static func < (a: Deadline, b: Deadline) -> Bool { a.moment < b.moment }

  /// Nanoseconds since some fixed moment.
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
