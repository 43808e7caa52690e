import Glibc
import MailEvents

/// Whose wall clock times are shown by.
public enum WallClock: Sendable, Equatable {
  /// The machine's own zone, or that of the environment variable `TZ`.
  case system
  case utc
  /// So many seconds east of Greenwich.
  case fixed(secondsEast: Int)

  /// Seconds east of Greenwich at that time.
  func offset(at time: Timestamp) -> Int {
    switch self {
    case .utc: return 0
    case .fixed(let seconds): return seconds
    case .system:
      // localtime_r may skip tzset, so it is called once here.
      _ = Self.zoneIsRead
      var seconds = time_t(time.seconds)
      var parts = tm()
      guard localtime_r(&seconds, &parts) != nil else { return 0 }
      return parts.tm_gmtoff
    }
  }

  private static let zoneIsRead: Bool = {
    tzset()
    return true
  }()
}
