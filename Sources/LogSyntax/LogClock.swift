import Glibc
import MailEvents

/// Reads time stamps. Knows what stamps leave out: the year (from the lines before and the input's own time) and the zone
/// (the system's, or `TZ`).
struct LogClock {
  /// The parts of `2026-11-23T03:44:04.123456+01:00`; the offset in seconds where it is written.
  struct ISOStamp {
    var days: Int64
    var secondOfDay: Int64
    var microsecond: Int64
    var offset: Int64?
    var separator: UInt8
  }

  private let reference: Timestamp
  private(set) var inferredYears = false
  private(set) var usedLocalZone = false
  private(set) var stepsBack = 0
  private var last = Timestamp.unknown
  /// Start of the local hour last seen, by what stands for it in the stamp: no conversion for the next line of the hour.
  private var hourKey: UInt64 = 0
  private var hour = LocalHour()
  /// `Nov 23 04:05` of the line before and when that minute began: most lines differ in the seconds only.
  private var minuteText: (UInt64, UInt32) = (0, 0)
  private var minuteStart: Int64 = 0
  private var isoKey: Int64 = .min
  private var isoHour = LocalHour()

  /// An hour by the local clock.
  private struct LocalHour {
    /// In microseconds since 1970.
    var start: Int64 = 0
    /// Microseconds until the clock, put back, shows the same hour again; nearly always 0.
    var again: Int64 = 0

    /// The time in this hour; when it comes twice, the first that is not (a minute of disorder aside) before `last`.
    func time(_ within: Int64, after last: Timestamp) -> Timestamp {
      let time = start + within
      guard again != 0, last.isKnown, time < last.microseconds - 60_000_000 else {
        return Timestamp(microseconds: time)
      }
      return Timestamp(microseconds: time + again)
    }
  }

  init(reference: Timestamp) { self.reference = reference }

  mutating func note(_ time: Timestamp) {
    guard time.isKnown else { return }
    if last.isKnown, time.microseconds < last.microseconds - 2_000_000 { stepsBack += 1 }
    last = time
  }

  // MARK: Nov  3 04:05:06

  /// Reads the stamp at `next` and moves behind it and the blank that follows; nil when there is none.
  mutating func monthStamp(_ bytes: borrowing Span<UInt8>, _ next: inout Int, _ end: Int) -> Timestamp? {
    let start = next
    if end - start >= 16, let time = sameMinute(bytes, start) {
      next = start + 16
      return time
    }
    guard end - start >= 15, bytes[start + 3] == 0x20 else { return nil }
    guard let month = Self.month(bytes[start], bytes[start + 1], bytes[start + 2]) else { return nil }
    var i = start + 4
    if bytes[i] == 0x20 { i += 1 }
    guard let day = Self.digits(bytes, &i, end, atMost: 2), (1...31).contains(day), i < end, bytes[i] == 0x20 else {
      return nil
    }
    i += 1
    var year = Self.yearAhead(bytes, &i, end)
    guard let time = Self.timeOfDay(bytes, &i, end) else { return nil }
    if year == nil, i < end, bytes[i] == 0x20 {
      var after = i + 1
      if let written = Self.yearAhead(bytes, &after, end) {
        year = written
        i = after - 1
      }
    }
    guard i == end || bytes[i] == 0x20 else { return nil }
    next = min(i + 1, end)
    let (hour, minute, second, micro) = time
    let within = (Int64(minute) * 60 + Int64(second)) * 1_000_000 + micro
    let key = UInt64(month) << 24 | UInt64(day) << 16 | UInt64(hour) << 8 | 1
    if key != hourKey || year != nil {
      guard let resolved = resolve(year: year, month: month, day: day, hour: hour) else { return nil }
      self.hour = resolved
      hourKey = year == nil ? key : 0
    }
    let resolved = self.hour.time(within, after: last)
    if self.hour.again == 0, year == nil, i == start + 15, end - start >= 16, second < 60, micro == 0 {
      minuteText = Self.minuteText(bytes, start)
      minuteStart = resolved.microseconds - Int64(second) * 1_000_000
    }
    return resolved
  }

  /// The time of `Nov 23 04:05:06 ` when the line before was of the same minute.
  @inline(__always)
  private func sameMinute(_ bytes: borrowing Span<UInt8>, _ start: Int) -> Timestamp? {
    guard Self.minuteText(bytes, start) == minuteText, bytes[start + 12] == UInt8(ascii: ":"), bytes[start + 15] == 0x20
    else { return nil }
    let tens = bytes[start + 13] &- 0x30
    let ones = bytes[start + 14] &- 0x30
    guard tens < 6, ones < 10 else { return nil }
    return Timestamp(microseconds: minuteStart + (Int64(tens) * 10 + Int64(ones)) * 1_000_000)
  }

  @inline(__always)
  private static func minuteText(_ bytes: borrowing Span<UInt8>, _ start: Int) -> (UInt64, UInt32) {
    (bytes.word(at: start), bytes.halfWord(at: start + 8))
  }

