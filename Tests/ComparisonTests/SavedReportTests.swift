import Diagnosis
import MailEvents
import Reports
import Testing

@testable import Comparison

@Suite("Reports of earlier runs")
struct SavedReportTests {
  private func read(_ text: String) throws -> EarlierPeriod {
    try SavedReport.read(Array(text.utf8), name: "last.json", schema: JSONReport.schema)
  }

  @Test("are read back as they were written")
  func roundTrip() throws {
    var analysis = Analysis()
    analysis.since = Timestamp(seconds: 1_795_305_600)
    analysis.until = Timestamp(microseconds: 1_795_392_000_250_000)
    analysis.coveredSeconds = 86_000.5
    var finding = Finding(
      cause: "some-cause", title: "A \"title\" with \u{1}, \\ and ünïcode 🦆", severity: .critical, act: .provider,
      category: "c", confidence: 0.75)
    finding.scope = [("user.name", "ann\n@example.com")]
    finding.impact.messages = 7
    finding.impact.users = 2
    finding.ongoing = true
    finding.since = Timestamp(seconds: 1_795_305_661)
    finding.evidence = [Finding.Evidence(event: "delivery.deferred", reason: "x", count: 12, first: nil, last: nil)]
    var gone = finding
    gone.cause = "gone-cause"
    gone.change = Finding.Change(kind: .gone, then: Finding.Change.Figures())
    analysis.findings = [finding]
    analysis.comparison = Analysis.Comparison(name: "n", since: nil, until: nil, coveredSeconds: 1, gone: [gone])

    let period = try read(JSONReport.render(analysis))
    #expect(period.since == analysis.since && period.until == analysis.until)
    #expect(period.coveredSeconds == 86_000.5)
    #expect(period.findings.count == 1, "what was gone then is not there")
    let back = try #require(period.findings.first)
    #expect(
      back.cause == finding.cause && back.title == finding.title && back.severity == .critical && back.act == .provider)
    #expect(back.scope.map(\.value) == ["ann\n@example.com"] && back.impact.messages == 7 && back.impact.users == 2)
    #expect(back.ongoing && back.since == finding.since && back.evidence.first?.count == 12)
  }

  private static let start = #"{"logscan": {"schema": 1}, "findings": "#

  @Test(
    "what is none is refused in a line",
    arguments: [
      ("", "it is not JSON"), ("[]", "is no saved report"), ("{\"a\": 1", "it is not JSON"),
      ("{}", "logscan is missing; write one with"),
      ("{\"logscan\": {\"schema\": 1}}", "findings is missing; write one with"),
      ("{\"logscan\": {\"schema\": 2}, \"findings\": []}", "is of another version (schema 2; this logscan reads 1)"),
      ("{\"logscan\": {\"schema\": 1e99}, \"findings\": []}", "is no saved report"),
      (start + "[1]}", "findings.0 is not what it should be"),
      (start + "[{\"cause\": \"a\"}]}", "findings.0.act is missing"),
      (start + "[]} x", "it is not JSON"),
      (start + "[tru]}", "it is not JSON"), (start + "[1 2]}", "it is not JSON"),
      (start + String(repeating: "[", count: 100_000), "it is not JSON"),
      ("{\"ignored\": " + String(repeating: "{\"a\":", count: 100_000), "it is not JSON"),
    ])
  func refused(_ text: String, _ expected: String) {
    let problem = #expect(throws: SavedReport.Problem.self) { try read(text) }
    #expect(problem?.text.contains(expected) == true, "\(problem?.text ?? "")")
    #expect(problem?.text.contains("\n") == false)
  }

  @Test("values that no report has do no harm")
  func strangeValues() throws {
    let period = try read(
      """
      {"window": {"since": "yesterday", "covered": -1e300}, "logscan": {"schema": 1}, "findings": [
        {"cause": "", "title": "\\u0000", "severity": "dreadful", "act": "nobody", "scope": {"x": ""},
         "impact": {"messages": -5}, "evidence": [{"count": -1}], "confidence": 9, "since": "2026-13-41T99:99:99Z"}]}
      """)
    let finding = try #require(period.findings.first)
    #expect(finding.impact.messages == 0 && finding.evidence[0].count == 0 && finding.severity == .notice)
    #expect(finding.confidence == 1 && finding.since == nil)
    #expect(period.coveredSeconds == 0 && period.since == nil && finding.title == "\u{0}")
  }

  @Test("no damage of a report is a crash", arguments: 0..<200)
  func damage(seed: Int) {
    var bytes = Array(
      (Self.start
        + #"[{"cause": "a", "title": "\u00e9\ud83e\udd86", "severity": "info", "act": "user", "scope": {}, "impact": {"messages": 1.5e3}}]}"#)
        .utf8)
    // A linear congruential generator: the same damage in every run.
    var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    for _ in 0...(seed % 5) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
    }
    if seed % 3 == 0 { bytes.removeLast(Int(state >> 40) % bytes.count) }
    let period = try? SavedReport.read(bytes, name: "n", schema: 1)
    #expect(period?.findings.count ?? 1 == 1)
  }
}
