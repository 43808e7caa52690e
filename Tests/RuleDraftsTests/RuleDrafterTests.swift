import BuiltinRules
import EventRules
import MailEvents
import MailFlow
import RuleFiles
import Testing

@testable import RuleDrafts

@Suite("Drafting rules")
struct RuleDrafterTests {
  private static let rules = BuiltinRules.load()
  private static let words = LogWords.of(rules)

  private func draft(_ messages: [String], program: String = "postfix/smtpd", limit: Int = 20) -> RuleDrafter.Result {
    var missed = MissedLines(knownWords: Self.words)
    for (number, message) in messages.enumerated() {
      missed.add(Array(message.utf8), program: program, at: LinePlace(file: 0, line: Int64(number + 1)))
    }
    var drafter = RuleDrafter(rules: Self.rules, builtinPatterns: Self.rules.patterns.count)
    return drafter.draft(missed, limit: limit)
  }

  private func only(_ messages: String..., program: String = "postfix/smtpd") throws -> RuleDraft {
    let result = draft(messages, program: program)
    #expect(result.drafts.count == 1, "\(result)")
    return try #require(result.drafts.first)
  }

  @Test("names values by the words before them")
  func fields() throws {
    let draft = try only(
      "3F2A91C0D1: gizmo handled client=mail.example.com[10.1.2.3]:4711, from=<ann@corp.test>, to=<bob@corp.test>, size=55"
    )
    #expect(
      draft.match
        == "{email.local_id:queueid}: gizmo handled client={client.domain:host}[{client.ip:ip}]:{client.port:int}, "
        + "from=<{smtp.envelope.from:address}>, to=<{smtp.envelope.to:address}>, size={smtp.size:int}")
    #expect(
      draft.sample
        == "3F2A91C0D2: gizmo handled client=client.example.org[192.0.2.10]:4711, from=<sender@example.org>, "
        + "to=<recipient@example.net>, size=55")
    #expect(draft.gives.contains { $0 == ("client.ip", "192.0.2.10") })
    #expect(draft.count == 1)
  }

  @Test("sees from several lines which word is a name")
  func names() throws {
    let draft = try only(
      "gizmo quarantine released mail of amelia twice", "gizmo quarantine released mail of zebulon twice",
      "gizmo quarantine released mail of wilhelmina twice")
    #expect(draft.match == "gizmo quarantine released mail of {:word} twice")
    #expect(draft.sample == "gizmo quarantine released mail of example twice")
    #expect(draft.count == 3)
  }

  @Test("takes what differs behind a colon for the reason")
  func reason() throws {
    let draft = try only(
      "gizmo could not open connection to backend host-a.example.com: Connection refused",
      "gizmo could not open connection to backend host-b.example.com: Connection timed out",
      "gizmo could not open connection to backend host-b.example.com: Network is down today")
    #expect(draft.match.hasSuffix(": {event.reason}"))
    #expect(draft.event == .connectionFailed)
    #expect(draft.reasonGroups == ["network", "dns", "tls"])
    #expect(draft.gives.contains { $0 == ("reason", "connection.refused") })
  }

  @Test("widens a type until it takes all values")
  func types() throws {
    let draft = try only(
      "gizmo worker finished job after 12 runs", "gizmo worker finished job after 0.5 runs",
      "gizmo worker finished job after 1.25 runs")
    #expect(draft.match == "gizmo worker finished job after {:decimal} runs")
  }

  @Test("hides names and addresses in samples, and spells out nothing it cannot write")
  func hostile() throws {
    let draft = try only("gizmo said {hello} to user 'it''s \u{1B}[31m' at [2001:db9::7] \"<b>\"")
    #expect(draft.sample.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    #expect(draft.match.contains("{{hello}}"))
    #expect(!draft.sample.contains("2001:db9"))
    #expect(draft.yaml().utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 < 0x7F })
  }

  @Test(
    "drafts nothing that would take every line", arguments: ["alice: 4711", "[10.0.0.1] x1y2", "", "warning: 'a' b2"])
  func catchAll(message: String) {
    let result = draft([message])
    #expect(result.drafts.isEmpty)
    #expect(result.withoutWords.lines == 1)
  }

  @Test("gives every rule an id of its own")
  func ids() {
    let result = draft([
      "gizmo frobnicated seventeen widgets", "gizmo frobnicated seventeen widgets (x1)",
      "gizmo frobnicated seventeen widgets [1]",
    ])
    #expect(result.drafts.count == 3)
    #expect(Set(result.drafts.map(\.id)).count == 3)
    #expect(result.drafts.allSatisfy { $0.id.hasPrefix("postfix.smtpd.suggested-gizmo-frobnicated-seventeen-widgets") })
  }

  @Test("keeps to the limit and says what is left out")
  func limit() {
    let result = draft(
      ["gizmo one appears here", "gizmo one appears here", "gadget two vanished there", "widget three stumbled over"],
      limit: 1)
    #expect(result.drafts.map(\.count) == [2])
    #expect(result.beyondLimit.lines == 2)
    #expect(result.beyondLimit.shapes == 2)
  }

  @Test("drafts a long line by its beginning")
  func long() throws {
    let draft = try only("gizmo complains loudly about " + (0..<400).map { "w\($0)" }.joined(separator: " "))
    #expect(draft.match.hasSuffix("{event.reason}"))
  }

  @Test("keeps a bounded number of shapes and examples")
  func bounds() {
    var missed = MissedLines(knownWords: [])
    let letters = Array("abcdefghij")
    for number in 0..<(MissedLines.shapeLimit + 50) {
      let word = String("\(number)".map { letters[Int(String($0)) ?? 0] })
      for value in 0..<20 {
        missed.add(
          Array("gizmo \(word) \(value)".utf8), program: "exim", at: LinePlace(file: 0, line: Int64(number)))
      }
    }
    #expect(missed.shapes.count == MissedLines.shapeLimit)
    #expect(missed.overflow == 50 * 20)
    #expect(missed.shapes.allSatisfy { $0.examples.count <= MissedLines.exampleLimit && $0.count == 20 })
  }

  @Test(
    "the drafts of a server's lines are rules for all its programs",
    arguments: [("dovecot/", "dovecot/*"), ("", "postfix/*")])
  func wildcard(program: String, expected: String) throws {
    let draft = try only("gizmo stumbled over 17 widgets", program: program)
    #expect(draft.program == expected)
  }

  @Test(
    "guesses the event from the words",
    arguments: [
      ("cannot connect to backend", EventType.connectionFailed), ("connect from somewhere", .connectionOpened),
      ("login failed for somebody", .authFailed), ("gizmo table lookup error", .lookupFailed),
      ("gizmo started", .serviceStarted), ("no space left on device", .storageError),
      ("all is well", .serviceInformation), ("prefixed: unconnect tome", .serviceInformation),
    ])
  func events(message: String, expected: EventType) {
    #expect(EventGuess.event(of: message) == expected)
  }
}
