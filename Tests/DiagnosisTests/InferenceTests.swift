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

  @Test("an incident begins where failures take over from successes")
  func onset() {
    let failures = histogram([500, 3600, 3660, 3720, 3780, 3840])
    let successes = histogram(Array(stride(from: 0, through: 3540, by: 60)))
    let onset = Onset.seconds(failures: failures, successes: successes, firstFailure: 500)
    // The stray failure at 500 is not the beginning; the buckets are 64 s wide.
    #expect(onset > 3400 && onset <= 3600, "\(onset)")
  }

  @Test("without successes the first failure is the beginning")
  func onsetAlone() {
    #expect(Onset.seconds(failures: histogram([100, 200]), successes: nil, firstFailure: 100) == 100)
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
