import MailEvents

/// A time as a calendar and a clock show it.
///
/// Own arithmetic instead of `gmtime_r`: `logscan events` writes a time for every line.
struct CivilTime: Equatable {
  var year: Int
  var month: Int
  var day: Int
  var hour: Int
  var minute: Int
  var second: Int
  /// 0 is Sunday.
  var weekday: Int
  /// Seconds east of Greenwich.
  var offset: Int
  /// Days since 1970-01-01 on this calendar: tells how many days lie between two times.
  var dayNumber: Int

  init(_ time: Timestamp, clock: WallClock) {
    self.init(seconds: time.seconds, offset: clock.offset(at: time))
  }

  init(seconds: Int64, offset: Int) {
    let local = Int(seconds) + offset
    let days = local >= 0 ? local / 86400 : (local - 86399) / 86400
    let rest = local - days * 86400
    // Days to date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
    // civil_from_days.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    hour = rest / 3600
    minute = rest / 60 % 60
    second = rest % 60
    weekday = ((days % 7) + 11) % 7
    dayNumber = days
    self.offset = offset
  }

  var weekdayName: String { ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][weekday] }

  var monthName: String {
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
  }

  /// `00:14`
  var clockText: String { "\(padded(hour)):\(padded(minute))" }

  /// `+01:00`
  var offsetText: String {
    let size = abs(offset)
    return "\(offset < 0 ? "-" : "+")\(padded(size / 3600)):\(padded(size / 60 % 60))"
  }
}

/// Two digits.
private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