  /// The hour's beginning. Without a year: for the first line the latest that is not after the reference (a day of grace
  /// for clocks and zones), then the one nearest to the line before.
  private mutating func resolve(year: Int?, month: Int, day: Int, hour: Int) -> LocalHour? {
    usedLocalZone = true
    if let year { return Self.local(year, month, day, hour) }
    inferredYears = true
    let known = last.isKnown ? last : reference
    let around = Self.year(of: known)
    if last.isKnown, let year = Self.nearest(month, day, to: last, around),
      let time = Self.local(year, month, day, hour)
    {
      return time
    }
    var best: LocalHour?
    for candidate in stride(from: around + 1, through: around - 8, by: -1) {
      // Years further back only for a day that these three do not have.
      if candidate < around - 1, best != nil { break }
      guard let hour = Self.local(candidate, month, day, hour) else { continue }
      if !last.isKnown {
        if hour.start <= reference.microseconds + 86_400_000_000 { return hour }
      } else if best == nil || abs(hour.start - last.microseconds) < abs(best!.start - last.microseconds) {
        best = hour
      }
    }
    return best
  }

  /// The year in which a date is clearly nearest to a time: by two weeks and more nearer than in the years beside it.
  private static func nearest(_ month: Int, _ day: Int, to last: Timestamp, _ around: Int) -> Int? {
    guard day <= 28 else { return nil }
    let today = last.seconds / 86_400
    for year in [around, around + 1, around - 1] where abs(daysSince1970(year, month, day) - today) < 175 {
      return year
    }
    return nil
  }

  /// Local time to UTC; nil for a date that does not exist.
  private static func local(_ year: Int, _ month: Int, _ day: Int, _ hour: Int) -> LocalHour? {
    var parts = tm()
    func start(isDST: Int32) -> Int64 {
      parts = tm()
      parts.tm_year = Int32(year - 1900)
      parts.tm_mon = Int32(month - 1)
      parts.tm_mday = Int32(day)
      parts.tm_hour = Int32(hour)
      parts.tm_isdst = isDST
      return Int64(mktime(&parts)) * 1_000_000
    }
    let likely = start(isDST: -1)
    guard parts.tm_mday == day, parts.tm_mon == month - 1 else { return nil }
    // Under the other rule the same hour is another time only where the clock is put back.
    let otherRule: Int32 = parts.tm_isdst > 0 ? 0 : 1
    let other = start(isDST: otherRule)
    guard parts.tm_isdst == otherRule, parts.tm_hour == hour, other != likely else { return LocalHour(start: likely) }
    return LocalHour(start: min(likely, other), again: abs(likely - other))
  }

  private static func year(of time: Timestamp) -> Int {
    var seconds = time_t(time.seconds)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return Int(parts.tm_year) + 1900
  }

  /// Four digits and a blank, as some write the year.
  private static func yearAhead(_ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int) -> Int? {
    guard i + 4 < end, bytes[i + 4] == 0x20, bytes[i] &- 0x31 < 2 else { return nil }
    var at = i
    guard let year = digits(bytes, &at, i + 4, atMost: 4), at == i + 4, (1970...2200).contains(year) else { return nil }
    i = at + 1
    return year
  }

  // MARK: 2026-11-23T03:44:04

