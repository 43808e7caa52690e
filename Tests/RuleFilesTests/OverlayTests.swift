import MailEvents
import RuleFiles
import Testing

@Suite("Laying rules over others")
struct OverlayTests {
  private static let patterns = """
    logscan: patterns/1
    program: exim
    patterns:
      - id: exim.completed
        match: 'Completed'
        event: message.removed
        samples: ['Completed']
      - id: exim.frozen
        match: 'Frozen'
        event: message.held
        reason: [network]
        set: {event.count: 1}
        samples: ['Frozen']
    """
  private static let reasons = """
    logscan: reasons/1
    group: network
    reasons:
      - {reason: connection.refused, contains: 'Connection refused', samples: [Connection refused]}
      - {reason: connection.timeout, contains: 'timed out', samples: [timed out]}
      - {reason: connection.timeout, contains: 'timed out', also: 'late', samples: [timed out late]}
    """
  private static let causes = """
    logscan: causes/1
    category: test
    causes:
      - id: some-cause
        title: Some cause
        severity: critical
        act: admin
        kind: explicit
        evidence: [{select: {event: message.held}}]
        fix: {postfix: [one], any: [two]}
        supersedes: [other]
        alternatives:
          - {kind: pattern, evidence: [{select: {event: message.removed}}]}
    """

  private var base: RuleSet {
    var rules = RuleSet()
    rules.overlay(load(Self.patterns, Self.reasons, Self.causes).rules)
    return rules
  }

  private func load(_ texts: String...) -> RuleLoader.Loaded {
    RuleLoader.load(
      texts.enumerated().map { (name: "\($0).yaml", text: $1) }, vocabulary: .forTests)
  }

  private func overlaid(_ text: String) -> (rules: RuleSet, problems: [String]) {
    var rules = base
    let loaded = load(text)
    let problems = loaded.problems + rules.overlay(loaded.rules, from: .user)
    return (rules, problems.map(\.description))
  }

  @Test("the first rules are no changes")
  func first() {
    #expect(base.changes.isEmpty)
    #expect(base.reasons.map(\.id) == ["network/connection-refused", "network/timed-out", "network/timed-out-2"])
  }

  @Test("a rule of the same id replaces, and ranks with the later file")
  func replaced() throws {
    let (rules, problems) = overlaid(
      "logscan: patterns/1\nprogram: exim\npatterns:\n"
        + "  - {id: exim.completed, match: 'Done', event: message.held, samples: [Done]}\n")
    #expect(problems.isEmpty)
    #expect(rules.patterns.map(\.id) == ["exim.frozen", "exim.completed"])
    #expect(rules.userPatterns == 1)
    let change = try #require(rules.changes.first)
    #expect(change.verb == .replaced)
    #expect(change.origin == .user)
    #expect(change.former?.line == 4)
  }

  @Test("an extended pattern has one more way to be written and keeps the rest")
  func extendedPattern() throws {
    let (rules, problems) = overlaid(
      """
      logscan: patterns/1
      patterns:
        - extends: exim.frozen
          match: 'Is frozen'
          else: greylisted
          set: {limit.value: 2}
          samples: ['Is frozen']
      """)
    #expect(problems.isEmpty)
    let rule = try #require(rules.patterns.last)
    #expect(rule.id == "exim.frozen")
    #expect(rule.templates.map(\.source) == ["Frozen", "Is frozen"])
    #expect(rule.event == .messageHeld)
    #expect(rule.reason == .classified(groups: ["network"], otherwise: "greylisted"))
    #expect(rule.constants.map(\.value) == ["1", "2"])
    #expect(rule.samples.count == 2)
    #expect(rules.userPatterns == 1)
    #expect(rules.changes.map(\.verb) == [.extended])
  }

  @Test("an extended reason knows more texts")
  func extendedReason() throws {
    let (rules, problems) = overlaid(
      """
      logscan: reasons/1
      reasons:
        - extends: network/connection-refused
          contains: ['nobody is listening']
          samples: ['nobody is listening']
      """)
    #expect(problems.isEmpty)
    let rule = try #require(rules.reasons.first { $0.id == "network/connection-refused" })
    #expect(rule.contains == ["Connection refused", "nobody is listening"])
  }

