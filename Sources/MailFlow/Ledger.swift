import EventRules
import MailEvents

/// Everything counted of a log. A monoid: the ledgers of the parts of a log, merged in order, equal the ledger of the whole.
public struct Ledger: Sendable {
  /// What a ledger must know of the rules.
  public struct Setup: Sendable {
    public var plan: TallyPlan
    public var reasons: [String]
    public var ruleEvents: [EventType]

    public init(plan: TallyPlan, classifier: LineClassifier) {
      self.plan = plan
      reasons = classifier.reasons
      ruleEvents = classifier.rules.map(\.event)
    }
  }

  public struct Hour: Sendable, Equatable {
    public var delivered = 0, deferred = 0, bounced = 0, rejected = 0

    mutating func merge(_ other: Hour) {
      delivered += other.delivered
      deferred += other.deferred
      bounced += other.bounced
      rejected += other.rejected
    }
  }

  public struct Deliveries: Sendable, Equatable {
    public var sent = 0, deferred = 0, bounced = 0, expired = 0
    /// Put off without a try; `deferred` leaves these out.
    public var suspended = 0
  }

  public private(set) var tallies: TallySet
  public internal(set) var messages: MessageTracker
  public private(set) var access = AccessTable()
  public private(set) var domains = DomainTable()
  public private(set) var delays = DelayHistogram()
  public private(set) var deliveries = Deliveries()
  /// By reason id: of deliveries and rejects that did not succeed.
  public private(set) var reasonCounts: ContiguousArray<Int>
  /// By event type.
  public private(set) var eventCounts: ContiguousArray<Int>
  public private(set) var loginsSucceeded = 0
  public private(set) var loginsFailed = 0
  /// By hours since 1970.
  private var hours: [Int64: Hour] = [:]
  /// By server: its events over time.
  private var activities = ContiguousArray(repeating: TimeHistogram(), count: MailServer.allCases.count)
  public private(set) var first = Timestamp.unknown
  public private(set) var last = Timestamp.unknown

  private var hashes = FieldHashes()
  private var contexts = ProcessContexts()
  /// Events that wait for the context of their process, which is in the part of the log before this one.
  private var orphans: [Orphan] = []
  private let startsStream: Bool
  private var lastHour: (number: Int64, value: Hour)?
  private var serverCounts = ContiguousArray<Int>(repeating: 0, count: MailServer.allCases.count)
  /// By reason id: a reason that the process's own lines before may tell better.
  private var isVague: ContiguousArray<Bool>

  /// An event with its bytes, on its own.
  private struct Orphan: Sendable {
    var event: FlowEvent
    var bytes: [UInt8]
    var ranges: [(field: Field, range: ByteRange)]
    /// Texts of the rules; only of an orphan that is kept.
    var constants: [UInt8] = []

    var values: FieldValues {
      var values = FieldValues()
      for (field, range) in ranges { values.set(field, range) }
      return values
    }
  }

  static let orphanLimit = 1000
  /// Hours kept at most (two years).
  static let hourLimit = 24 * 731

  /// - Parameter startsStream: nothing precedes this part of the log.
  public init(setup: Setup, startsStream: Bool) {
    tallies = TallySet(plan: setup.plan, reasonCount: setup.reasons.count, ruleEvents: setup.ruleEvents)
    messages = MessageTracker(startsStream: startsStream)
    reasonCounts = ContiguousArray(repeating: 0, count: setup.reasons.count)
    eventCounts = ContiguousArray(repeating: 0, count: EventType.allCases.count)
    self.startsStream = startsStream
    let vague = ["tls.handshake-failure", "tls.certificate-unverified", "tls.connection-closed"]
    isVague = ContiguousArray(setup.reasons.map { vague.contains($0) })
  }

  public mutating func register(program: Int32, name: String) {
    while tallies.programNames.count <= Int(program) { tallies.programNames.append("") }
    tallies.programNames[Int(program)] = name
  }

  public var programCount: Int { tallies.programNames.count }

  // MARK: Adding