  /// Reads date, time, fraction and offset; nil when there is no such stamp. Does not look at what follows.
  mutating func isoStamp(_ bytes: borrowing Span<UInt8>, _ next: inout Int, _ end: Int) -> ISOStamp? {
    let start = next
    guard end - start >= 19, bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-") else {
      return nil
    }
    let separator = bytes[start + 10]
    guard separator == UInt8(ascii: "T") || separator == 0x20 else { return nil }
    var i = start
    guard let year = Self.digits(bytes, &i, end, atMost: 4), i == start + 4 else { return nil }
    i += 1
    guard let month = Self.digits(bytes, &i, end, atMost: 2), i == start + 7, (1...12).contains(month) else {
      return nil
    }
    i += 1
    guard let day = Self.digits(bytes, &i, end, atMost: 2), i == start + 10, day >= 1, day <= Self.days(in: month, year)
    else { return nil }
    i += 1
    guard let (hour, minute, second, micro) = Self.timeOfDay(bytes, &i, end) else { return nil }
    var offset: Int64?
    if i < end, bytes[i] == UInt8(ascii: "Z") {
      offset = 0
      i += 1
    } else if i + 2 < end, bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-") {
      var stop = i + 1
      while stop < end, stop - i < 6, bytes[stop] &- 0x30 < 10 || bytes[stop] == UInt8(ascii: ":") { stop += 1 }
      offset = Self.offset(bytes, i, stop)
      if offset != nil { i = stop }
    }
    next = i
    return ISOStamp(
      days: Self.daysSince1970(year, month, day), secondOfDay: Int64(hour * 3600 + minute * 60 + second),
      microsecond: micro, offset: offset, separator: separator)
  }

  mutating func resolve(_ stamp: ISOStamp) -> Timestamp {
    if let offset = stamp.offset { return resolve(stamp, offset: offset) }
    usedLocalZone = true
    let key = stamp.days * 24 + stamp.secondOfDay / 3600
    if key != isoKey {
      isoKey = key
      isoHour = Self.localHour(stamp) ?? LocalHour(start: key * 3_600_000_000)
    }
    return isoHour.time(stamp.secondOfDay % 3600 * 1_000_000 + stamp.microsecond, after: last)
  }

  func resolve(_ stamp: ISOStamp, offset: Int64) -> Timestamp {
    Timestamp(microseconds: (stamp.days * 86400 + stamp.secondOfDay - offset) * 1_000_000 + stamp.microsecond)
  }

  /// The zone is an abbreviation: UTC and offsets are understood, others mean the local zone.
  mutating func resolve(_ stamp: ISOStamp, zone: ByteRange, _ bytes: borrowing Span<UInt8>) -> Timestamp {
    if zone.count == 3, bytes[zone.lower] == UInt8(ascii: "U") || bytes[zone.lower] == UInt8(ascii: "G") {
      return resolve(stamp, offset: 0)
    }
    if let offset = Self.offset(bytes, zone.lower, zone.upper) { return resolve(stamp, offset: offset) }
    return resolve(stamp)
  }

  private static func localHour(_ stamp: ISOStamp) -> LocalHour? {
    var seconds = time_t(stamp.days * 86400)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return local(
      Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(stamp.secondOfDay / 3600))
  }

  /// `+01:00`, `+0100`, `+01` in seconds.
  static func offset(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    guard end - start >= 3, bytes[start] == UInt8(ascii: "+") || bytes[start] == UInt8(ascii: "-") else { return nil }
    var i = start + 1
    guard let hours = digits(bytes, &i, end, atMost: 2), i == start + 3, hours <= 15 else { return nil }
    var minutes = 0
    if i < end, bytes[i] == UInt8(ascii: ":") { i += 1 }
    if i < end {
      guard let written = digits(bytes, &i, end, atMost: 2), i == end, written < 60 else { return nil }
      minutes = written
    }
    let seconds = Int64(hours * 3600 + minutes * 60)
    return bytes[start] == UInt8(ascii: "-") ? -seconds : seconds
  }

  // MARK: Parts

  /// `04:05:06` with up to nine digits of fraction, in which microseconds are kept.
  private static func timeOfDay(_ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int) -> (Int, Int, Int, Int64)? {
    guard i + 8 <= end, bytes[i + 2] == UInt8(ascii: ":"), bytes[i + 5] == UInt8(ascii: ":") else { return nil }
    let start = i
    guard let hour = digits(bytes, &i, end, atMost: 2), i == start + 2, hour < 24 else { return nil }
    i += 1
    guard let minute = digits(bytes, &i, end, atMost: 2), i == start + 5, minute < 60 else { return nil }
    i += 1
    guard let second = digits(bytes, &i, end, atMost: 2), i == start + 8, second <= 60 else { return nil }
    var micro: Int64 = 0
    if i + 1 < end, bytes[i] == UInt8(ascii: ".") || bytes[i] == UInt8(ascii: ","), bytes[i + 1] &- 0x30 < 10 {
      i += 1
      var scale: Int64 = 100_000
      while i < end, bytes[i] &- 0x30 < 10 {
        micro += Int64(bytes[i] &- 0x30) * scale
        scale /= 10
        i += 1
      }
    }
    return (hour, minute, second, micro)
  }

  private static func digits(_ bytes: borrowing Span<UInt8>, _ i: inout Int, _ end: Int, atMost: Int) -> Int? {
    let start = i
    var value = 0
    while i < end, i - start < atMost, bytes[i] &- 0x30 < 10 {
      value = value * 10 + Int(bytes[i] &- 0x30)
      i += 1
    }
    return i > start ? value : nil
  }

  private static func month(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Int? {
    switch (a, b, c) {
    case (0x4A, 0x61, 0x6E): 1
    case (0x46, 0x65, 0x62): 2
    case (0x4D, 0x61, 0x72): 3
    case (0x41, 0x70, 0x72): 4
    case (0x4D, 0x61, 0x79): 5
    case (0x4A, 0x75, 0x6E): 6
    case (0x4A, 0x75, 0x6C): 7
    case (0x41, 0x75, 0x67): 8
    case (0x53, 0x65, 0x70): 9
    case (0x4F, 0x63, 0x74): 10
    case (0x4E, 0x6F, 0x76): 11
    case (0x44, 0x65, 0x63): 12
    default: nil
    }
  }

  private static func days(in month: Int, _ year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// Days from civil, proleptic Gregorian calendar (the algorithm counts years from March).
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let y = Int64(month <= 2 ? year - 1 : year)
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * Int64(month + (month > 2 ? -3 : 9)) + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
