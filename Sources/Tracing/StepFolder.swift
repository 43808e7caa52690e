import MailEvents

/// Lines in plain words, repetitions folded: `14 attempts, every 30 min`.
enum StepFolder {
  static func steps(_ message: TraceMessage, notices: [UInt64: TraceMessage]) -> [TraceMessage.Step] {
    let ids = Set(message.events.map(\.queueHash))
    var steps: [TraceMessage.Step] = []
    /// Where the last failed try of a recipient for a reason stands, while nothing else happened to it.
    var open: [String: Int] = [:]
    for event in message.events {
      // The verdict says that it is over.
      if event.type == .messageRemoved, message.status != .unknown { continue }
      guard var step = step(event, ids, notices) else { continue }
      step.queueID = event[.emailLocalId] ?? ""
      let key = "\(event.type.name) \(event[.smtpEnvelopeTo] ?? "") \(event.reason)"
      let folds =
        event.type == .deliveryDeferred || event.type == .deliverySuspended || event.type == .deliveryHostFailed
        || event.type == .messageSkipped
      if folds, let known = open[key] {
        steps[known].count += 1
        steps[known].until = event.time
        steps[known].detail = step.detail
        continue
      }
      if folds { open[key] = steps.count }
      steps.append(step)
    }
    return steps
  }

  /// Lines without message: the same thing by the same client is one step.
  static func others(_ events: [TraceEvent]) -> [TraceMessage.Step] {
    var steps: [TraceMessage.Step] = []
    var known: [String: Int] = [:]
    for event in events {
      guard var step = step(event, [], [:]) else { continue }
      let key = "\(event.type.name) \(event.reason) \(step.what)"
      if let index = known[key] {
        steps[index].count += 1
        steps[index].until = event.time
        continue
      }
      step.queueID = ""
      known[key] = steps.count
      steps.append(step)
    }
    return steps
  }

  private static func step(
    _ event: TraceEvent, _ ids: Set<UInt64>, _ notices: [UInt64: TraceMessage]
  ) -> TraceMessage.Step? {
    guard let words = EventWords.of(event, ids, notices) else { return nil }
    return TraceMessage.Step(
      time: event.time, until: event.time, what: words.what, detail: words.detail, place: event.place,
      isFailure: words.isFailure)
  }
}

/// What a line says, in plain words. Values from the log are untrusted and shown as they are; who prints them escapes them.
enum EventWords {
  struct Words {
    var what: String
    var detail = ""
    var isFailure = false
  }

  static func of(_ event: TraceEvent, _ ids: Set<UInt64>, _ notices: [UInt64: TraceMessage]) -> Words? {
    switch event.type {
    case .messageClient, .messagePickup, .messageReceived: return arrival(event)
    case .messageId: return nil
    // Postfix says so again before each try.
    case .messageQueued: return nil
    case .messageRemoved: return Words(what: "removed from the queue")
    case .messageExpired: return Words(what: "given up: it was in the queue for too long", isFailure: true)
    case .messageHeld: return Words(what: "put on hold", detail: text(event), isFailure: true)
    case .messageReleased: return Words(what: "released")
    case .messageDiscarded: return Words(what: "discarded", detail: text(event), isFailure: true)
    case .messageDeleted: return Words(what: "deleted from the queue by an administrator", isFailure: true)
    case .messageBounceSent: return notice("told the sender that it failed", event, notices)
    case .messageDelayWarned: return notice("told the sender that it is delayed", event, notices)
    case .messageSkipped: return Words(what: "not tried this time", detail: text(event))
    case .messageFiltered: return Words(what: "filtered", detail: text(event))
    case .messageStored: return stored(event)
    case .messageRedirected: return Words(what: "redirected" + to(event), detail: text(event))
    case .deliverySent: return sent(event, ids)
    case .deliveryDeferred: return failed("deferred", event)
    case .deliverySuspended: return failed("put off without a try", event)
    case .deliveryHostFailed: return failed("one host failed", event)
    case .deliveryBounced: return failed("bounced", event)
    case .deliveryExpired: return failed("given up", event)
    case .deliveryVerified: return Words(what: "address probe" + to(event), detail: text(event))
    case .filterVerdict, .policyResult: return Words(what: checked(event), detail: text(event))
    case .sieveAction: return Words(what: "filter script of \(event[.userName] ?? "the user")", detail: text(event))
    case .sieveError: return Words(what: "the filter script failed", detail: text(event), isFailure: true)
    case .smtpRejected: return Words(what: "refused" + command(event) + by(event), detail: text(event), isFailure: true)
    case .authSucceeded: return Words(what: "login of \(event[.userName] ?? "a user")" + from(event))
    case .authFailed, .authAttemptFailed:
      return Words(
        what: "failed login of \(event[.userName] ?? "a user")" + from(event), detail: text(event), isFailure: true)
    case .connectionOpened: return Words(what: "connection" + from(event))
    case .connectionClosed: return Words(what: "disconnected" + from(event))
    case .mailboxSession: return Words(what: "mailbox session of \(event[.userName] ?? "a user") ended")
    case .tlsEstablished: return nil
    default: return Words(what: event.type.name + from(event), detail: text(event))
    }
  }

