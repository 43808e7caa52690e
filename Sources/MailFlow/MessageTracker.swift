import EventRules
import MailEvents

/// Follows messages by queue ID from arrival to removal.
///
/// A part of a log may begin in the middle of messages. Such a part keeps them as *heads*, so that a merge with the part
/// before can join them; the first part of a log (`startsStream`) has nothing before it and settles them at once.
public struct MessageTracker: Sendable {
  struct Key: Sendable, Hashable {
    /// The hash that distinct counts of queue IDs use as well.
    var hash: UInt64
    var check: UInt64
  }

  /// How a message began, as far as this part of the log shows.
  enum Start: UInt8, Sendable, Equatable {
    /// Its first line is not here.
    case unseen
    /// It began inside the server (a bounce, a forwarded message), or its first line is not here.
    case within
    /// A client or a local program handed it over.
    case handedOver
  }

  struct Message: Sendable, Equatable {
    var key: Key
    var start: Start
    var first: Timestamp
    var last: Timestamp
    var sent: Int32 = 0
    var bounced: Int32 = 0
    var expired: Int32 = 0
    var reinjected: Int32 = 0
    var isHeld = false
    var isDiscarded = false
    var isExpired = false
    var wasDeferred = false
    /// A report of this server about another message to its sender.
    var isNotice = false
    /// A user of this server sent it: after a login, or on this host.
    var isOfUser = false
    /// Recipients whose last try failed, by hash.
    var waiting: [UInt64] = []
    /// Recipients settled here, while the beginning of the message is not (for a merge).
    var settled: [UInt64] = []
    var lastReason: UInt16 = 0
    /// What an earlier run of the program has counted of it.
    var carried = Carried.nothing

    /// As far as the log goes, it is still in the queue.
    var isWaiting: Bool {
      !waiting.isEmpty || carried != .all && sent == 0 && start != .unseen && bounced == 0
    }
  }

  /// Of a message that an earlier run has seen, what that run has counted.
  enum Carried: UInt8, Sendable, Equatable { case nothing, arrival, arrivalAndDeferral, all }

  /// Messages by outcome.
  public struct Outcomes: Sendable, Equatable {
    public var received = 0, delivered = 0, bounced = 0, expired = 0, discarded = 0, unknown = 0
    /// Messages that only passed through a filter of this server and came back under another queue ID.
    public var reinjected = 0
    /// Messages that were put off at least once, whatever became of them.
    public var deferred = 0
    /// Non-delivery and delay notifications of this server; none of the other counts has them.
    public var notices = 0

    mutating func merge(_ other: Outcomes) {
      received += other.received
      delivered += other.delivered
      bounced += other.bounced
      expired += other.expired
      discarded += other.discarded
      unknown += other.unknown
      reinjected += other.reinjected
      deferred += other.deferred
      notices += other.notices
    }
  }

  private let startsStream: Bool
  /// Index into `pool` + 1 by open addressing; 0 is empty.
  var slots: ContiguousArray<Int32>
  var pool: ContiguousArray<Message> = []
  var free: ContiguousArray<Int32> = []
  var live = 0
  private var closedHeads: [Key: Message] = [:]
  private(set) var outcomes = Outcomes()
  /// Messages that were not followed because there were too many at a time.
  public internal(set) var untracked = 0

  /// Messages in flight at most.
  static let limit = 1 << 20
  /// Waiting recipients that are told apart within a message.
  static let recipientLimit = 1000

  init(startsStream: Bool) {
    self.startsStream = startsStream
    slots = ContiguousArray(repeating: 0, count: 1024)
  }

  // MARK: Events

  ///
  /// - Returns: whether the event belongs to a message that a user of this server sent, as far as this part of the log shows.
  mutating func add(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) -> Bool {
    let start: Start
    switch event.head.event {
    case .messageBounceSent, .messageDelayWarned:
      if let id = values[.emailNextLocalId], !id.isConstant { noteNotice(Self.key(id, bytes), event.time) }
      return false
    case .messageClient, .messagePickup, .messageReceived: start = .handedOver
    case .messageId: start = .within
    case .messageQueued, .messageRemoved, .messageExpired, .messageHeld, .messageReleased,
      .messageDiscarded, .messageDeleted, .deliverySent, .deliveryDeferred, .deliveryBounced,
      .deliveryExpired, .deliverySuspended:
      start = .unseen
    default: return false
    }
    guard let id = values[.emailLocalId], !id.isConstant else { return false }
    let key = Self.key(id, bytes)
    var index = find(key)
    if index >= 0, start == .handedOver, pool[index].start != .within || pool[index].sent > 0 {
      // The queue ID is used again: the end of its former message was not logged.
      close(index)
      index = -1
    }
    if index < 0 {
      index = insert(Message(key: key, start: start, first: event.time, last: event.time))
      if index < 0 { return false }
    } else if start == .handedOver {
      pool[index].start = .handedOver
    }
    pool[index].last = event.time
    if start == .handedOver, Self.isOfUser(event, values) { pool[index].isOfUser = true }
    let isOfUser = pool[index].isOfUser
    apply(event, to: index, bytes, values)
    return isOfUser
  }

