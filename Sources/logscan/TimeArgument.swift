import Glibc
import MailEvents

/// Times as `journalctl --since` takes them.
enum TimeArgument {
  /// nil when the text is no time.
  static func parse(_ text: String, now: Int = time(nil)) -> Timestamp? {
    switch text {
    case "now": return Timestamp(seconds: Int64(now))
    case "today": return midnight(daysAgo: 0, now)
    case "yesterday": return midnight(daysAgo: 1, now)
    case "tomorrow": return midnight(daysAgo: -1, now)
    default: break
    }
    if let first = text.first, first == "-" || first == "+" {
      return relative(text.dropFirst(), sign: first == "-" ? -1 : 1, now)
    }
    if text.hasPrefix("@"), let seconds = Int64(text.dropFirst()) { return Timestamp(seconds: seconds) }
    return absolute(text)
  }

  private static func midnight(daysAgo: Int, _ now: Int) -> Timestamp {
    var clock = now
    var parts = tm()
    localtime_r(&clock, &parts)
    parts.tm_mday -= Int32(daysAgo)
    parts.tm_hour = 0
    parts.tm_min = 0
    parts.tm_sec = 0
    parts.tm_isdst = -1
    return Timestamp(seconds: Int64(mktime(&parts)))
  }

  /// `2h`, `30min`, `1d12h`
  private static func relative(_ text: Substring, sign: Int64, _ now: Int) -> Timestamp? {
    var seconds: Int64 = 0
    var rest = text
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let count = Int64(digits), count < 100_000_000 else { return nil }
      rest = rest.dropFirst(digits.count).drop { $0 == " " }
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count).drop { $0 == " " }
      switch unit {
      case "", "s", "sec", "second", "seconds": seconds += count
      case "m", "min", "minute", "minutes": seconds += count * 60
      case "h", "hour", "hours": seconds += count * 3600
      case "d", "day", "days": seconds += count * 86400
      case "w", "week", "weeks": seconds += count * 7 * 86400
      default: return nil
      }
    }
    return Timestamp(seconds: Int64(now) + sign * seconds)
  }

  /// `2026-11-22`, `2026-11-22 14:00`, `2026-11-22 14:00:30`, with a blank or a `T`; local time.
  private static func absolute(_ text: String) -> Timestamp? {
    let halves = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == " " || $0 == "T" }
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
    guard date.count == 3, let year = date[0], let month = date[1], let day = date[2],
      (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var parts = tm()
    parts.tm_year = year - 1900
    parts.tm_mon = month - 1
    parts.tm_mday = day
    parts.tm_isdst = -1
    if halves.count == 2 {
      let clock = halves[1].split(separator: ":", omittingEmptySubsequences: false).map { Int32($0) }
      guard (2...3).contains(clock.count), let hour = clock[0], let minute = clock[1],
        (0...24).contains(hour), (0...59).contains(minute)
      else { return nil }
      parts.tm_hour = hour
      parts.tm_min = minute
      if clock.count == 3 {
        guard let second = clock[2], (0...60).contains(second) else { return nil }
        parts.tm_sec = second
      }
    }
    return Timestamp(seconds: Int64(mktime(&parts)))
  }
}
