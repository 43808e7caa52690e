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
    if scanner.uncomparedRefusals > 0 {
      assumptions.append(
        "\(scanner.uncomparedRefusals) refusals were not compared with other files: what stands in Exim's main log and reject "
          + "log may count twice")
    }
    let outcomes = ledger.messageOutcomes()
    messages.received = outcomes.settled.received
    messages.delivered = outcomes.settled.delivered
    messages.bounced = outcomes.settled.bounced
    messages.expired = outcomes.settled.expired
    messages.discarded = outcomes.settled.discarded
    messages.unknown = outcomes.settled.unknown
    messages.waiting = outcomes.waiting
    messages.oldestWaiting = outcomes.oldestWaiting
    messages.held = outcomes.held
    messages.deferred = outcomes.settled.deferred
    messages.notices = outcomes.settled.notices
    deliveries.sent = ledger.deliveries.sent
    deliveries.deferred = ledger.deliveries.deferred + ledger.deliveries.suspended
    deliveries.suspended = ledger.deliveries.suspended
    deliveries.bounced = ledger.deliveries.bounced
    deliveries.expired = ledger.deliveries.expired
    rejects = ledger.rejects
    authenticationSucceeded = ledger.loginsSucceeded
    authenticationFailed = ledger.loginsFailed
    let delays = ledger.delays
    if let median = delays.quantile(0.5), let p90 = delays.quantile(0.9), let p99 = delays.quantile(0.99) {
      delay = Delay(median: median, p90: p90, p99: p99)
    }
    timeline = ledger.timeline.sorted { $0.key < $1.key }.map { number, counts in
      var hour = Hour(start: Timestamp(seconds: number * 3600))
      hour.delivered = counts.delivered
      hour.deferred = counts.deferred
      hour.bounced = counts.bounced
      hour.rejected = counts.rejected
      return hour
    }
    noteOverflow(of: ledger)
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

  /// Fills in the rows by domain and by user: at most so many, those with most events.
  public mutating func list(_ ledger: Ledger, rows: Int) {
    domains = ledger.domains.largest(rows).map { name, counts in
      var domain = Domain(name: name)
      domain.deliveries.sent = counts.sent
      domain.deliveries.deferred = counts.deferred
      domain.deliveries.bounced = counts.bounced
      domain.deliveries.expired = counts.expired
      domain.isOfUsers = counts.isOfUsers
      return domain
    }
    users = ledger.access.largestAccounts(rows).map { name, counts in
      var user = User(name: name)
      user.succeeded = counts.succeeded
      user.failed = counts.failed
      user.delivered = counts.delivered
      user.sent = counts.sent
      return user
    }
    domainCount = ledger.domains.count
    userCount = ledger.access.accountCount
  }

  /// Memory is bounded: what found no room is in the sums, and in no count by client, user or domain.
  private mutating func noteOverflow(of ledger: Ledger) {
    let keys = ledger.tallies.overflow.max() ?? 0
    if keys > 0 {
      assumptions.append("too many different clients or names: counts by name leave out up to \(keys) events")
    }
    if ledger.access.overflow + ledger.domains.overflow > 0 {
      assumptions.append(
        "too many users, addresses or domains: \(ledger.access.overflow + ledger.domains.overflow) events are in no row"
      )
    }
    if ledger.messages.untracked > 0 {
      assumptions.append(
        "too many messages at a time: \(ledger.messages.untracked) lines of messages were not followed")
    }
  }
}
