import Diagnosis
import Foundation
import MailEvents
import Reports
import Testing

@Suite struct JSONReportTests {
  private func object(_ analysis: Analysis) throws -> [String: Any] {
    let text = JSONReport.render(analysis)
    #expect(text.hasSuffix("}\n"))
    return try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func theContractsKeys() throws {
    let json = try object(Samples.critical)
    for key in [
      "logscan", "window", "inputs", "lines", "messages", "deliveries", "rejects", "authentication",
      "reasons",
      "findings", "noise", "unrecognised",
    ] {
      #expect(json[key] != nil, "\(key)")
    }
    let logscan = try #require(json["logscan"] as? [String: Any])
    #expect(logscan["schema"] as? Int == 1)
    #expect(logscan["version"] as? String == "0.1.0")
    #expect((json["window"] as? [String: String])?["until"] == "2026-11-23T01:11:00Z")
    let messages = try #require(json["messages"] as? [String: Int])
    #expect(
      Set(messages.keys) == [
        "received", "delivered", "waiting", "bounced", "expired", "discarded", "held", "unknown", "deferred", "notices",
      ])
    let finding = try #require((json["findings"] as? [[String: Any]])?.first)
    #expect(finding["cause"] as? String == "outbound-port-25-blocked")
    #expect(finding["severity"] as? String == "critical")
    #expect(finding["act"] as? String == "provider")
    #expect(finding["confidence"] as? Double == 0.97)
    #expect(finding["until"] == nil)
    let evidence = try #require((finding["evidence"] as? [[String: Any]])?.first)
    #expect((evidence["first"] as? [String: Any])?["line"] as? Int == 88123)
  }

  @Test func emptyAnalysis() throws {
    let json = try object(Analysis())
    #expect((json["findings"] as? [Any])?.isEmpty == true)
    #expect((json["window"] as? [String: Any])?.isEmpty == true)
    #expect(json["partial"] == nil)
  }

  /// Findings come in the order in which the text shows them.
  @Test func consequencesFollowTheirRoot() throws {
    var analysis = Samples.healthy
    var consequence = Samples.warning("The queue grows", cause: "queue-grows")
    consequence.consequenceOf = "outbound-port-25-blocked"
    analysis.findings = [
      Samples.portBlocked, Samples.warning("Other", cause: "other"), consequence,
    ]
    let json = try object(analysis)
    let findings = try #require(json["findings"] as? [[String: Any]])
    #expect(
      findings.map { $0["cause"] as? String } == [
        "outbound-port-25-blocked", "queue-grows", "other",
      ])
  }

  @Test(arguments: 0..<100)
  func keysAreSortedAndNothingIsNull(seed: Int) throws {
    var random = SeededRandom(UInt64(seed))
    let text = JSONReport.render(random.analysis())
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    #expect(!containsNull(value))
    for keys in try OrderedKeys.ofObjects(in: Array(text.utf8)) {
      for (before, after) in zip(keys, keys.dropFirst()) {
        #expect(before.utf8.lexicographicallyPrecedes(after.utf8), "\(before), \(after)")
      }
    }
  }

  private func containsNull(_ value: Any) -> Bool {
    switch value {
    case is NSNull: true
    case let object as [String: Any]: object.values.contains(where: containsNull)
    case let array as [Any]: array.contains(where: containsNull)
    default: false
    }
  }

  @Test func theSameAnalysisGivesTheSameBytes() {
    var random = SeededRandom(7)
    let analysis = random.analysis()
    #expect(JSONReport.render(analysis) == JSONReport.render(analysis))
  }
}
