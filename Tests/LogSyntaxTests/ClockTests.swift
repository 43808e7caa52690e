import Glibc
import MailEvents
import Testing

@testable import LogSyntax

/// What stamps leave out: the year and the zone.
@Suite struct ClockTests {
  /// The times of an input's lines, in UTC.
  static func times(_ stamps: [String], lastWritten: String, isLocal: Bool = false) -> [String] {
    let log = Framing(reference: utc(lastWritten), isLocal: isLocal)
    return stamps.map { stamp in log.frame("\(stamp) mx postfix/qmgr[1]: x").seconds.map(inWords) ?? "none" }
  }

  // MARK: The year

  @Test(
    "the first line is of the latest year that is not after the file's modification time",
    arguments: [
      ("Nov 23 12:00:00", "2026-11-23 12:00:00", "2026-11-23 12:00:00"),
      ("Nov 23 12:00:00", "2026-12-31 23:59:59", "2026-11-23 12:00:00"),
      ("Nov 23 12:00:00", "2027-01-01 00:00:00", "2026-11-23 12:00:00"),
      ("Nov 25 12:00:00", "2026-11-23 12:00:00", "2025-11-25 12:00:00"),
      ("Jan  1 00:00:00", "2026-11-23 12:00:00", "2026-01-01 00:00:00"),
      ("Dec 31 23:59:59", "2026-01-01 00:00:00", "2025-12-31 23:59:59"),
    ])
  func firstLine(stamp: String, lastWritten: String, expected: String) {
    #expect(Self.times([stamp], lastWritten: lastWritten) == [expected])
  }

  @Test("a day of grace: the clock of the machine that wrote the log may be ahead")
  func grace() {
    #expect(Self.times(["Nov 24 11:00:00"], lastWritten: "2026-11-23 12:00:00") == ["2026-11-24 11:00:00"])
    #expect(Self.times(["Jan  1 00:00:01"], lastWritten: "2026-12-31 23:59:59") == ["2027-01-01 00:00:01"])
  }

  @Test("over New Year the year goes on, and back for a line that came late")
  func newYear() {
    let stamps = ["Dec 31 23:59:58", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  1 00:00:02"]
    let expected = ["2025-12-31 23:59:58", "2026-01-01 00:00:01", "2025-12-31 23:59:59", "2026-01-01 00:00:02"]
    #expect(Self.times(stamps, lastWritten: "2026-01-01 01:00:00") == expected)
  }

  @Test("a log may span a year and more when the lines are near each other")
  func longLog() {
    let stamps = ["Mar  1 00:00:00", "Jul  1 00:00:00", "Nov  1 00:00:00", "Feb  1 00:00:00", "Feb 28 00:00:00"]
    let expected = [
      "2025-03-01 00:00:00", "2025-07-01 00:00:00", "2025-11-01 00:00:00", "2026-02-01 00:00:00",
      "2026-02-28 00:00:00",
    ]
    #expect(Self.times(stamps, lastWritten: "2026-02-27 12:00:00") == expected)
  }

  @Test(
    "29 February is of a leap year",
    arguments: [
      ("2026-02-10 00:00:00", "2024-02-29 12:00:00"), ("2024-02-29 13:00:00", "2024-02-29 12:00:00"),
      ("2028-02-28 00:00:00", "2024-02-29 12:00:00"), ("2028-02-29 12:00:00", "2028-02-29 12:00:00"),
    ])
  func leapDay(lastWritten: String, expected: String) {
    #expect(Self.times(["Feb 29 12:00:00"], lastWritten: lastWritten) == [expected])
  }

  @Test("a leap day amid its neighbours")
  func leapDayInLine() {
    let got = Self.times(["Feb 28 23:59:59", "Feb 29 00:00:00", "Mar  1 00:00:00"], lastWritten: "2028-03-01 06:00:00")
    #expect(got == ["2028-02-28 23:59:59", "2028-02-29 00:00:00", "2028-03-01 00:00:00"])
  }

  @Test(
    "a year that is written counts, whatever the reference",
    arguments: ["Nov 23 2019 03:44:04", "Nov 23 03:44:04 2019"])
  func writtenYear(stamp: String) {
    #expect(Self.times([stamp], lastWritten: "2026-11-23 12:00:00") == ["2019-11-23 03:44:04"])
  }

  @Test("a day that no year has is no stamp", arguments: ["Feb 30 12:00:00", "Apr 31 12:00:00", "Nov 00 12:00:00"])
  func noSuchDay(stamp: String) {
    #expect(Self.times([stamp], lastWritten: "2026-11-23 12:00:00") == ["none"])
  }

  @Test("lines with a full date anchor those without")
  func anchored() {
    let got = Self.times(["2023-11-23T03:44:04Z", "Nov 23 03:44:05"], lastWritten: "2026-11-23 12:00:00")
    #expect(got == ["2023-11-23 03:44:04", "2023-11-23 03:44:05"])
  }

  // MARK: The zone

  /// Central European Time: an hour before UTC, two from the last Sunday of March to that of October.
  static let berlin = "CET-1CEST,M3.5.0,M10.5.0/3"

  @Test("a stamp without zone is local time, in summer and in winter")
  func summerTime() async {
    await #expect(processExitsWith: .success) {
      LocalZone.use(Self.berlin)
      for stamp in ["Jul  1 12:00:00", "2026-07-01T12:00:00"] {
        let got = Self.times([stamp, "Dec  1 12:00:00"], lastWritten: "2026-12-05 00:00:00", isLocal: true)
        #expect(got == ["2026-07-01 10:00:00", "2026-12-01 11:00:00"])
      }
    }
  }

