import EventRules
import LogSyntax
import MailEvents
import RuleFiles
import Testing

@testable import MailFlow

/// A little log language for these tests: one event a line, as `TYPE key=value …`.
struct FlowScript {
  var ledger: Ledger
  private var line: Int64 = 0

  init(startsStream: Bool = true) {
    var rules = RuleSet()
    rules.vocabulary.reasons = [(name: "connection.timeout", means: "")]
    ledger = Ledger(
      setup: Ledger.Setup(plan: TallyPlan(), classifier: LineClassifier(rules: rules)), startsStream: startsStream)
    ledger.register(program: 0, name: "postfix/smtp")
  }

  mutating func play(_ text: String) {
    for row in text.split(separator: "\n") { add(String(row)) }
  }

  private mutating func add(_ row: String) {
    let bytes = Array(row.utf8)
    var values = FieldValues()
    var head = EventHead()
    var position = 0
    for (i, word) in row.split(separator: " ").enumerated() {
      defer { position += word.utf8.count + 1 }
      if i == 0 {
        head.event = EventType.named[String(word)]!
        continue
      }
      let key = String(word.prefix { $0 != "=" })
      values.set(Field.named[key]!, ByteRange(position + key.utf8.count + 1, position + word.utf8.count))
    }
    line += 1
    let none: [UInt8] = []
    ledger.add(
      FlowEvent(
        head: head, time: Timestamp(seconds: 1_700_000_000 + line), pid: 1, server: .postfix,
        place: LinePlace(file: 0, line: line), line: ByteRange(0, bytes.count)),
      bytes.span, none.span, values)
  }

  var outcomes: MessageOutcomes {
    var copy = ledger
    copy.finish()
    return copy.messageOutcomes()
  }
}

@Suite("Messages")
struct MessageTests {
  @Test("from arrival to removal")
  func delivered() {
    var script = FlowScript()
    script.play(
      """
      message.client email.local_id=AAAAA
      message.id email.local_id=AAAAA
      message.queued email.local_id=AAAAA
      delivery.sent email.local_id=AAAAA smtp.envelope.to=a@example.com
      delivery.sent email.local_id=AAAAA smtp.envelope.to=b@example.com
      message.removed email.local_id=AAAAA
      """)
    let outcomes = script.outcomes
    #expect(outcomes.settled.received == 1)
    #expect(outcomes.settled.delivered == 1)
    #expect(outcomes.waiting == 0)
    #expect(script.ledger.deliveries.sent == 2)
  }

  @Test("deferred and delivered later is delivered; one recipient still out is waiting")
  func waiting() {
    var script = FlowScript()
    script.play(
      """
      message.client email.local_id=AAAAA
      delivery.deferred email.local_id=AAAAA smtp.envelope.to=a@example.com
      delivery.deferred email.local_id=AAAAA smtp.envelope.to=b@example.com
      delivery.sent email.local_id=AAAAA smtp.envelope.to=a@example.com
      """)
    #expect(script.outcomes.waiting == 1)
    script.play(
      """
      delivery.sent email.local_id=AAAAA smtp.envelope.to=b@example.com
      message.removed email.local_id=AAAAA
      """)
    #expect(script.outcomes.waiting == 0)
    #expect(script.outcomes.settled.delivered == 1)
  }

  @Test("a queue ID that is used again is another message")
  func reused() {
    var script = FlowScript()
    for _ in 0..<3 {
      script.play(
        """
        message.client email.local_id=AAAAA
        delivery.sent email.local_id=AAAAA smtp.envelope.to=a@example.com
        message.removed email.local_id=AAAAA
        """)
    }
    script.play("message.client email.local_id=AAAAA\nmessage.client email.local_id=AAAAA")
    #expect(script.outcomes.settled.received == 5)
    #expect(script.outcomes.settled.delivered == 3)
    #expect(script.outcomes.waiting == 1)
  }