  /// Counts one event. `values` are ranges of `bytes` or of `constants`.
  public mutating func add(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    note(event.time)
    let server = Self.index(event.server)
    activities[server].add(event.time, limit: TimeHistogram.manyBuckets)
    serverCounts[server] += 1
    eventCounts[Int(event.head.event.rawValue)] += 1
    if Self.needsContext(event, isVague: isVague[Int(event.head.reason)], values) {
      addWithContext(event, bytes, constants, values)
    } else {
      rememberContext(event, bytes, values)
      count(event, bytes, constants, values)
    }
  }

  private mutating func count(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    hashes.beginEvent()
    let isOfUser = messages.add(event, bytes, values)
    access.add(event, bytes, constants, values, &hashes)
    domains.add(event, isOfUser: isOfUser, bytes, constants, values, &hashes)
    tallies.add(event, bytes, constants, values, &hashes)
    switch event.head.event {
    case .deliverySent:
      deliveries.sent += 1
      hour(event.time) { $0.delivered += 1 }
      if let delay = values[.smtpDelay], let milliseconds = Self.milliseconds(delay, bytes) {
        delays.add(milliseconds: milliseconds)
      }
    case .deliveryDeferred:
      deliveries.deferred += 1
      reasonCounts[Int(event.head.reason)] += 1
      hour(event.time) { $0.deferred += 1 }
    case .deliverySuspended:
      deliveries.suspended += 1
      reasonCounts[Int(event.head.reason)] += 1
      hour(event.time) { $0.deferred += 1 }
    case .deliveryBounced:
      deliveries.bounced += 1
      reasonCounts[Int(event.head.reason)] += 1
      hour(event.time) { $0.bounced += 1 }
    case .deliveryExpired, .messageExpired:
      deliveries.expired += 1
      reasonCounts[Int(event.head.reason)] += 1
    case .smtpRejected:
      reasonCounts[Int(event.head.reason)] += 1
      hour(event.time) { $0.rejected += 1 }
    case .authSucceeded: loginsSucceeded += 1
    // The server that takes the message reports the login with it (Postfix sasl_username, Exim A=).
    case .messageClient, .messageReceived: if values.has(.userName), values.has(.saslMechanism) { loginsSucceeded += 1 }
    case .authFailed: loginsFailed += 1
    default: break
    }
  }

  public var rejects: Int { eventCounts[Int(EventType.smtpRejected.rawValue)] }

  public func count(of event: EventType) -> Int { eventCounts[Int(event.rawValue)] }

  private mutating func note(_ time: Timestamp) {
    guard time.isKnown else { return }
    if !first.isKnown || time < first { first = time }
    if !last.isKnown || time > last { last = time }
  }

  private mutating func hour(_ time: Timestamp, _ change: (inout Hour) -> Void) {
    guard time.isKnown else { return }
    let number = time.seconds / 3600
    if lastHour?.number != number {
      if let lastHour { hours[lastHour.number] = lastHour.value }
      if hours[number] == nil, hours.count >= Self.hourLimit { return }
      lastHour = (number, hours[number] ?? Hour())
    }
    change(&lastHour!.value)
  }

  /// Decimal seconds, or Exim's `1m30s`, `250ms`.
  static func milliseconds(_ range: ByteRange, _ bytes: borrowing Span<UInt8>) -> Int? {
    guard !range.isConstant else { return nil }
    var total = 0
    var i = range.lower
    while i < range.upper {
      var whole = 0
      var fraction = 0
      var scale = 100
      let start = i
      while i < range.upper, bytes[i] &- 0x30 < 10, whole < 1_000_000_000 {
        whole = whole * 10 + Int(bytes[i] &- 0x30)
        i += 1
      }
      if i == start { return nil }
      if i < range.upper, bytes[i] == UInt8(ascii: ".") {
        i += 1
        while i < range.upper, bytes[i] &- 0x30 < 10 {
          fraction += Int(bytes[i] &- 0x30) * scale
          scale /= 10
          i += 1
        }
      }
      var unit = 1000
      if i < range.upper {
        switch bytes[i] {
        case UInt8(ascii: "m"):
          if i + 1 < range.upper, bytes[i + 1] == UInt8(ascii: "s") {
            unit = 1
            i += 1
          } else {
            unit = 60_000
          }
        case UInt8(ascii: "h"): unit = 3_600_000
        case UInt8(ascii: "d"): unit = 86_400_000
        case UInt8(ascii: "w"): unit = 7 * 86_400_000
        case UInt8(ascii: "s"): break
        default: return nil
        }
        i += 1
      }
      total += whole * unit + fraction * unit / 1000
    }
    return total
  }

