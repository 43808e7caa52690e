import MailEvents
import MailFlow
import RuleFiles
import Testing

@testable import Diagnosis

@Suite("Inference")
struct InferenceTests {
  private func histogram(_ seconds: [Int64]) -> TimeHistogram {
    var histogram = TimeHistogram()
    for second in seconds { histogram.add(Timestamp(seconds: second)) }
    return histogram
  }

  @Test("the Wilson bound of few cases is low, of many high")
  func wilson() {
    #expect(abs(Confidence.wilsonLower(3, of: 3) - 0.44) < 0.01)
    #expect(abs(Confidence.wilsonLower(10, of: 10) - 0.72) < 0.01)
    #expect(abs(Confidence.wilsonLower(17, of: 17) - 0.82) < 0.01)
    #expect(Confidence.wilsonLower(0, of: 0) == 0)
  }

  private func incidents(_ failures: [Int64], _ successes: [Int64]) -> [Incident] {
    let first = failures.min() ?? 0
    return Incident.found(
      failures: histogram(failures), successes: histogram(successes), first: first, last: failures.max() ?? 0)
  }

  @Test("an incident begins where failures take over from successes")
  func onset() throws {
    let found = incidents(
      [500, 3600, 3660, 3720, 3780, 3840], Array(stride(from: 0, through: 3540, by: 60)))
    // The stray failure at 500 is not the beginning; the buckets are 64 s wide.
    let incident = try #require(found.first)
    #expect(found.count == 1 && incident.isOpen)
    #expect(incident.start > 3400 && incident.start <= 3600, "\(incident)")
  }

  @Test("trouble that comes and goes is several incidents; the open one matters")
  func recurrence() throws {
    let working = Array(stride(from: Int64(0), through: 1990, by: 10)).filter { !(500..<600).contains($0) && $0 < 1900 }
    let failing = Array(stride(from: Int64(500), to: 600, by: 10)) + Array(stride(from: Int64(1900), to: 2000, by: 10))
    // Bursts of failures that miss no success are none of them.
    let found = incidents(failing + [1200, 1201, 1202], working)
    #expect(found.map(\.isOpen) == [false, true])
    #expect(abs(found[0].start - 500) <= 32 && abs(found[0].end - 590) <= 32, "\(found)")
    #expect(Incident.main(of: found) == found[1])
  }

  @Test("a failure now and then among successes is no incident")
  func background() {
    let working = Array(stride(from: Int64(0), through: 1990, by: 10))
    #expect(incidents([105, 805, 1605], working).isEmpty)
    #expect(incidents([105, 805], []).isEmpty)
  }

  @Test("numbers are grouped, placeholders filled")
  func summary() {
    #expect(Summary.grouped(1_204_331) == "1,204,331")
    #expect(Summary.grouped(12) == "12")
    #expect(Summary.fill("{events} of {user.name} {", { $0 == "events" ? "3" : nil }) == "3 of ? {")
    #expect(Summary.fill("service lmtp { mode = {x} }", { _ in nil }) == "service lmtp { mode = {x} }")
    #expect(Summary.fill("{events} messages from {events} addresses", { _ in "1" }) == "1 message from 1 address")
    #expect(Summary.placeholders("{events} and {distinct smtp.relay.ip}") == ["events", "distinct smtp.relay.ip"])
  }
}
