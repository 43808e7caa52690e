import Diagnosis
import EventRules
import LogSyntax
import MailEvents
import MailFlow
import RuleFiles

/// A log line read by the rules, and the causes that would count it.
struct LineReading {
  private(set) var rule: Int
  private(set) var event: EventType
  private(set) var reason: String?
  private(set) var statusCode: ErrorCode?
  private(set) var enhancedCode: ErrorCode?
  private(set) var causes: [(cause: String, isFirst: Bool)]

  /// Whether it begins like a log line.
  static func hasHeader(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: reference)))
    return framer.frame(bytes.span, ByteRange(0, bytes.count)).form != .bare
  }

  /// nil when no rule takes the line.
  init?(_ text: String, _ rules: RuleSet, builtinPatterns: Int) {
    let classifier = LineClassifier(rules: rules, builtinPatterns: builtinPatterns)
    let plan = CausePlan(rules: rules, classifier: classifier)
    var witness = Witness(
      ledger: Ledger(setup: Ledger.Setup(plan: plan.tallies, classifier: classifier), startsStream: true))
    var scanner = LineScanner(classifier: classifier)
    var framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: Self.reference)))
    let bytes = Array(text.utf8)
    scanner.scan(bytes.span, count: bytes.count, firstLine: 1, file: 0, framer: &framer, into: &witness)
    witness.ledger.finish()
    guard let head = witness.head else { return nil }
    rule = Int(head.rule)
    event = head.event
    reason = head.reason == 0 ? nil : classifier.reasons[Int(head.reason)]
    statusCode = witness.statusCode.flatMap { ErrorCode($0) }
    enhancedCode = witness.enhancedCode.flatMap { ErrorCode($0) }
    causes = plan.counting(witness.ledger)
  }

  /// Years that a line leaves out are of no consequence here.
  private static let reference: Int64 = 1_798_761_600

  /// Keeps what the first event says, and counts all.
  private struct Witness: EventSink {
    var ledger: Ledger
    var head: EventHead?
    var statusCode: String?
    var enhancedCode: String?

    init(ledger: Ledger) { self.ledger = ledger }

    mutating func register(program: Int32, name: String) { ledger.register(program: program, name: name) }

    mutating func receive(
      _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>,
      _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
    ) {
      if head == nil {
        head = event.head
        statusCode = values[.smtpResponseStatusCode].map { textValue($0, bytes, constants) }
        enhancedCode = values[.smtpResponseEnhancedStatusCode].map { textValue($0, bytes, constants) }
      }
      ledger.receive(event, frame, bytes, constants, values)
    }
  }
}