  /// A message that came after a login, or from a program on this host with a sender. A bounce has none.
  private static func isOfUser(_ event: FlowEvent, _ values: borrowing FieldValues) -> Bool {
    if values.has(.userName) { return true }
    switch event.head.event {
    case .messagePickup: return true
    case .messageReceived:
      return !values.hasAny(.clientIp, .clientDomain) && values[.smtpEnvelopeFrom]?.isEmpty == false
    default: return false
    }
  }

  private static func key(_ id: ByteRange, _ bytes: borrowing Span<UInt8>) -> Key {
    Key(
      hash: ByteHash.hash(bytes, id, seed: ByteHash.seed),
      check: ByteHash.hash(bytes, id, seed: ByteHash.seed &+ 0x9E37_79B9))
  }

  /// The message of this queue ID is a notification. Postfix says so after the first lines of the notification, Exim with
  /// its first line.
  private mutating func noteNotice(_ key: Key, _ time: Timestamp) {
    var index = find(key)
    if index < 0 { index = insert(Message(key: key, start: .within, first: time, last: time)) }
    if index >= 0 { pool[index].isNotice = true }
  }

  private mutating func apply(
    _ event: FlowEvent, to index: Int, _ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    switch event.head.event {
    case .messageId, .messageReceived: if isOwnReport(values[.emailMessageId], bytes) { pool[index].isNotice = true }
    case .deliverySent:
      pool[index].sent += 1
      settleRecipient(index, bytes, values)
      if values.has(.emailNextLocalId), isLoopback(values[.smtpRelayIp], bytes) {
        pool[index].reinjected += 1
      }
    case .deliveryBounced:
      pool[index].bounced += 1
      settleRecipient(index, bytes, values)
    case .deliveryExpired:
      pool[index].expired += 1
      settleRecipient(index, bytes, values)
    case .deliveryDeferred, .deliverySuspended:
      if let recipient = recipientHash(bytes, values), !pool[index].waiting.contains(recipient),
        pool[index].waiting.count < Self.recipientLimit
      {
        pool[index].waiting.append(recipient)
      }
      pool[index].wasDeferred = true
      if event.head.reason != 0 { pool[index].lastReason = event.head.reason }
    case .messageExpired: pool[index].isExpired = true
    case .messageHeld: pool[index].isHeld = true
    case .messageReleased: pool[index].isHeld = false
    case .messageDiscarded: pool[index].isDiscarded = true
    case .messageDeleted:
      pool[index].isDiscarded = true
      close(index)
    case .messageRemoved: close(index)
    default: break
    }
  }

  /// The message-id of a report that this program sent: it is no mail of a user.
  private func isOwnReport(_ id: ByteRange?, _ bytes: borrowing Span<UInt8>) -> Bool {
    guard let id, !id.isConstant else { return false }
    var i = id.lower
    if i < id.upper, bytes[i] == UInt8(ascii: "<") { i += 1 }
    for expected in Self.ownReportPrefix.utf8 {
      if i >= id.upper || bytes[i] != expected { return false }
      i += 1
    }
    return true
  }

  /// How the message-ids of this program's reports begin.
  public static let ownReportPrefix = "logscan-report."

  private func recipientHash(_ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues) -> UInt64? {
    guard let to = values[.smtpEnvelopeTo], !to.isConstant else { return nil }
    return ByteHash.hash(bytes, to, folding: true, seed: ByteHash.seed)
  }

  private mutating func settleRecipient(
    _ index: Int, _ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    let keepsSettled = !startsStream && pool[index].start != .handedOver
    guard keepsSettled || !pool[index].waiting.isEmpty, let recipient = recipientHash(bytes, values)
    else { return }
    if keepsSettled, pool[index].settled.count < Self.recipientLimit {
      pool[index].settled.append(recipient)
    }
    if let position = pool[index].waiting.firstIndex(of: recipient) {
      pool[index].waiting.remove(at: position)
    }
  }

  private func isLoopback(_ ip: ByteRange?, _ bytes: borrowing Span<UInt8>) -> Bool {
    guard let ip, !ip.isConstant, ip.count >= 3 else { return false }
    // Filters listen on 127.0.0.x; an address elsewhere in 127/8 is somebody's broken DNS.
    if ip.count > 8 {
      var i = ip.lower
      for expected in "127.0.0.".utf8 {
        if bytes[i] != expected { return false }
        i += 1
      }
      return true
    }
    return ip.count == 3 && bytes[ip.lower] == UInt8(ascii: ":") && bytes[ip.lower + 2] == UInt8(ascii: "1")
  }

  // MARK: Ends

