import RuleFiles
import Testing

@Suite("Rules for what clients show")
struct ClientRuleTests {
  private static let text = """
    logscan: clients/1
    client: Some mailer
    errors:
      - id: a.first
        code: ['0x800CCC0E', '5.7.606-649']
        text: 'the "server" cannot be reached: *'
        means: It cannot be reached.
        causes: [mta-stopped]
        reason: [mailbox.full]
        log: nothing at all
        probe: [unit]
        try: [wait, try again]
        samples: ['0x800CCC0E']
      - id: a.second
        client: Another
        code: 550
        means: No.
        samples: ['550']
    """

  private func load(_ text: String) -> RuleLoader.Loaded {
    RuleLoader.load([(name: "my.yaml", text: text)], vocabulary: .forTests)
  }

  private func overlaid(_ text: String) -> (rules: RuleSet, problems: [String]) {
    var rules = load(Self.text).rules
    let loaded = load(text)
    let problems = loaded.problems + rules.overlay(loaded.rules)
    return (rules, problems.map(\.description))
  }

  @Test("are read with all they say")
  func reading() throws {
    let loaded = load(Self.text)
    #expect(loaded.problems.isEmpty, "\(loaded.problems)")
    let rule = try #require(loaded.rules.clients.first)
    #expect(rule.client == "Some mailer" && rule.codes.map(\.description) == ["0x800CCC0E", "5.7.606-649"])
    #expect(rule.causes == ["mta-stopped"] && rule.reasons == ["mailbox.full"] && rule.steps == ["wait", "try again"])
    #expect(loaded.rules.clients.map(\.client) == ["Some mailer", "Another"])
  }

  @Test(
    "mistakes are named with their place",
    arguments: [
      ("{id: x, code: 5.7, means: m, samples: [s]}", "my.yaml:4:19: '5.7' is no code"),
      ("{id: x, text: 'no', means: m, samples: [s]}", "'no' is too short; at least six letters or digits are needed"),
      ("{id: x, means: m, samples: [s]}", "x needs 'code' or 'text'"),
      ("{id: x, code: 550, samples: [s]}", "an error needs 'id' and 'means'"),
      ("{id: x, code: 550, means: m}", "x has no sample"),
      ("{id: x, code: 550, means: m, reason: mailbox.ful, samples: [s]}", "did you mean 'mailbox.full'?"),
      ("{id: x, code: 550, meens: m, samples: [s]}", "unknown key 'meens' in an error; did you mean 'means'?"),
    ])
  func mistakes(_ entry: String, _ expected: String) {
    let problems = load("logscan: clients/1\nclient: c\nerrors:\n  - \(entry)\n").problems.map(\.description)
    #expect(problems.contains { $0.contains(expected) }, "\(problems)")
  }

  @Test("read back from the program as they were written")
  func archive() {
    var rules = load(Self.text).rules
    rules.vocabulary.probes = ["unit": "asks systemd"]
    let text = RuleArchive.encodeClients(rules)
    var back = RuleSet()
    RuleArchive.decodeClients(bytes: Array(text.utf8), into: &back)
    #expect(RuleArchive.encodeClients(back) == text)
    #expect(back.clients.map(\.id) == ["a.first", "a.second"] && back.vocabulary.probes == ["unit": "asks systemd"])
  }

  @Test("can be replaced, extended and muted by their ids")
  func overlay() throws {
    let (rules, problems) = overlaid(
      """
      logscan: clients/1
      client: Mine
      mute: [a.sec*]
      errors:
        - {extends: a.first, text: 'one more text', means: Other., causes: [dovecot-stopped]}
      """)
    #expect(problems.isEmpty, "\(problems)")
    let first = try #require(rules.clients.first)
    #expect(first.texts.count == 2 && first.means == "Other." && first.causes == ["mta-stopped", "dovecot-stopped"])
    #expect(rules.inForce.clients.map(\.id) == ["a.first"])
    #expect(rules.changes.map(\.kind) == [.client, .client])
    #expect(
      overlaid("logscan: clients/1\nmute: [a.third]\n").problems.first?.contains("no client to mute has the id") == true
    )
    let replaced = overlaid(
      "logscan: clients/1\nclient: Mine\nerrors: [{id: a.first, code: 551, means: m, samples: ['551']}]\n")
    #expect(replaced.rules.clients.map(\.client) == ["Another", "Mine"])
  }

  @Test("what others change in them is passed over where they are not loaded")
  func leftOut() {
    var rules = RuleArchive.decode(bytes: Array(RuleArchive.encode(RuleSet()).utf8))
    let problems = rules.overlay(
      load("logscan: clients/1\nmute: [a.first]\nerrors: [{extends: a.second, means: m}]\n").rules)
    #expect(problems.isEmpty && rules.clients.isEmpty)
  }
}
