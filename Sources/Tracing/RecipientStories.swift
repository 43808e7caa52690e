import MailEvents

/// What became of each recipient, and of the message.
enum RecipientStories {
  static func tell(_ message: inout TraceMessage, logEnd: Timestamp) {
    var stories: [String: TraceMessage.Recipient] = [:]
    var order: [String] = []
    let ids = Set(message.events.map(\.queueHash))
    for event in message.events {
      guard let change = change(event, ids) else { continue }
      guard let address = event[.smtpEnvelopeTo] ?? event[.userName], !address.isEmpty else { continue }
      let key = address.lowercased()
      if stories[key] == nil {
        stories[key] = TraceMessage.Recipient(address: address)
        order.append(key)
      }
      apply(change, event, to: &stories[key]!)
    }
    message.recipients = order.compactMap { stories[$0] }
    message.status = status(message)
    if message.status == .waiting { message.nextTry = nextTry(message, logEnd: logEnd) }
  }

  /// The status that a line gives its recipient; nil when it says nothing of the kind.
  private static func change(_ event: TraceEvent, _ ids: Set<UInt64>) -> TraceStatus? {
    switch event.type {
    case .deliverySent:
      // Handed to a filter of this server: the message goes on under another queue ID.
      return event.nextHash != 0 && ids.contains(event.nextHash) && event.nextHash != event.queueHash ? nil : .delivered
    case .messageStored: return .delivered
    case .deliveryDeferred, .deliverySuspended: return .waiting
    case .deliveryBounced: return .bounced
    case .deliveryExpired: return .expired
    case .smtpRejected: return .rejected
    default: return nil
    }
  }

  private static func apply(_ status: TraceStatus, _ event: TraceEvent, to story: inout TraceMessage.Recipient) {
    // A refusal of one command does not undo what a delivery said.
    if status == .rejected, story.attempts > 0 { return }
    if event.type == .messageStored, story.status == .delivered { return }
    let stored = event.type == .deliverySent ? story.mailbox : ""
    story.status = status
    story.attempts += 1
    if !story.first.isKnown { story.first = event.time }
    story.last = event.time
    story.place = event.peer(.smtpRelayAddress, .smtpRelayIp) ?? event[.userMailbox] ?? event[.smtpTransport] ?? ""
    if event.type == .messageStored, let mailbox = event[.userMailbox] { story.mailbox = mailbox }
    if story.place == "none" { story.place = "" }
    if !stored.isEmpty { story.place = "mailbox \(stored)" }
    story.response = event[.smtpResponseText] ?? event[.eventReason] ?? ""
    story.reason = event.reason
  }

  /// The message's status: what needs attention first.
  private static func status(_ message: TraceMessage) -> TraceStatus {
    let types = message.events.map(\.type)
    let isHeld = (types.lastIndex(of: .messageHeld) ?? -1) > (types.lastIndex(of: .messageReleased) ?? -1)
    let isOver = types.contains(.messageRemoved) || types.contains(.messageDeleted)
    if isHeld, !isOver { return .held }
    let found = Set(message.recipients.map(\.status))
    if found.contains(.waiting) {
      if types.contains(.messageExpired) { return .expired }
      return isOver && !found.contains(.bounced) ? .unknown : (isOver ? .bounced : .waiting)
    }
    if types.contains(.messageExpired) || found.contains(.expired) { return .expired }
    for status in [TraceStatus.bounced, .delivered] where found.contains(status) { return status }
    if types.contains(.messageDiscarded) || types.contains(.messageDeleted) { return .discarded }
    if found.contains(.rejected) || types.contains(.smtpRejected) { return .rejected }
    if types.contains(.messageRedirected) { return .delivered }
    if types.contains(.messageFiltered), isOver { return .filtered }
    // In the queue, and nothing was tried yet.
    if message.hasBeginning, !isOver { return .waiting }
    return .unknown
  }

  /// Postfix waits as long as the message is old, between five minutes and 4,000 s (qmgr(8), minimal_backoff_time); Exim
  /// doubles from a quarter of an hour. The next of both is at most as far away as the last wait was long, doubled.
  private static func nextTry(_ message: TraceMessage, logEnd: Timestamp) -> Timestamp? {
    let tries = message.events.filter { $0.type == .deliveryDeferred && $0.time.isKnown }
    guard let last = tries.last, message.first.isKnown else { return nil }
    let age = last.time.seconds - message.first.seconds
    let wait: Int64
    if last.server == .exim {
      wait = age < 7200 ? 900 : min(max(900, age / 3), 21_600)
    } else {
      wait = min(max(age, 300), 4000)
    }
    return Timestamp(microseconds: last.time.microseconds + wait * 1_000_000)
  }
}
