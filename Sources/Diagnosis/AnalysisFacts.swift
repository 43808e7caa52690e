import EventRules
import MailEvents
import MailFlow

extension Analysis {
  /// The figures of a ledger, without findings and inputs.
  public init(ledger: Ledger, scanner: borrowing LineScanner, fileNames: [String]) {
    self.init()
    hosts = scanner.hosts.map { String(decoding: $0, as: UTF8.self) }.sorted()
    since = ledger.first.isKnown ? ledger.first : nil
    until = ledger.last.isKnown ? ledger.last : nil
    lines.total = scanner.counts.total
    lines.recognised = scanner.counts.recognised
    lines.unrecognised = scanner.counts.unrecognised
    lines.foreign = scanner.counts.foreign
    lines.malformed = scanner.counts.malformed
    if scanner.counts.outside > 0 {
      assumptions.append("\(scanner.counts.outside) lines outside the time asked for were not used")
    }
    let outcomes = ledger.messageOutcomes()
    messages.received = outcomes.settled.received
    messages.delivered = outcomes.settled.delivered
    messages.bounced = outcomes.settled.bounced
    messages.expired = outcomes.settled.expired
    messages.discarded = outcomes.settled.discarded
    messages.unknown = outcomes.settled.unknown
    messages.waiting = outcomes.waiting
    messages.held = outcomes.held
    deliveries.sent = ledger.deliveries.sent
    deliveries.deferred = ledger.deliveries.deferred
    deliveries.bounced = ledger.deliveries.bounced
    deliveries.expired = ledger.deliveries.expired
    rejects = ledger.rejects
    authenticationSucceeded = ledger.loginsSucceeded
    authenticationFailed = ledger.loginsFailed
    if let median = ledger.delays.quantile(0.5), let p99 = ledger.delays.quantile(0.99) {
      delay = Delay(median: median, p99: p99)
    }
    timeline = ledger.timeline.sorted { $0.key < $1.key }.map { number, counts in
      var hour = Hour(start: Timestamp(seconds: number * 3600))
      hour.delivered = counts.delivered
      hour.deferred = counts.deferred
      hour.bounced = counts.bounced
      hour.rejected = counts.rejected
      return hour
    }
    for (id, count) in ledger.reasonCounts.enumerated() where count > 0 {
      reasons[id == 0 ? "unclassified" : scanner.classifier.reasons[id], default: 0] += count
    }
    let shapes = scanner.shapes.ranked()
    unrecognisedShapes = shapes.count
    unrecognised = shapes.prefix(50).map { shape in
      Shape(
        shape: shape.shape, count: Int64(shape.count),
        example: Place(
          file: fileNames.indices.contains(Int(shape.place.file)) ? fileNames[Int(shape.place.file)] : "",
          line: shape.place.line, text: shape.text))
    }
  }
}
