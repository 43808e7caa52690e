import Glibc

/// What a conversation with one of our own services says: pure judgement.
struct OwnServiceJudge {
  let service: OwnServer.Service
  let target: String
  let name: String
  let now: Int64

  /// The probe that speaks about this protocol.
  private var talk: String { service.spoken.isSMTP ? "smtp-own" : "imap-own" }

  func judge(_ seen: ServiceSeen) -> [Observation] {
    let what = "\(service.spoken.rawValue) on \(target)"
    if let failure = seen.connectFailure {
      let sign: String
      switch failure {
      case .refused: sign = "port-refused"
      case .timedOut: sign = "port-timed-out"
      case .cancelled:
        return [Observation("tcp-own", "not-finished", target: target, .unknown, "\(what): not finished in time")]
      default: sign = "port-unreachable"
      }
      return [Observation("tcp-own", sign, target: target, .problem, "\(what): \(failure.words)")]
    }
    var result = [
      Observation("tcp-own", "port-answers", target: target, .ok, "\(what): connected in \(seen.connectTime) ms")
    ]
    if let failure = seen.tlsFailure { return result + [handshake(failure)] }
    result += greeting(seen)
    result += encryption(seen)
    result += logins(seen)
    if let tls = seen.tls { result += certificate(tls) }
    return result
  }

  private func greeting(_ seen: ServiceSeen) -> [Observation] {
    func one(_ sign: String, _ quality: Observation.Quality, _ words: String) -> [Observation] {
      [Observation(talk, sign, target: target, quality, words)]
    }
    if seen.speaksTLSAtOnce {
      return one(
        "speaks-tls", .problem, "TLS begins with the connection here, where plain text and STARTTLS were expected")
    }
    switch seen.greetingFailure {
    case nil: break
    case .timedOut: return one("no-greeting", .problem, "connected, but no greeting came")
    case .closed, .reset: return one("closed-before-greeting", .problem, "the connection was closed before a greeting")
    case .some(.cancelled): return one("not-finished", .unknown, "not finished in time")
    case .some(let failure): return one("no-greeting", .problem, failure.words)
    }
    guard let greeting = seen.greeting else { return [] }
    if greeting.isForeign {
      return one(
        "foreign-protocol", .problem, "what answers here does not speak \(service.spoken.rawValue): \(greeting.text)")
    }
    guard greeting.isPositive else { return one("turns-away", .problem, "greeted with: \(greeting.text)") }
    var isHandshake = false
    if case .failed = seen.startTLS { isHandshake = true }
    if let failure = seen.abilitiesFailure, !isHandshake {
      return one("breaks-off", .problem, "after the greeting: \(failure.words)")
    }
    return one("answers", .ok, greeting.text)
  }

  private func encryption(_ seen: ServiceSeen) -> [Observation] {
    switch seen.startTLS {
    case .notAsked: return []
    case .notOffered:
      guard service.spoken != .lmtp else { return [] }
      return [Observation(talk, "starttls-missing", target: target, .problem, "STARTTLS is not offered")]
    case .refused(let words):
      return [
        Observation(talk, "starttls-refused", target: target, .problem, "STARTTLS is offered and answered: \(words)")
      ]
    case .failed(let failure): return [handshake(failure)]
    case .done: return [Observation(talk, "starttls-works", target: target, .ok, "STARTTLS works")]
    }
  }

  private func logins(_ seen: ServiceSeen) -> [Observation] {
    var result: [Observation] = []
    let after = seen.abilitiesAfterTLS ?? (service.spoken.isImplicitTLS ? seen.abilities : nil)
    let isSending = service.spoken == .submission || service.spoken == .submissions
    if isSending, let after, after.isPositive {
      let mechanisms = ServiceSeen.mechanisms(after)
      result.append(
        mechanisms.isEmpty
          ? Observation(talk, "auth-missing", target: target, .problem, "no login mechanism is offered, even over TLS")
          : Observation(talk, "auth-offered", target: target, .ok, "logins: \(mechanisms.joined(separator: " "))"))
    }
    if !service.spoken.isImplicitTLS, service.spoken.isForUsers, let before = seen.abilities, before.isPositive {
      let isRefused = ServiceSeen.has("LOGINDISABLED", before) || isSending && ServiceSeen.mechanisms(before).isEmpty
      result.append(
        isRefused
          ? Observation(talk, "login-needs-tls", target: target, .ok, "a login needs TLS first")
          : Observation(talk, "login-without-tls", target: target, .ok, "a login without TLS is offered"))
    }
    if let login = seen.login {
      result.append(
        login.isPositive
          ? Observation(talk, "login-works", target: target, .ok, "the login works")
          : Observation(talk, "login-refused", target: target, .problem, "the login is refused: \(login.text)"))
    }
    return result
  }

  private func handshake(_ failure: TLSFailure) -> Observation {
    switch failure {
    case .notTLS:
      Observation(
        "tls-own", "plain-on-tls-port", target: target, .problem, "plain text is spoken where TLS should begin at once")
    case .libraryMissing: Observation("tls-own", "no-library", target: target, .unknown, failure.words)
    case .network(.cancelled), .network(.timedOut):
      Observation("tls-own", "handshake-slow", target: target, .unknown, "the TLS handshake did not end in time")
    default:
      Observation("tls-own", "handshake-failed", target: target, .problem, "the TLS handshake fails: \(failure.words)")
    }
  }

  private func certificate(_ tls: TLSDetails) -> [Observation] {
    var result = [Observation("tls-own", "handshake-works", target: target, .ok, "\(tls.version), \(tls.cipher)")]
    for finding in CertificateJudge.judge(tls, name: name, now: now) {
      result.append(Observation("tls-own", finding.sign, target: target, finding.quality, finding.seen))
    }
    return result
  }
}
