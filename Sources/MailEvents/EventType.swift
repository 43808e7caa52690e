/// What a log line reports. The meaning and the outcome of each type stand in `patterns/vocabulary.yaml`; the rule
/// compiler refuses a vocabulary that lists other types than these.
public enum EventType: UInt8, CaseIterable, Sendable {
  case messageClient
  case messagePickup
  case messageId
  case messageQueued
  case messageReceived
  case messageRemoved
  case messageExpired
  case messageHeld
  case messageReleased
  case messageDiscarded
  case messageDeleted
  case messageBounceSent
  case messageDelayWarned
  case messageSkipped
  case messageFiltered
  case messageStored
  case messageRedirected
  case deliverySent
  case deliveryDeferred
  case deliveryBounced
  case deliveryExpired
  case deliverySuspended
  case deliveryHostFailed
  case deliveryVerified
  case connectionOpened
  case connectionClosed
  case connectionLost
  case connectionFailed
  case connectionRefused
  case connectionProtocolError
  case smtpRejected
  case smtpWarned
  case authSucceeded
  case authFailed
  case authAttemptFailed
  case authAborted
  case authUnavailable
  case tlsEstablished
  case tlsFailed
  case tlsLibraryError
  case tlsCertificateProblem
  case tlsUnavailable
  case dnsLookupFailed
  case dnsNameMismatch
  case dnsListed
  case serviceStarted
  case serviceStopped
  case serviceReloaded
  case serviceFailed
  case serviceThrottled
  case serviceLimitReached
  case serviceWarning
  case serviceInformation
  case configError
  case configWarning
  case lookupFailed
  case filterUnavailable
  case filterVerdict
  case policyResult
  case storageError
  case mailboxError
  case mailboxSession
  case sieveAction
  case sieveError
  case queueRun
  case queueCongested
  case systemOomKilled
  case systemClockStepped
  case logLost
  case logSilent
  /// What the program observes of the log as a whole.
  case logTimeWentBack, logUnrecognised
  case logContinuation

  /// The name in rule files and output, e.g. `delivery.deferred`.
  public var name: String {
    switch self {
    case .messageClient: "message.client"
    case .messagePickup: "message.pickup"
    case .messageId: "message.id"
    case .messageQueued: "message.queued"
    case .messageReceived: "message.received"
    case .messageRemoved: "message.removed"
    case .messageExpired: "message.expired"
    case .messageHeld: "message.held"
    case .messageReleased: "message.released"
    case .messageDiscarded: "message.discarded"
    case .messageDeleted: "message.deleted"
    case .messageBounceSent: "message.bounce-sent"
    case .messageDelayWarned: "message.delay-warned"
    case .messageSkipped: "message.skipped"
    case .messageFiltered: "message.filtered"
    case .messageStored: "message.stored"
    case .messageRedirected: "message.redirected"
    case .deliverySent: "delivery.sent"
    case .deliveryDeferred: "delivery.deferred"
    case .deliveryBounced: "delivery.bounced"
    case .deliveryExpired: "delivery.expired"
    case .deliverySuspended: "delivery.suspended"
    case .deliveryHostFailed: "delivery.host-failed"
    case .deliveryVerified: "delivery.verified"
    case .connectionOpened: "connection.opened"
    case .connectionClosed: "connection.closed"
    case .connectionLost: "connection.lost"
    case .connectionFailed: "connection.failed"
    case .connectionRefused: "connection.refused"
    case .connectionProtocolError: "connection.protocol-error"
    case .smtpRejected: "smtp.rejected"
    case .smtpWarned: "smtp.warned"
    case .authSucceeded: "auth.succeeded"
    case .authFailed: "auth.failed"
    case .authAttemptFailed: "auth.attempt-failed"
    case .authAborted: "auth.aborted"
    case .authUnavailable: "auth.unavailable"
    case .tlsEstablished: "tls.established"
    case .tlsFailed: "tls.failed"
    case .tlsLibraryError: "tls.library-error"
    case .tlsCertificateProblem: "tls.certificate-problem"
    case .tlsUnavailable: "tls.unavailable"
    case .dnsLookupFailed: "dns.lookup-failed"
    case .dnsNameMismatch: "dns.name-mismatch"
    case .dnsListed: "dns.listed"
    case .serviceStarted: "service.started"
    case .serviceStopped: "service.stopped"
    case .serviceReloaded: "service.reloaded"
    case .serviceFailed: "service.failed"
    case .serviceThrottled: "service.throttled"
    case .serviceLimitReached: "service.limit-reached"
    case .serviceWarning: "service.warning"
    case .serviceInformation: "service.information"
    case .configError: "config.error"
    case .configWarning: "config.warning"
    case .lookupFailed: "lookup.failed"
    case .filterUnavailable: "filter.unavailable"
    case .filterVerdict: "filter.verdict"
    case .policyResult: "policy.result"
    case .storageError: "storage.error"
    case .mailboxError: "mailbox.error"
    case .mailboxSession: "mailbox.session"
    case .sieveAction: "sieve.action"
    case .sieveError: "sieve.error"
    case .queueRun: "queue.run"
    case .queueCongested: "queue.congested"
    case .systemOomKilled: "system.oom-killed"
    case .systemClockStepped: "system.clock-stepped"
    case .logLost: "log.lost"
    case .logSilent: "log.silent"
    case .logTimeWentBack: "log.time-went-back"
    case .logUnrecognised: "log.unrecognised"
    case .logContinuation: "log.continuation"
    }
  }

  public static let named: [String: EventType] = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}