  @Test("when the clock is put forward, the next second is one second later")
  func springForward() async {
    await #expect(processExitsWith: .success) {
      LocalZone.use(Self.berlin)
      for date in ["Mar 29", "2026-03-29"] {
        let got = Self.times(
          ["\(date) 01:59:59", "\(date) 03:00:00"], lastWritten: "2026-03-30 00:00:00", isLocal: true)
        #expect(got == ["2026-03-29 00:59:59", "2026-03-29 01:00:00"])
      }
    }
  }

  @Test("when the clock is put back, an hour comes twice and the time goes on")
  func fallBack() async {
    await #expect(processExitsWith: .success) {
      LocalZone.use(Self.berlin)
      for date in ["Oct 25", "2026-10-25"] {
        let stamps = ["01:59:59", "02:30:00", "02:59:59", "02:00:01", "02:00:00", "02:30:00", "03:00:00"]
        let got = Self.times(stamps.map { "\(date) \($0)" }, lastWritten: "2026-10-26 00:00:00", isLocal: true)
        let expected = ["23:59:59", "00:30:00", "00:59:59", "01:00:01", "01:00:00", "01:30:00", "02:00:00"]
        #expect(got == expected.enumerated().map { ($0 == 0 ? "2026-10-24 " : "2026-10-25 ") + $1 })
      }
    }
  }

  @Test("a written offset needs no zone")
  func offset() async {
    await #expect(processExitsWith: .success) {
      LocalZone.use("JST-9")
      let stamps = [
        "2026-11-23T04:44:04+01:00", "2026-11-23T03:44:04Z", "2026-11-22T22:44:04.5-05:00", "2026-11-23T09:29:04+05:45",
      ]
      let got = Self.times(stamps, lastWritten: "2026-11-23 12:00:00", isLocal: true)
      #expect(got == [String](repeating: "2026-11-23 03:44:04", count: 4))
    }
  }

  @Test("journalctl short-full: UTC and offsets are understood, other abbreviations are the local zone")
  func abbreviations() async {
    await #expect(processExitsWith: .success) {
      LocalZone.use("JST-9")
      let log = Framing(isLocal: true)
      let got = ["UTC", "GMT", "+01", "-0530", "JST"].map { zone in
        log.frame("Mon 2026-11-23 03:44:04 \(zone) mx postfix.service[1]: x").seconds.map { novemberMorning - $0 }
      }
      #expect(got == [0, 0, 3600, -19_800, 9 * 3600])
    }
  }

  // MARK: Steps

  @Test(
    "times that go back by more than two seconds are counted",
    arguments: [
      (["03:00:00", "03:00:10", "03:00:09", "03:00:08"], 0), (["03:00:10", "03:00:07"], 1),
      (["03:00:00", "02:00:00", "02:00:01", "01:00:00"], 2), (["03:00:10", "no time", "03:00:00"], 1),
    ])
  func stepsBack(times: [String], steps: Int) {
    let log = Framing()
    for time in times { log.frame("Nov 23 \(time) mx postfix/qmgr[1]: x") }
    #expect(log.clockStepsBack == steps)
  }

  @Test("records of the journal count, too")
  func stepsBackInJSON() {
    let log = Framing()
    for time in [1_795_405_444, 1_795_405_440] {
      log.frame(#"{"MESSAGE":"x","__REALTIME_TIMESTAMP":"\#(time)000000"}"#)
    }
    #expect(log.clockStepsBack == 1)
  }
}

/// `2026-11-23 03:44:04` in seconds since 1970, by the C library.
func utc(_ text: String) -> Int64 {
  let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) }
  guard numbers.count == 6 else { return .min }
  var parts = tm()
  (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
  (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
  return Int64(timegm(&parts))
}

/// Seconds since 1970 as `2026-11-23 03:44:04`.
func inWords(_ seconds: Int64) -> String { formatted(seconds, "%Y-%m-%d %H:%M:%S") }

/// Seconds since 1970 as strftime(3) writes them, in UTC.
func formatted(_ seconds: Int64, _ format: String) -> String {
  var time = time_t(seconds)
  var parts = tm()
  gmtime_r(&time, &parts)
  var buffer = [CChar](repeating: 0, count: 64)
  let count = strftime(&buffer, buffer.count, format, &parts)
  return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
