import MailEvents
import RuleFiles
import Testing

@Suite("Loading rule files")
struct RuleLoaderTests {
  private let words = RuleVocabulary.forTests

  private func load(_ text: String) -> RuleLoader.Loaded {
    RuleLoader.load([(name: "my.yaml", text: text)], vocabulary: words)
  }

  @Test("reads a pattern with its samples")
  func pattern() throws {
    let loaded = load(
      """
      logscan: patterns/1
      program: postfix/smtp
      patterns:
        - id: a.b
          match: 'connect to {smtp.relay.address:host}: {event.reason}'
          event: connection.failed
          direction: outbound
          reason: [network]
          samples:
            - line: 'connect to mx.example.net: Connection refused'
              gives: {event: connection.failed, smtp.relay.address: mx.example.net}
            - not: 'connect'
      """)
    #expect(loaded.problems.isEmpty)
    let rule = try #require(loaded.rules.patterns.first)
    #expect(rule.programs == ["postfix/smtp"])
    #expect(rule.event == .connectionFailed)
    #expect(rule.direction == .outbound)
    #expect(rule.reason == .classified(groups: ["network"], otherwise: "unclassified"))
    #expect(rule.samples.map(\.isNegative) == [false, true])
    #expect(rule.place.line == 4)
  }

  @Test("names file, line and column of a mistake and keeps the other rules")
  func mistake() {
    let loaded = load(
      """
      logscan: patterns/1
      program: exim
      patterns:
        - id: good
          match: 'Completed'
          event: message.removed
          samples: ['Completed']
        - id: bad
          match: 'Frozen'
          event: message.heldd
          samples: ['Frozen']
      """)
    #expect(loaded.rules.patterns.map(\.id) == ["good"])
    #expect(
      loaded.problems.map(\.description) == [
        "my.yaml:10:12: unknown event type 'message.heldd'; did you mean 'message.held'?"
      ])
  }

  @Test(
    "refuses what it does not know",
    arguments: [
      ("logscan: patterns/9\n", "unknown language version 'patterns/9'"),
      ("rules: []\n", "not a rule file"),
      ("logscan: [\n", "not YAML"),
      ("", "the file is empty"),
      ("logscan: patterns/1\nprogram: a\npattern: []\n", "did you mean 'patterns'?"),
      (
        "logscan: reasons/1\ngroup: g\nreasons:\n  - reason: mailbox.ful\n    contains: full\n    samples: [full]\n",
        "did you mean 'mailbox.full'?"
      ),
      (
        "logscan: reasons/1\ngroup: g\nreasons:\n  - reason: mailbox.full\n    contains: ab\n    samples: [ab]\n",
        "too short"
      ),
    ])
  func unknown(text: String, expected: String) {
    let loaded = load(text)
    #expect(loaded.problems.contains { $0.description.contains(expected) }, "\(loaded.problems)")
  }

  @Test("reports an id that is used twice")
  func repeated() {
    let rule = "  - {id: x, match: 'a b', event: message.removed, samples: ['a b']}\n"
    let loaded = load("logscan: patterns/1\nprogram: exim\npatterns:\n" + rule + rule)
    #expect(loaded.problems.contains { $0.text.contains("the id 'x' is taken") })
  }

  @Test("an archive reads back as the same rules")
  func archive() {
    let loaded = load(
      """
      logscan: causes/1
      category: test
      causes:
        - id: some-cause
          title: "A title with \\"quotes\\" and ünïcode"
          severity: warning
          act: admin
          kind: explicit
          scope: [smtp.relay.address]
          evidence:
            - select: {event: [delivery.deferred], reason: mailbox.full, smtp.relay.port: [25, '>=1000']}
              at_least: {events: 3, distinct destination.domain: 2}
              share_at_least: 62.5%
          contrary:
            - {select: {event: delivery.sent}, when: window, scope: elsewhere, says: it works}
          success: {event: delivery.sent}
          rivals: {other: 0.25}
          fix: {postfix: [one, two], any: three}
      """)
    #expect(loaded.problems.isEmpty, "\(loaded.problems)")
    var rules = loaded.rules
    rules.vocabulary = words
    let text = RuleArchive.encode(rules)
    let back = RuleArchive.decode(bytes: Array(text.utf8))
    #expect(RuleArchive.encode(back) == text)
    #expect(back.causes.first?.title == "A title with \"quotes\" and ünïcode")
    #expect(back.causes.first?.evidence.first?.shareAtLeast == 62.5)
    #expect(back.causes.first?.evidence.first?.atLeast.count == 2)
  }

  @Test("a later rule with the same id replaces the earlier one")
  func overlay() {
    var rules = load(
      "logscan: patterns/1\nprogram: exim\npatterns:\n  - {id: x, match: 'old', event: message.removed, samples: ['old']}\n"
    ).rules
    rules.overlay(
      load(
        "logscan: patterns/1\nprogram: exim\npatterns:\n  - {id: x, match: 'new', event: message.held, samples: ['new']}\n"
      ).rules)
    #expect(rules.patterns.map(\.event) == [.messageHeld])
  }

  @Test("proposes the nearest word, or none")
  func suggestions() {
    #expect(
      Suggestion.nearest(to: "conection.timeout", among: ["connection.timeout", "dns.ptr"]) == "connection.timeout")
    #expect(Suggestion.nearest(to: "zzzzzzzz", among: ["connection.timeout", "dns.ptr"]) == nil)
  }
}

extension RuleVocabulary {
  /// A few words, enough for these tests.
  static var forTests: RuleVocabulary {
    var words = RuleVocabulary()
    for name in [
      "connection.refused", "connection.timeout", "mailbox.full", "mailbox.unknown", "greylisted", "unclassified",
    ] {
      words.reasons.append((name: name, means: ""))
    }
    return words
  }
}
