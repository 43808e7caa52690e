import Glibc

/// Mail servers of others: DNS, port 25, greeting, TLS; never further than EHLO.
enum DestinationSteps {
  /// Addresses of one domain that are tried.
  static let addressLimit = 2

  static func step(_ domain: String) -> ProbeStep {
    ProbeStep(
      ["dns-mx", "tcp-out", "smtp-out", "tls-out"], target: domain,
      action: "DNS: MX of \(domain); connect to port 25 of its first mail host, read the greeting, EHLO, STARTTLS, QUIT"
    ) { look(domain, $0) }
  }

  private static func look(_ domain: String, _ context: ProbeContext) -> [Observation] {
    let found = DestinationDNS.look(domain, context)
    var result = [found.observation(domain, scope: [domain])]
    guard found.sign == "ok" || found.sign == "loopback" || found.sign == "ourselves" else { return result }
    var tried = 0
    for host in found.hosts {
      let addresses = (found.addresses[host] ?? []).sorted { !$0.isIPv6 && $1.isIPv6 }
      for address in addresses {
        guard tried < addressLimit else { return result }
        if let why = context.addresses.objection(to: address) {
          result.append(
            Observation(
              "tcp-out", "not-asked", target: address.description, .unknown,
              "\(host) (\(address)) is not contacted: \(why)",
              scope: [domain]))
          continue
        }
        tried += 1
        let seen = context.gate.pass(address, until: context.deadline) { talk(host, address, context) }
        guard let seen else { continue }
        let judged = judge(seen, host, address, context).map { observation in
          var observation = observation
          observation.scope = [domain, host, address.description]
          return observation
        }
        result += judged
        // One that answers is enough; one that does not is asked once more at its next address.
        if seen.connectFailure == nil { return result }
      }
    }
    return result
  }

  private static func talk(_ host: String, _ address: IPAddress, _ context: ProbeContext) -> ServiceSeen {
    var conversation = ServiceConversation(place: .tcp(address, 25), spoken: .smtp)
    conversation.name = host
    conversation.heloName = context.server.hostName
    conversation.trust = OwnServiceSteps.trust(context)
    conversation.connectSeconds = context.options.connectSeconds
    conversation.greetingSeconds = 10
    return conversation.run(until: context.deadline, context.cancellation)
  }

  private static func judge(
    _ seen: ServiceSeen, _ host: String, _ address: IPAddress, _ context: ProbeContext
  ) -> [Observation] {
    let target = HostPort.text(address, 25)
    func one(_ probe: String, _ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation(probe, sign, target: target, quality, "\(host) (\(target)): \(words)")
    }
    if let failure = seen.connectFailure {
      switch failure {
      case .refused: return [one("tcp-out", "refused", .problem, failure.words)]
      case .timedOut: return [one("tcp-out", "timed-out", .problem, failure.words)]
      case .unreachable: return [one("tcp-out", "unreachable", .problem, failure.words)]
      case .cancelled: return [one("tcp-out", "not-finished", .unknown, "not finished in time")]
      default: return [one("tcp-out", "fails", .problem, failure.words)]
      }
    }
    var result = [one("tcp-out", "connected", .ok, "connected in \(seen.connectTime) ms")]
    if let failure = seen.greetingFailure {
      switch failure {
      case .timedOut: result.append(one("smtp-out", "no-greeting", .problem, "no greeting came in 10 s"))
      case .closed, .reset:
        result.append(one("smtp-out", "closed", .problem, "closed the connection before a greeting"))
      case .cancelled: result.append(one("smtp-out", "not-finished", .unknown, "not finished in time"))
      default: result.append(one("smtp-out", "fails", .problem, failure.words))
      }
      return result
    }
    guard let greeting = seen.greeting else { return result }
    guard greeting.isPositive else {
      result.append(one("smtp-out", "turns-away", .problem, "greets with: \(greeting.text)"))
      return result
    }
    result.append(one("smtp-out", "greets", .ok, greeting.text))
    result += encryption(seen, one) { again(host, address, context) }
    return result
  }

  private static func encryption(
    _ seen: ServiceSeen, _ one: (String, String, Observation.Quality, String) -> Observation,
    _ again: () -> ServiceSeen?
  ) -> [Observation] {
    switch seen.startTLS {
    case .notAsked: return []
    case .notOffered: return [one("tls-out", "not-offered", .problem, "does not offer STARTTLS")]
    case .refused(let words): return [one("tls-out", "unavailable", .problem, "answers STARTTLS with: \(words)")]
    case .failed(.libraryMissing): return [one("tls-out", "no-library", .unknown, TLSFailure.libraryMissing.words)]
    case .failed(let failure):
      // What works with everything allowed tells what was in the way.
      guard let tls = again()?.tls else {
        return [one("tls-out", "fails", .problem, "the TLS handshake fails: \(failure.words)")]
      }
      let isOld = tls.version == "TLSv1" || tls.version == "TLSv1.1"
      return [
        one(
          "tls-out", isOld ? "too-old" : "no-shared-cipher", .problem,
          isOld ? "can do no more than \(tls.version)" : "agrees on old ciphers only (\(tls.cipher))")
      ]
    case .done:
      guard let tls = seen.tls else { return [] }
      var result = [one("tls-out", "works", .ok, "\(tls.version), \(tls.cipher)")]
      for finding in CertificateJudge.judge(tls, name: seen.name, now: Int64(time(nil))) {
        result.append(one("tls-out", finding.sign, finding.quality, finding.seen))
      }
      return result
    }
  }

  private static func again(_ host: String, _ address: IPAddress, _ context: ProbeContext) -> ServiceSeen? {
    var conversation = ServiceConversation(place: .tcp(address, 25), spoken: .smtp)
    conversation.name = host
    conversation.heloName = context.server.hostName
    conversation.offer = .everything
    conversation.connectSeconds = context.options.connectSeconds
    return context.gate.pass(address, until: context.deadline) {
      conversation.run(until: context.deadline, context.cancellation)
    }
  }
}
