import MailEvents
import Testing

@testable import Reports

@Suite struct FiguresTests {
  @Test func separators() {
    #expect(Figures.grouped(0) == "0")
    #expect(Figures.grouped(999) == "999")
    #expect(Figures.grouped(1_204_331) == "1,204,331")
    #expect(Figures.grouped(-1000) == "-1,000")
    #expect(Figures.counted(1, "message") == "1 message")
    #expect(Figures.counted(0, "delivery", "deliveries") == "0 deliveries")
  }

  @Test(arguments: [
    (0.0, "0 s"), (0.001, "0.01 s"), (0.21, "0.21 s"), (0.8, "0.8 s"), (0.999, "1 s"),
    (9.94, "9.9 s"), (41, "41 s"),
    (59.7, "1 min"), (192, "3 min 12 s"),
  ])
  func seconds(value: Double, text: String) {
    #expect(Figures.seconds(value) == text)
  }

  @Test(arguments: [
    (11_520.0, "3 h 12 min"), (3600, "1 h"), (86400, "1 day"), (180_000, "2 days 2 h"),
    (45, "45 s"),
  ])
  func durations(value: Double, text: String) {
    #expect(Figures.duration(value) == text)
  }

  @Test(arguments: [
    (Int64(1), "1 byte"), (999, "999 bytes"), (1500, "1.5 kB"), (171_000_000, "171 MB"),
    (999_999_999, "1.0 GB"),
  ])
  func bytes(count: Int64, text: String) {
    #expect(Figures.bytes(count) == text)
  }

  @Test(arguments: [
    (12, 1_204_331, "0.001 %"), (0, 10, "0 %"), (1, 10_000_000, "less than 0.001 %"),
    (1, 3, "33 %"), (42, 1000, "4.2 %"),
    (9999, 10000, "99.9 %"), (10, 10, "100 %"), (1, 0, "0 %"),
  ])
  func percents(part: Int, whole: Int, text: String) {
    #expect(Figures.percent(part, of: whole) == text)
  }

  @Test func onlyCertaintyIsAHundred() {
    #expect(Figures.share(0.999) == 99)
    #expect(Figures.share(1) == 100)
    #expect(Figures.share(0.001) == 1)
    #expect(Figures.share(.nan) == 0)
  }
}