  // MARK: Context of a process

  @inline(__always)
  private static func needsContext(_ event: FlowEvent, isVague: Bool, _ values: borrowing FieldValues) -> Bool {
    guard event.pid >= 0, event.server == .postfix else { return false }
    switch event.head.event {
    case .tlsLibraryError: return !values.hasAny(.clientIp, .smtpRelayIp)
    case .deliveryDeferred, .deliveryBounced: return isVague
    default: return false
    }
  }

  private mutating func rememberContext(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    guard event.pid >= 0, event.server == .postfix else { return }
    switch event.head.event {
    case .tlsFailed, .tlsCertificateProblem: break
    default: return
    }
    let isOutbound = event.head.direction == .outbound
    let ip = values[isOutbound ? .smtpRelayIp : .clientIp]
    let name = values[isOutbound ? .smtpRelayAddress : .clientDomain]
    let isSpecific = event.head.reason != 0 && !isVague[Int(event.head.reason)]
    contexts.set(
      ProcessContexts.key(pid: event.pid, program: event.head.program),
      ProcessContexts.Context(
        time: event.time, direction: event.head.direction, peerIP: Self.copy(ip, bytes),
        peerName: Self.copy(name, bytes), reason: isSpecific ? event.head.reason : 0))
  }

  private static func copy(_ range: ByteRange?, _ bytes: borrowing Span<UInt8>) -> [UInt8] {
    guard let range, !range.isConstant else { return [] }
    var copy: [UInt8] = []
    for i in range.lower..<range.upper { copy.append(bytes[i]) }
    return copy
  }

  private mutating func addWithContext(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    let key = ProcessContexts.key(pid: event.pid, program: event.head.program)
    if !startsStream, !contexts.knows(key), orphans.count < Self.orphanLimit {
      var orphan = orphan(event, bytes, values)
      for i in 0..<constants.count { orphan.constants.append(constants[i]) }
      orphans.append(orphan)
      return
    }
    guard let context = contexts[key, at: event.time] else {
      count(event, bytes, constants, values)
      return
    }
    var event = event
    if event.head.event != .tlsLibraryError {
      if context.reason != 0 { event.head.reason = context.reason }
      count(event, bytes, constants, values)
      return
    }
    if !isVague[Int(event.head.reason)] { contexts.setReason(key, event.head.reason) }
    event.head.direction = context.direction
    countWithPeer(event, context, bytes, constants, values)
  }

  /// Counts an event with the peer of its process's context: in a buffer of its own, where the peer's text follows the line.
  private mutating func countWithPeer(
    _ event: FlowEvent, _ context: ProcessContexts.Context, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    var own = orphan(event, bytes, values)
    let isOutbound = context.direction == .outbound
    let ipStart = own.bytes.count
    own.bytes += context.peerIP
    let nameStart = own.bytes.count
    own.bytes += context.peerName
    if nameStart > ipStart { own.ranges.append((isOutbound ? .smtpRelayIp : .clientIp, ByteRange(ipStart, nameStart))) }
    if own.bytes.count > nameStart {
      own.ranges.append((isOutbound ? .smtpRelayAddress : .clientDomain, ByteRange(nameStart, own.bytes.count)))
    }
    count(own.event, own.bytes.span, constants, own.values)
  }

  private func orphan(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) -> Orphan {
    var event = event
    let offset = event.line.start
    let copy = Self.copy(event.line, bytes)
    var ranges: [(field: Field, range: ByteRange)] = []
    for field in values.fields {
      guard let range = values[field] else { continue }
      if range.isConstant {
        ranges.append((field, range))
      } else {
        ranges.append((field, ByteRange(range.lower - Int(offset), range.upper - Int(offset))))
      }
    }
    event.line = ByteRange(0, copy.count)
    return Orphan(event: event, bytes: copy, ranges: ranges)
  }