  @Test("an extended cause changes only what is named")
  func extendedCause() {
    let (rules, problems) = overlaid(
      """
      logscan: causes/1
      causes:
        - extends: some-cause
          severity: notice
          fix: {any: [call the boss]}
          supersedes: [third]
      """)
    #expect(problems.isEmpty)
    #expect(rules.causes.map(\.severity) == [.notice, .notice])
    #expect(rules.causes.map(\.title) == ["Some cause", "Some cause"])
    #expect(rules.causes[0].fix.map(\.steps) == [["one"], ["call the boss"]])
    #expect(rules.causes[0].supersedes == ["other", "third"])
    #expect(rules.causes.map(\.specificity) == [.explicit, .pattern])
  }

  @Test("muted reasons and causes take no part, muted patterns stay known")
  func muted() {
    var rules = base
    for text in [
      "logscan: patterns/1\nmute: ['exim.*']\n", "logscan: reasons/1\nmute: network/connection-refused\n",
      "logscan: causes/1\nmute: [some-cause]\n",
    ] {
      #expect(rules.overlay(load(text).rules).isEmpty)
    }
    #expect(rules.inForce.causes.isEmpty)
    #expect(rules.inForce.reasons.map(\.id) == ["network/timed-out", "network/timed-out-2"])
    #expect(rules.inForce.patterns.map(\.isMuted) == [true, true])
    #expect(rules.changes.map(\.verb) == [.muted, .muted, .muted, .muted])
  }

  @Test("a file may mute what it replaces: its own rules are on")
  func mutedAndReplaced() {
    let (rules, problems) = overlaid(
      "logscan: patterns/1\nprogram: exim\nmute: ['exim.*']\npatterns:\n"
        + "  - {id: exim.completed, match: 'Done', event: message.held, samples: [Done]}\n")
    #expect(problems.isEmpty)
    #expect(rules.patterns.map(\.isMuted) == [true, false])
  }

  @Test("of two reasons with the same text that of the later file comes first")
  func laterReason() {
    let (rules, problems) = overlaid(
      "logscan: reasons/1\ngroup: network\nreasons:\n"
        + "  - {reason: greylisted, contains: 'Connection refused', samples: [Connection refused]}\n")
    #expect(problems.isEmpty)
    #expect(rules.reasons.first?.reason == "greylisted")
    // A made-up id replaces nothing.
    #expect(rules.reasons.count == 4)
    #expect(rules.reasons.map(\.id).contains("network/connection-refused"))
  }

  @Test(
    "names the place of an id that no rule has",
    arguments: [
      (
        "logscan: patterns/1\npatterns:\n  - {extends: exim.frozzen, event: message.held}\n",
        "0.yaml:3:15: no pattern to extend has the id 'exim.frozzen'; did you mean 'exim.frozen'?"
      ),
      (
        "logscan: causes/1\nmute: [some-cuase]\n",
        "0.yaml:2:8: no cause to mute has the id 'some-cuase'; did you mean 'some-cause'?"
      ),
      ("logscan: reasons/1\nmute: ['zzz*']\n", "0.yaml:2:8: no reason to mute has the id 'zzz*'"),
      (
        "logscan: patterns/1\npatterns:\n  - {id: a, extends: exim.frozen}\n",
        "0.yaml:3:22: a rule has 'id' or 'extends', not both"
      ),
      (
        "logscan: causes/1\ncauses:\n  - {extends: some-cause, severty: info}\n",
        "0.yaml:3:27: unknown key 'severty' in an extension of a cause; did you mean 'severity'?"
      ),
    ])
  func unknown(text: String, expected: String) {
    #expect(overlaid(text).problems.contains(expected), "\(overlaid(text).problems)")
  }

  @Test("a pattern may name its own program")
  func ownProgram() {
    let loaded = load(
      "logscan: patterns/1\npatterns:\n  - {id: a, program: exim, match: 'a b', event: message.held, samples: ['a b']}\n"
    )
    #expect(loaded.problems.isEmpty)
    #expect(loaded.rules.patterns.map(\.programs) == [["exim"]])
    let without = load(
      "logscan: patterns/1\npatterns:\n  - {id: a, match: 'a b', event: message.held, samples: ['a b']}\n")
    #expect(without.problems.map(\.description).contains { $0.contains("'program' is missing") })
  }
}
