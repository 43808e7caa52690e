import RuleFiles
import Testing

@testable import EventRules

/// What `rules check --strict` finds out about rules.
@Suite("Strict check")
struct StrictCheckTests {
  private func problems(_ patterns: String, strict: Bool = true) -> [String] {
    let text = """
      logscan: patterns/1
      program: exampled
      patterns:
      \(patterns)
      """
    let loaded = RuleLoader.load([(name: "p.yaml", text: text)], vocabulary: RuleVocabulary())
    #expect(loaded.problems.isEmpty, "\(loaded.problems)")
    var checker = RuleChecker(rules: loaded.rules, strict: strict)
    return checker.check().map(\.text)
  }

  private func rule(_ match: String, _ line: String, _ gives: String, extra: String = "") -> String {
    """
      - id: test.rule
        match: '\(match)'
        event: smtp.rejected
        spoofable: [user.name]
    \(extra)    samples:
          - line: '\(line)'
            gives: {event: smtp.rejected, \(gives)}
    """
  }

  @Test("a value that the client writes in front of the address can imitate it")
  func forged() {
    let naive = rule(
      "user={user.name} from [{client.ip:ip}]{:rest}", "user=pc from [203.0.113.9] refused",
      "user.name: pc, client.ip: 203.0.113.9")
    let found = problems(naive)
    #expect(found.count == 1)
    #expect(found.first?.contains("makes client.ip '203.0.113.66' instead of '203.0.113.9'") == true, "\(found)")
    #expect(problems(naive, strict: false).isEmpty)
  }

  @Test("read from the end it cannot")
  func greedy() {
    let careful = rule(
      "user={user.name:greedy} from [{client.ip:ip}]", "user=pc from [203.0.113.9]",
      "user.name: pc, client.ip: 203.0.113.9")
    #expect(problems(careful).isEmpty, "\(problems(careful))")
  }

  @Test("what is known to be forgeable is no problem")
  func known() {
    let naive = rule(
      "user={user.name} from [{client.ip:ip}]{:rest}", "user=pc from [203.0.113.9] refused",
      "user.name: pc, client.ip: 203.0.113.9", extra: "    forgeable: [client.ip, event]\n")
    #expect(problems(naive).isEmpty, "\(problems(naive))")
  }

  @Test("a field that no sample expects is named")
  func unexpected() {
    let found = problems(
      rule("user=<{user.name:greedy}> size={smtp.size:int}", "user=<pc> size=12", "user.name: pc"))
    #expect(found == ["test.rule: no sample expects smtp.size"])
  }
}
