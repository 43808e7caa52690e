import Glibc
import MailEvents
import Testing

@testable import Reports

@Suite struct TimeWordsTests {
  private let words = TimeWords(end: Samples.time(1, 2, 11), clock: Samples.clock)

  @Test func weekdaysWithinAWeekDatesBefore() {
    #expect(words.moment(Samples.time(1, 0, 14)) == "Mon 00:14")
    #expect(words.moment(Samples.time(-5, 23, 0)) == "Tue 23:00")
    // Seven days before Monday is a Monday too: the date says which.
    #expect(words.moment(Samples.time(-6, 23, 0)) == "16 Nov 2026 23:00")
    #expect(words.moment(Samples.time(2, 0, 0)) == "24 Nov 2026 00:00")
  }

  @Test func incidents() {
    func text(_ since: Timestamp?, _ until: Timestamp?, _ ongoing: Bool = false) -> String? {
      words.incident(since: since, until: until, isOngoing: ongoing)
    }
    #expect(text(Samples.time(1, 0, 14), nil, true) == "since Mon 00:14, ongoing")
    #expect(text(Samples.time(1, 0, 14), Samples.time(1, 0, 50)) == "Mon 00:14 – 00:50 (36 min)")
    #expect(
      text(Samples.time(0, 23, 0), Samples.time(1, 2, 12)) == "Sun 23:00 – Mon 02:12 (3 h 12 min)")
    #expect(text(Samples.time(1, 0, 14), Samples.time(1, 0, 14)) == "Mon 00:14")
    #expect(text(nil, Samples.time(1, 0, 14)) == "until Mon 00:14")
    #expect(text(nil, .unknown) == nil)
    #expect(text(nil, nil, true) == "ongoing")
  }

  @Test func windows() {
    #expect(
      words.window(since: Samples.time(0, 0, 0), until: Samples.time(1, 2, 11))
        == "Sun 22 Nov 00:00 – Mon 23 Nov 02:11 (+01:00)")
    #expect(
      words.window(since: Samples.time(0, 0, 0), until: Samples.time(60, 0, 0))
        == "Sun 22 Nov 2026 00:00 – Thu 21 Jan 2027 00:00 (+01:00)")
    #expect(words.window(since: nil, until: .unknown) == nil)
  }

  /// The own calendar agrees with the C library's.
  @Test func calendar() {
    var random = SeededRandom(1)
    for _ in 0..<20_000 {
      let seconds = Int64.random(in: -60_000_000_000...250_000_000_000, using: &random)
      let own = CivilTime(seconds: seconds, offset: 0)
      var time = time_t(seconds)
      var parts = tm()
      gmtime_r(&time, &parts)
      #expect(own.year == Int(parts.tm_year) + 1900)
      #expect(own.month == Int(parts.tm_mon) + 1)
      #expect(own.day == Int(parts.tm_mday))
      #expect(own.hour == Int(parts.tm_hour))
      #expect(own.minute == Int(parts.tm_min))
      #expect(own.second == Int(parts.tm_sec))
      #expect(own.weekday == Int(parts.tm_wday))
    }
  }

  @Test func theSystemsZoneIsThatOfTheCLibrary() {
    var time = time_t(Samples.time(0, 0, 0).seconds)
    var parts = tm()
    tzset()
    localtime_r(&time, &parts)
    #expect(WallClock.system.offset(at: Samples.time(0, 0, 0)) == parts.tm_gmtoff)
  }
}