  private static func arrival(_ event: TraceEvent) -> Words {
    var what = "received"
    if event.type == .messagePickup { what = "submitted on this host" }
    what += from(event)
    if let user = event[.userName], !user.isEmpty, event.type != .messagePickup { what += ", logged in as \(user)" }
    if let helo = event[.smtpHelo], !helo.isEmpty, helo != event[.clientDomain] { what += ", helo \(helo)" }
    return Words(what: what)
  }

  private static func sent(_ event: TraceEvent, _ ids: Set<UInt64>) -> Words {
    let isHandedOn = event.nextHash != 0 && ids.contains(event.nextHash) && event.nextHash != event.queueHash
    if isHandedOn {
      return Words(
        what: "handed to a filter\(via(event)) and back as \(event[.emailNextLocalId] ?? "")", detail: text(event))
    }
    return Words(what: "delivered" + to(event) + via(event) + path(event), detail: text(event))
  }

  private static func failed(_ what: String, _ event: TraceEvent) -> Words {
    let why = event.reason.isEmpty ? "" : ": \(event.reason)"
    return Words(what: what + to(event) + via(event) + path(event) + why, detail: text(event), isFailure: true)
  }

  private static func stored(_ event: TraceEvent) -> Words {
    let mailbox = event[.userMailbox].map { " \($0)" } ?? ""
    let user = event[.userName].map { " of \($0)" } ?? ""
    return Words(what: "stored in mailbox\(mailbox)\(user)")
  }

  private static func notice(_ what: String, _ event: TraceEvent, _ notices: [UInt64: TraceMessage]) -> Words {
    let id = event[.emailNextLocalId].map { " (\($0))" } ?? ""
    let outcome = notices[event.nextHash].map { ": \($0.status.rawValue)" } ?? ""
    return Words(what: what + id + outcome)
  }

  private static func checked(_ event: TraceEvent) -> String {
    let name = event[.filterName] ?? String(event.program.split(separator: "/").last ?? "")
    return name.isEmpty ? "checked" : "checked by \(name)"
  }

  // MARK: Parts

  private static func text(_ event: TraceEvent) -> String {
    event[.smtpResponseText] ?? event[.eventReason] ?? event[.tlsError] ?? ""
  }

  private static func to(_ event: TraceEvent) -> String {
    guard let to = event[.smtpEnvelopeTo], !to.isEmpty else { return "" }
    let original = event[.smtpEnvelopeOrigTo].flatMap { $0 == to || $0.isEmpty ? nil : " (for \($0))" } ?? ""
    return " to \(to)\(original)"
  }

  private static func via(_ event: TraceEvent) -> String {
    if let peer = event.peer(.smtpRelayAddress, .smtpRelayIp), peer != "none" {
      return " via \(peer)" + (event[.smtpRelayPort].map { ":\($0)" } ?? "")
    }
    return event[.smtpRelayPath].map { " via \($0)" } ?? ""
  }

  /// Exim's router and transport.
  private static func path(_ event: TraceEvent) -> String {
    switch (event[.smtpRouter], event[.smtpTransport]) {
    case (let router?, let transport?): " (router \(router), transport \(transport))"
    case (let router?, nil): " (router \(router))"
    case (nil, let transport?): " (transport \(transport))"
    case (nil, nil): ""
    }
  }

  private static func from(_ event: TraceEvent) -> String {
    event.peer(.clientDomain, .clientIp).map { " from \($0)" } ?? ""
  }

  private static func by(_ event: TraceEvent) -> String {
    let who = from(event)
    let sender = event[.smtpEnvelopeFrom].map { $0.isEmpty ? ", sender <>" : ", sender \($0)" } ?? ""
    return who + sender + (event[.smtpEnvelopeTo].map { ", recipient \($0)" } ?? "")
  }

  private static func command(_ event: TraceEvent) -> String {
    event[.smtpCommand].map { " at \($0)" } ?? ""
  }
}
