import BuiltinRules
import Explanations
import RuleFiles
import Testing

@Suite("What an error means")
struct ExplainerTests {
  private static let rules = BuiltinRules.load(clients: true)
  private static let explainer = Explainer(rules: rules, builtinPatterns: rules.patterns.count)

  private func explain(_ question: String) throws -> Explanation {
    try #require(Self.explainer.explain(question), "\(question)")
  }

  @Test(
    "the likeliest cause comes first",
    arguments: [
      ("outbound-port-25-blocked", "outbound-port-25-blocked", Explanation.Kind.cause),
      ("550 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org", "remote-blocklisted", .reply),
      ("host mx.example.net[192.0.2.1] said: 552 5.2.2 Mailbox full", "remote-mailbox-full", .reply),
      ("552 5.3.4 Message size exceeds fixed limit", "remote-too-large", .reply),
      ("tls.certificate-name-mismatch", "remote-cert-hostname-mismatch", .reason),
      ("delivery.expired", "mail-expired", .event),
      ("0x800CCC92", "wrong-password-one-user", .client),
      ("0x800CCC7D", "own-key-unreadable", .client),
      ("SEC_ERROR_UNKNOWN_ISSUER", "own-cert-selfsigned", .client),
      ("Login to server imap.example.com with username ann failed", "wrong-password-one-user", .client),
      (
        "Unable to connect to your IMAP server. You may have exceeded the maximum number of connections to this server.",
        "imap-userip-limit", .client
      ),
      ("Cannot Verify Server Identity", "own-cert-expired", .client),
      ("5.4.6", "mail-loop", .code),
      (
        "Nov 23 09:46:38 mx postfix/smtp[31]: connect to mx.example.net[192.0.2.11]:25: Connection timed out",
        "outbound-port-25-blocked", .line
      ),
      ("No space left on device", "disk-full-mailstore", .text),
    ])
  func likeliest(_ question: String, _ cause: String, _ kind: Explanation.Kind) throws {
    let answer = try explain(question)
    #expect(answer.causes.first?.id == cause, "\(answer.causes.map(\.id))")
    #expect(answer.kinds.contains(kind), "\(answer.kinds)")
  }

  @Test("a reply inside a client's error counts as well, and what the client says comes first")
  func nested() throws {
    let answer = try explain(
      "Task 'Sending' reported error (0x800CCC79): 'The server rejected one of the recipients. Server response: 550 5.7.1 Relaying denied'"
    )
    #expect(answer.kinds == [.client, .reply])
    #expect(answer.reasons == ["relay.denied"])
    #expect(answer.causes.first?.id == "relay-access-denied")
    #expect(answer.steps.contains { $0.contains("authentication") })
  }

  @Test("the words of a reply outweigh its codes")
  func words() throws {
    let bare = try explain("550 5.7.1").causes.map(\.id)
    let worded = try explain("550 5.7.1 Relaying denied").causes.map(\.id)
    #expect(bare.contains("remote-blocklisted") && !worded.contains("remote-blocklisted"))
  }

  @Test("a paraphrase is answered as a guess, and says so")
  func similar() throws {
    let answer = try explain("thunderbird says the IMAP server exceeded its maximum number of open connections")
    #expect(answer.causes.first?.id == "imap-userip-limit")
  }

  @Test(
    "what nobody knows has no answer, but a near miss has a hint",
    arguments: ["frobnicate the gizmo", "hello", "", " "])
  func unknown(_ question: String) {
    #expect(Self.explainer.explain(question) == nil)
    #expect(Self.explainer.nearest(to: "outbound-port-25-blokced").first == "outbound-port-25-blocked")
  }

  @Test("likely causes bring what tells them apart, the checks and the fix")
  func complete() throws {
    let cause = try #require(try explain("0x800CCC02").causes.first)
    #expect(cause.id == "own-cert-expired")
    #expect(cause.evidence.first?.isEmpty == false && !cause.lookAlikes.isEmpty && !cause.fixes.isEmpty)
    #expect(cause.probes.allSatisfy { !$0.does.isEmpty } && !cause.probes.isEmpty)
  }

  @Test("titles and steps name what differs by its field")
  func placeholders() throws {
    for cause in Self.rules.causes where !cause.isAlternative {
      let shown = try #require(try explain(cause.id).causes.first)
      let texts = [shown.title] + shown.fixes.flatMap(\.steps)
      #expect(!texts.contains { $0.contains("{scope}") || $0.contains("{client.ip}") }, "\(cause.id)")
    }
  }

  /// Subject and detail of the registry of RFC 5248 (IANA, SMTP Enhanced Status Codes).
  private static let registered = [
    0: 0...0, 1: 0...10, 2: 0...4, 3: 0...6, 4: 0...7, 5: 0...6, 6: 0...10, 7: 0...30,
  ]

  @Test("every registered enhanced code has a meaning in three parts", arguments: registered.map { ($0.key, $0.value) })
  func registeredCodes(_ subject: Int, _ details: ClosedRange<Int>) throws {
    for detail in details {
      let names = try explain("5.\(subject).\(detail)").meanings.map(\.name)
      #expect(names.contains("x.\(subject).\(detail)") && names.contains("x.\(subject).x") && names.contains("5.x.x"))
    }
  }

  /// Reports of success, and what no cause of the catalogue is about.
  private static let withoutCause = ["1.5", "1.9", "3.3", "3.6", "5.0", "5.5", "5.4", "6.4", "6.6"]

  @Test("every registered failure leads by reason classes to causes", arguments: registered.map { ($0.key, $0.value) })
  func causesOfCodes(_ subject: Int, _ details: ClosedRange<Int>) throws {
    for detail in details where !Self.withoutCause.contains("\(subject).\(detail)") {
      let answer = try explain("5.\(subject).\(detail)")
      #expect(!answer.reasons.isEmpty && !answer.causes.isEmpty, "5.\(subject).\(detail)")
    }
  }

  @Test(
    "nothing in a question can do harm",
    arguments: [
      "\u{0}\u{1B}[31m", "{}{{{", "550 \u{202E}x", String(repeating: "a ", count: 8000), "\n\n",
      "5.7.1 5.7.1 0x 0xffffffffffffffffff",
    ])
  func hostile(_ question: String) {
    #expect(Self.explainer.explain(question)?.query != "")
  }
}

@Suite("Samples of rules for clients")
struct ClientCheckerTests {
  private func problems(_ entry: String) -> [String] {
    let loaded = RuleLoader.load([(name: "my.yaml", text: "logscan: clients/1\nclient: c\nerrors:\n  - \(entry)\n")])
    return (loaded.problems + ClientChecker.check(loaded.rules)).map(\.description)
  }

  @Test("must be answered by their own rule")
  func samples() {
    #expect(problems("{id: x, text: some known words, means: m, samples: ['say: some known words']}").isEmpty)
    #expect(
      problems("{id: x, text: some known words, means: m, samples: ['some words']}")
        == ["my.yaml:4:57: sample of x: no rule knows it"])
  }

  @Test("name only causes and probes that there are")
  func names() {
    let found = problems("{id: x, code: 550, means: m, causes: [nobody], probe: [nothing], samples: ['550']}")
    #expect(found.contains { $0.contains("names an unknown cause 'nobody'") })
    #expect(found.contains { $0.contains("names an unknown probe 'nothing'") })
  }
}
