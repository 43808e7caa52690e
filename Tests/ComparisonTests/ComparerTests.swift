import Diagnosis
import MailEvents
import Testing

@testable import Comparison

@Suite("Findings against those of an earlier time")
struct ComparerTests {
  private static let day = 86400.0

  private func finding(
    _ cause: String, _ scope: [(String, String)] = [], messages: Int = 0, users: Int = 0, events: Int = 0,
    ongoing: Bool = false
  ) -> Finding {
    var finding = Finding(
      cause: cause, title: cause, severity: .warning, act: .admin, category: "test", confidence: 0.9)
    finding.scope = scope.map { (field: $0.0, value: $0.1) }
    finding.impact.messages = messages
    finding.impact.users = users
    finding.evidence = [Finding.Evidence(event: "e", reason: nil, count: events, first: nil, last: nil)]
    finding.ongoing = ongoing
    return finding
  }

  private func compared(
    _ now: [Finding], _ then: [Finding], seconds: Double = day, before: Double = day
  ) -> (kinds: [Finding.Change.Kind?], findings: [Finding], gone: [Finding]) {
    var now = now
    let earlier = EarlierPeriod(name: "before", coveredSeconds: before, findings: then)
    let gone = Comparer(with: earlier, coveredSeconds: seconds).compare(&now)
    return (now.map { $0.change?.kind }, now, gone)
  }

  @Test("what was not there is new, what is not there any more is gone")
  func newAndGone() throws {
    let result = compared([finding("a", messages: 3)], [finding("b", messages: 9)])
    #expect(result.kinds == [.new] && result.findings[0].change?.then == nil)
    let gone = try #require(result.gone.first)
    #expect(gone.cause == "b" && gone.change?.kind == .gone && gone.change?.then?.messages == 9)
    #expect(gone.change?.isUncertain == false)
  }

  @Test("little that is gone after a short time may be chance")
  func uncertain() {
    #expect(compared([], [finding("b", messages: 9)], seconds: 3600).gone[0].change?.isUncertain == true)
    #expect(compared([], [finding("b", messages: 2)]).gone[0].change?.isUncertain == true)
  }

  @Test(
    "worse and better are beyond chance and by half at least",
    arguments: [
      (20, 45, Finding.Change.Kind.worse), (45, 20, .better), (20, 40, .same), (2, 4, .same), (4, 2, .same),
      (1000, 1100, .same),
      (100_000, 140_000, .same), (100_000, 160_000, .worse), (0, 8, .worse), (0, 5, .same), (20, 20, .same),
    ])
  func margin(_ then: Int, _ now: Int, _ kind: Finding.Change.Kind) {
    let result = compared([finding("a", messages: now)], [finding("a", messages: then)])
    #expect(result.kinds == [kind])
  }

  @Test("figures are in proportion to the time")
  func rates() {
    let (then, now) = ([finding("a", messages: 240)], [finding("a", messages: 240)])
    #expect(compared(now, then, seconds: Self.day / 6, before: Self.day).kinds == [.worse])
    #expect(compared(now, then, seconds: Self.day, before: Self.day / 6).kinds == [.better])
    #expect(compared([finding("a", messages: 40)], then, seconds: Self.day / 6, before: Self.day).kinds == [.same])
  }

  @Test("without messages users count, and events where users do not differ")
  func users() {
    #expect(compared([finding("a", users: 40, events: 9)], [finding("a", users: 5, events: 9)]).kinds == [.worse])
    #expect(compared([finding("a", users: 1, events: 90)], [finding("a", users: 1, events: 9)]).kinds == [.worse])
    // In ten times the time the same users come again.
    #expect(
      compared(
        [finding("a", users: 40, events: 90)], [finding("a", users: 40, events: 900)], seconds: Self.day,
        before: 10 * Self.day
      )
      .kinds == [.same])
  }

  @Test("what is over now and was not then has recovered, and the reverse")
  func turns() {
    let over = compared([finding("a", messages: 9)], [finding("a", messages: 9, ongoing: true)])
    #expect(over.kinds == [.better] && over.findings[0].change?.turn == .recovered)
    let again = compared([finding("a", messages: 9, ongoing: true)], [finding("a", messages: 9)])
    #expect(again.kinds == [.worse] && again.findings[0].change?.turn == .recurred)
  }

  @Test("the scope tells findings of one cause apart, whatever the order of its fields")
  func scopes() {
    let result = compared(
      [finding("a", [("x", "1"), ("y", "2")], messages: 9), finding("a", [("x", "3")], messages: 9)],
      [finding("a", [("y", "2"), ("x", "1")], messages: 9), finding("a", [("x", "4")], messages: 9)])
    #expect(result.kinds == [.same, .new])
    #expect(result.gone.map { $0.scope[0].value } == ["4"])
  }

  @Test("a folded finding is compared with all of its cause")
  func folded() {
    let one = [finding("a", messages: 30)]
    let several = [finding("a", [("x", "1")], messages: 16), finding("a", [("x", "2")], messages: 16)]
    let nowFolded = compared(one, several)
    #expect(nowFolded.kinds == [.same] && nowFolded.gone.isEmpty && nowFolded.findings[0].change?.then?.messages == 32)
    let thenFolded = compared(several, one)
    #expect(thenFolded.kinds == [.same, .same] && thenFolded.gone.isEmpty)
  }

  @Test("no figures and no time give no difference and no crash")
  func nothing() {
    #expect(compared([finding("a")], [finding("a")], seconds: 0, before: 0).kinds == [.same])
    #expect(compared([finding("a", messages: .max)], [finding("a", messages: .max)]).kinds == [.same])
  }
}

@Suite("The test of two rates")
struct RateTestTests {
  @Test("the tail of the binomial distribution is exact for few and close for many")
  func tail() {
    #expect(abs(RateTest.tail(5, of: 5, share: 0.5) - 1.0 / 32) < 1e-12)
    #expect(abs(RateTest.tail(4, of: 5, share: 0.5) - 6.0 / 32) < 1e-12)
    #expect(RateTest.tail(0, of: 9, share: 0.3) == 1)
    let (exact, approximate) = (RateTest.tail(1040, of: 2000, share: 0.5), RateTest.tail(1040.52, of: 2001, share: 0.5))
    #expect(abs(exact - approximate) < 0.002)
  }
}