  // MARK: Merging

  /// Appends the ledger of the part of the log that follows. Both must have the same setup.
  public mutating func merge(_ next: Ledger) {
    for orphan in next.orphans {
      if orphans.count < Self.orphanLimit || startsStream || contexts.knows(Self.key(orphan)) {
        addWithContext(orphan.event, orphan.bytes.span, orphan.constants.span, orphan.values)
      } else {
        count(orphan.event, orphan.bytes.span, orphan.constants.span, orphan.values)
      }
    }
    contexts.merge(next.contexts)
    tallies.merge(next.tallies)
    messages.merge(next.messages)
    access.merge(next.access)
    domains.merge(next.domains)
    for i in activities.indices { activities[i].merge(next.activities[i], limit: TimeHistogram.manyBuckets) }
    delays.merge(next.delays)
    deliveries.sent += next.deliveries.sent
    deliveries.deferred += next.deliveries.deferred
    deliveries.bounced += next.deliveries.bounced
    deliveries.expired += next.deliveries.expired
    deliveries.suspended += next.deliveries.suspended
    for i in reasonCounts.indices { reasonCounts[i] += next.reasonCounts[i] }
    for i in eventCounts.indices { eventCounts[i] += next.eventCounts[i] }
    for i in serverCounts.indices { serverCounts[i] += next.serverCounts[i] }
    loginsSucceeded += next.loginsSucceeded
    loginsFailed += next.loginsFailed
    flushHour()
    for (number, hour) in next.timeline { hours[number, default: Hour()].merge(hour) }
    note(next.first)
    note(next.last)
  }

  private static func key(_ orphan: Orphan) -> UInt64 {
    ProcessContexts.key(pid: orphan.event.pid, program: orphan.event.head.program)
  }

  private mutating func flushHour() {
    if let lastHour { hours[lastHour.number] = lastHour.value }
    lastHour = nil
  }

  /// Counts by hours since 1970.
  public var timeline: [Int64: Hour] {
    var all = hours
    if let lastHour { all[lastHour.number] = lastHour.value }
    return all
  }

  /// A server's events over time.
  public func activity(of server: MailServer) -> TimeHistogram { activities[Self.index(server)] }

  /// All events over time: how busy the log was.
  public var activity: TimeHistogram {
    activities.reduce(into: TimeHistogram()) { $0.merge($1, limit: TimeHistogram.manyBuckets) }
  }

  public func events(of server: MailServer) -> Int { serverCounts[Self.index(server)] }

  private static func index(_ server: MailServer) -> Int {
    switch server {
    case .postfix: 0
    case .dovecot: 1
    case .exim: 2
    case .other: 3
    }
  }

  /// Settles what waited for more lines: the log ends here.
  public mutating func finish() {
    for orphan in orphans {
      count(orphan.event, orphan.bytes.span, orphan.constants.span, orphan.values)
    }
    orphans = []
    flushHour()
  }

  /// Messages by outcome at the end of the log.
  public func messageOutcomes() -> MessageOutcomes {
    let final = messages.finished()
    return MessageOutcomes(
      settled: final.outcomes, waiting: final.waiting, held: final.held,
      waitingIDs: final.waitingIDs, oldestWaiting: final.oldestWaiting)
  }
}

/// What became of all messages.
public struct MessageOutcomes: Sendable {
  public var settled: MessageTracker.Outcomes
  public var waiting: Int
  public var held: Int
  /// As distinct counts of queue IDs know them.
  var waitingIDs: Set<UInt64>
  public var oldestWaiting: Timestamp?

  /// How many of the messages in a distinct count of queue IDs still wait; nil when the count is not exact.
  public func waiting(among ids: DistinctSet) -> Int? {
    var count = 0
    for id in waitingIDs {
      guard let isIn = ids.contains(id) else { return nil }
      if isIn { count += 1 }
    }
    return count
  }
}
