import MailEvents
import Testing

@testable import LogSyntax

/// What stamps leave out: year and zone. The zone is the process's, so these tests run one after the other.
@Suite(.serialized) struct ClockTests {
  /// The times of lines of one input last written at `reference`, as seconds since 1970.
  func times(_ stamps: [String], reference: Int64, zone: String = "UTC") -> [Int64?] {
    LocalZone.use(zone)
    defer { LocalZone.use("UTC") }
    var framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: reference)))
    return stamps.map { framer.framed("\($0) mx postfix/qmgr[1]: x").seconds }
  }

  /// 2026-01-01 00:00:00 UTC.
  static let newYear: Int64 = 1_767_225_600

  @Test("over New Year the year goes on, though no line says so")
  func newYear() {
    let got = times(["Dec 31 23:59:59", "Jan  1 00:00:01"], reference: Self.newYear + 3600)
    #expect(got == [Self.newYear - 1, Self.newYear + 1])
  }

  @Test("a log of last autumn that was written last in December is not of this year")
  func lastYear() {
    let got = times(["Nov  3 00:00:00"], reference: Self.newYear - 86_400)
    #expect(got == [Self.newYear - 59 * 86_400])
  }

  @Test("29 February is of a leap year")
  func leapDay() {
    // 2024-02-29 12:00:00 UTC, in a file last touched in 2026.
    #expect(times(["Feb 29 12:00:00"], reference: Self.newYear + 40 * 86_400) == [1_709_208_000])
  }

  @Test("a day that no year has is no stamp", arguments: ["Feb 30 12:00:00", "Apr 31 12:00:00", "Nov 00 12:00:00"])
  func noSuchDay(stamp: String) {
    let got = times([stamp], reference: Self.newYear)
    #expect(got == [nil])
  }

  @Test("a stamp without zone is local time: an hour of summer time is known by the date")
  func summerTime() {
    let berlin = "CET-1CEST,M3.5.0,M10.5.0/3"
    // 2026-07-01 and 2026-12-01, noon in Berlin.
    let got = times(
      ["Jul  1 12:00:00", "Dec  1 12:00:00"], reference: 1_796_500_000, zone: berlin)
    #expect(got == [1_782_900_000, 1_796_122_800])
  }

  @Test("a written offset needs no zone")
  func offset() {
    let got = times(
      ["2026-11-23T04:44:04+01:00", "2026-11-23T03:44:04Z", "2026-11-22T22:44:04.5-05:00"], reference: Self.newYear,
      zone: "JST-9")
    #expect(got == [novemberMorning, novemberMorning, novemberMorning])
  }

  @Test("times that go back by more than two seconds are counted")
  func stepsBack() {
    LocalZone.use("UTC")
    var framer = HeaderFormTests.framer()
    for time in ["03:00:00", "03:00:10", "03:00:09", "02:00:00", "02:00:01"] {
      _ = framer.framed("Nov 23 \(time) mx postfix/qmgr[1]: x")
    }
    let (steps, hasInferred) = (framer.clockStepsBack, framer.inferredYears && framer.usedLocalZone)
    #expect(steps == 1)
    #expect(hasInferred)
  }
}