  /// Takes a message out of the table and settles it, or keeps it for a merge when its beginning is not here.
  private mutating func close(_ index: Int) {
    let message = pool[index]
    remove(index)
    if message.start == .handedOver || startsStream || closedHeads[message.key] != nil {
      settle(message)
    } else {
      closedHeads[message.key] = message
    }
  }

  private mutating func settle(_ message: Message) {
    guard message.carried != .all else { return }
    if message.isNotice {
      if message.carried == .nothing { outcomes.notices += 1 }
      return
    }
    if message.wasDeferred, message.carried != .arrivalAndDeferral { outcomes.deferred += 1 }
    if message.reinjected > 0, message.reinjected == message.sent, message.bounced == 0 {
      outcomes.reinjected += 1
      return
    }
    if message.start != .unseen, message.carried == .nothing { outcomes.received += 1 }
    if message.isExpired || message.expired > 0 {
      outcomes.expired += 1
    } else if message.bounced > 0 {
      outcomes.bounced += 1
    } else if message.sent > 0 {
      outcomes.delivered += 1
    } else if message.isDiscarded {
      outcomes.discarded += 1
    } else {
      outcomes.unknown += 1
    }
  }

  /// Counts a message that is not settled.
  private mutating func countArrival(_ message: Message) {
    guard message.carried != .all else { return }
    if message.isNotice {
      if message.carried == .nothing { outcomes.notices += 1 }
      return
    }
    if message.wasDeferred, message.carried != .arrivalAndDeferral { outcomes.deferred += 1 }
    if message.start != .unseen, message.carried == .nothing { outcomes.received += 1 }
  }

  /// What is known at the end of the log.
  struct Final {
    var outcomes: Outcomes
    var waiting = 0
    var held = 0
    /// Hashes of the queue IDs of waiting messages, as distinct counts use them.
    var waitingIDs: Set<UInt64> = []
    /// Arrival of the oldest message that still waits.
    var oldestWaiting: Timestamp?
  }

  /// Settles everything. Open messages wait, are held, or have an end that was not logged.
  func finished() -> Final {
    var copy = self
    for head in closedHeads.values { copy.settle(head) }
    var final = Final(outcomes: Outcomes())
    for slot in slots where slot > 0 {
      let message = pool[Int(slot) - 1]
      if message.isHeld {
        final.held += 1
        copy.countArrival(message)
      } else if message.isWaiting {
        final.waiting += 1
        final.waitingIDs.insert(message.key.hash)
        copy.countArrival(message)
        if message.first.isKnown, message.first < final.oldestWaiting ?? Timestamp(microseconds: .max) {
          final.oldestWaiting = message.first
        }
      } else {
        copy.settle(message)
      }
    }
    final.outcomes = copy.outcomes
    return final
  }

  // MARK: Merging

  /// Appends the part of the log that follows.
  mutating func merge(_ next: MessageTracker) {
    outcomes.merge(next.outcomes)
    untracked += next.untracked
    for head in next.closedHeads.values { join(head, isClosed: true) }
    for slot in next.slots where slot > 0 {
      let message = next.pool[Int(slot) - 1]
      if message.start == .handedOver {
        let index = find(message.key)
        if index >= 0, next.closedHeads[message.key] == nil { close(index) }
        _ = insert(message)
      } else if next.closedHeads[message.key] == nil {
        join(message, isClosed: false)
      } else {
        _ = insert(message)
      }
    }
  }

  /// Joins a message that began before its part of the log with what this part knows of it.
  private mutating func join(_ head: Message, isClosed: Bool) {
    let index = find(head.key)
    guard index >= 0 else {
      if !isClosed {
        _ = insert(head)
      } else if startsStream || closedHeads[head.key] != nil {
        settle(head)
      } else {
        closedHeads[head.key] = head
      }
      return
    }
    pool[index].last = max(pool[index].last, head.last)
    if pool[index].start == .unseen { pool[index].start = head.start }
    pool[index].sent += head.sent
    pool[index].bounced += head.bounced
    pool[index].expired += head.expired
    pool[index].reinjected += head.reinjected
    pool[index].isHeld = head.isHeld
    pool[index].isDiscarded = pool[index].isDiscarded || head.isDiscarded
    pool[index].isExpired = pool[index].isExpired || head.isExpired
    pool[index].wasDeferred = pool[index].wasDeferred || head.wasDeferred
    pool[index].isNotice = pool[index].isNotice || head.isNotice
    if !head.settled.isEmpty { pool[index].waiting.removeAll { head.settled.contains($0) } }
    for recipient in head.waiting where !pool[index].waiting.contains(recipient) {
      pool[index].waiting.append(recipient)
    }
    if !startsStream, pool[index].start != .handedOver { pool[index].settled += head.settled }
    if head.lastReason != 0 { pool[index].lastReason = head.lastReason }
    if isClosed { close(index) }
  }
}