  @Test("a filter's re-injection is one message, not two")
  func reinjected() {
    var script = FlowScript()
    script.play(
      """
      message.client email.local_id=AAAAA
      message.client email.local_id=BBBBB
      delivery.sent email.local_id=AAAAA smtp.envelope.to=a@example.com smtp.relay.ip=127.0.0.1 email.next_local_id=BBBBB
      message.removed email.local_id=AAAAA
      delivery.sent email.local_id=BBBBB smtp.envelope.to=a@example.com smtp.relay.ip=192.0.2.1
      message.removed email.local_id=BBBBB
      """)
    #expect(script.outcomes.settled.received == 1)
    #expect(script.outcomes.settled.delivered == 1)
    #expect(script.outcomes.settled.reinjected == 1)
  }

  @Test("bounced, expired, held and discarded")
  func ends() {
    var script = FlowScript()
    script.play(
      """
      message.client email.local_id=AAAAA
      delivery.bounced email.local_id=AAAAA smtp.envelope.to=a@example.com
      message.removed email.local_id=AAAAA
      message.client email.local_id=BBBBB
      message.expired email.local_id=BBBBB
      message.removed email.local_id=BBBBB
      message.client email.local_id=CCCCC
      message.held email.local_id=CCCCC
      message.client email.local_id=DDDDD
      message.discarded email.local_id=DDDDD
      message.removed email.local_id=DDDDD
      """)
    let outcomes = script.outcomes
    #expect(outcomes.settled.bounced == 1)
    #expect(outcomes.settled.expired == 1)
    #expect(outcomes.settled.discarded == 1)
    #expect(outcomes.held == 1)
    #expect(outcomes.settled.received == 4)
  }

  @Test("the ledgers of the parts, merged in order, equal the ledger of the whole", arguments: 0..<40)
  func merging(seed: Int) {
    let ids = ["AAAAA", "BBBBB", "CCCCC"]
    var rows: [String] = []
    for _ in 0..<Int.random(in: 1...60) {
      let id = ids.randomElement()!
      let to = ["a@example.com", "b@example.com"].randomElement()!
      rows.append(
        [
          "message.client email.local_id=\(id)", "message.queued email.local_id=\(id)",
          "delivery.sent email.local_id=\(id) smtp.envelope.to=\(to)",
          "delivery.deferred email.local_id=\(id) smtp.envelope.to=\(to)",
          "delivery.bounced email.local_id=\(id) smtp.envelope.to=\(to)", "message.removed email.local_id=\(id)",
        ].randomElement()!)
    }
    // A removed message is not spoken of again until its queue ID arrives anew.
    var open: Set<String> = []
    rows = rows.filter { row in
      let id = String(row.split(separator: "=")[1].prefix(5))
      if row.hasPrefix("message.client") { return open.insert(id).inserted }
      if row.hasPrefix("message.removed") { return open.remove(id) != nil }
      return open.contains(id)
    }
    var whole = FlowScript()
    whole.play(rows.joined(separator: "\n"))
    var merged = FlowScript()
    var start = 0
    var isFirst = true
    while start < rows.count {
      let end = Int.random(in: start...rows.count)
      var part = FlowScript(startsStream: isFirst)
      part.play(rows[start..<end].joined(separator: "\n"))
      if isFirst { merged = part } else { merged.ledger.merge(part.ledger) }
      isFirst = false
      start = end == start ? start : end
      if Bool.random(), start < rows.count {
        var one = FlowScript(startsStream: false)
        one.play(rows[start])
        merged.ledger.merge(one.ledger)
        start += 1
      }
    }
    #expect(merged.outcomes.settled == whole.outcomes.settled, "\(rows)")
    #expect(merged.outcomes.waiting == whole.outcomes.waiting, "\(rows)")
    #expect(merged.ledger.deliveries == whole.ledger.deliveries)
  }

  @Test("thousands of messages in flight are all found again")
  func many() {
    var script = FlowScript()
    for i in 0..<5000 { script.play("message.client email.local_id=\(String(1_000_000 + i, radix: 16).uppercased())") }
    for i in (0..<5000).shuffled() {
      let id = String(1_000_000 + i, radix: 16).uppercased()
      script.play(
        "delivery.sent email.local_id=\(id) smtp.envelope.to=a@example.com\nmessage.removed email.local_id=\(id)")
    }
    #expect(script.outcomes.settled.delivered == 5000)
    #expect(script.outcomes.settled.received == 5000)
    #expect(script.outcomes.waiting == 0)
  }
}
