import Glibc

/// Connections to the own services: is each there, does it greet, does TLS work, is its certificate good.
enum OwnServiceSteps {
  static func steps(_ server: OwnServer, _ options: ProbeOptions) -> [ProbeStep] {
    let listeners = ListenerTable.read()
    var steps: [ProbeStep] = []
    for service in server.services.sorted(by: { $0.port < $1.port }) {
      steps.append(step(service, server, listeners))
    }
    if options.testsRelay { steps += relaySteps(server) }
    // Old clients: one port of each program is enough to know.
    for program in Set(server.services.map(\.program)).sorted() {
      let candidates = server.services.filter { $0.program == program }
      guard let service = candidates.first(where: { $0.spoken.isImplicitTLS }) ?? candidates.first else { continue }
      steps.append(oldStep(service, server, listeners))
    }
    for service in server.services where !service.isLocal {
      steps += sixth(service, server, listeners)
    }
    return steps
  }

  /// Where to connect: the address the listener is bound to, else one that others use.
  private static func address(
    _ service: OwnServer.Service, _ server: OwnServer, _ listeners: [ListenerTable.Entry]
  ) -> IPAddress? {
    let bound = listeners.filter { $0.port == service.port }
    let outer = server.outerAddresses.filter { server.addresses.contains($0) }
    if service.isLocal { return IPAddress("127.0.0.1") }
    if bound.isEmpty || bound.contains(where: { $0.isAny }) {
      return outer.first { !$0.isIPv6 } ?? outer.first ?? IPAddress("127.0.0.1")
    }
    return bound.map(\.address).sorted { ($0.isLoopback ? 1 : 0) < ($1.isLoopback ? 1 : 0) }.first
  }

  private static func step(
    _ service: OwnServer.Service, _ server: OwnServer, _ listeners: [ListenerTable.Entry]
  ) -> ProbeStep {
    let address = address(service, server, listeners)
    let target = address.map { HostPort.text($0, service.port) } ?? "port \(service.port)"
    return ProbeStep(
      ["tcp-own", service.spoken.isSMTP ? "smtp-own" : "imap-own", "tls-own"], target: target,
      action: "connect to our own \(service.spoken.rawValue) on \(target), read its greeting and abilities, TLS, leave"
    ) { context in
      guard let address else { return [] }
      var conversation = ServiceConversation(place: .tcp(address, service.port), spoken: service.spoken)
      conversation.name = context.server.hostName
      conversation.heloName = context.server.hostName
      conversation.trust = trust(context)
      conversation.connectSeconds = context.options.connectSeconds
      conversation.offer = .everything
      conversation.triesTLSWithoutGreeting = true
      if service.spoken.isForUsers { conversation.login = context.options.login }
      let seen = conversation.run(until: context.deadline, context.cancellation)
      let judge = OwnServiceJudge(
        service: service, target: target, name: context.server.hostName, now: Int64(time(nil)))
      return judge.judge(seen)
    }
  }

  /// Whether our own port 25 relays for strangers. From here we may be none: what refuses is proof, what takes it is a hint.
  private static func relaySteps(_ server: OwnServer) -> [ProbeStep] {
    guard let address = server.outerAddresses.first(where: { server.addresses.contains($0) }),
      let domain = server.domains.first
    else { return [] }
    let target = HostPort.text(address, 25)
    return [
      ProbeStep(
        ["open-relay-self"], target: target,
        action:
          "ask our own \(target) whether it takes mail from postmaster@\(domain) to relay-test@example.com; RSET, QUIT, no mail"
      ) { context in
        var conversation = ServiceConversation(place: .tcp(address, 25), spoken: .smtp)
        conversation.heloName = context.server.hostName
        conversation.offer = .everything
        conversation.connectSeconds = context.options.connectSeconds
        conversation.envelope = (from: "postmaster@\(domain)", to: "relay-test@example.com")
        let seen = conversation.run(until: context.deadline, context.cancellation)
        return [relay(seen, target)]
      }
    ]
  }

  static func relay(_ seen: ServiceSeen, _ target: String) -> Observation {
    func one(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("open-relay-self", sign, target: target, quality, words)
    }
    if seen.mailFrom?.isPositive == false {
      return one("refused", .ok, "refuses the sender: \(seen.mailFrom?.text ?? "")")
    }
    guard let answer = seen.recipient else {
      return one("unanswered", .unknown, "whether it relays could not be asked")
    }
    return answer.isPositive
      ? one(
        "taken-from-here", .unknown,
        "takes mail for others from this host; that is right when this host is in mynetworks (relay_from_hosts), and only a test from outside decides"
      )
      : one("refused", .ok, "refuses to relay: \(answer.text)")
  }

  /// A service at a host that the user names.
  static func step(host: String, port: UInt16, _ spoken: MailProtocol) -> ProbeStep {
    let target = "\(host):\(port)"
    return ProbeStep(
      ["tcp-own", spoken.isSMTP ? "smtp-own" : "imap-own", "tls-own"], target: target,
      action: "connect to \(spoken.rawValue) on \(target), read its greeting and abilities, TLS, leave"
    ) { context in
      guard let address = context.resolve(host).first else {
        return [Observation("tcp-own", "unresolved", target: target, .problem, "\(host) has no address")]
      }
      var conversation = ServiceConversation(place: .tcp(address, port), spoken: spoken)
      conversation.name = IPAddress(host) == nil ? host : context.server.hostName
      conversation.heloName = context.server.hostName
      conversation.trust = trust(context)
      conversation.connectSeconds = context.options.connectSeconds
      conversation.offer = .everything
      conversation.triesTLSWithoutGreeting = true
      if spoken.isForUsers { conversation.login = context.options.login }
      let seen = conversation.run(until: context.deadline, context.cancellation)
      let service = OwnServer.Service(port: port, spoken: spoken, program: "")
      return OwnServiceJudge(service: service, target: target, name: conversation.name ?? host, now: Int64(time(nil)))
        .judge(seen)
    }
  }

  private static func oldStep(
    _ service: OwnServer.Service, _ server: OwnServer, _ listeners: [ListenerTable.Entry]
  ) -> ProbeStep {
    let address = address(service, server, listeners)
    let target = address.map { HostPort.text($0, service.port) } ?? "port \(service.port)"
    return ProbeStep(
      ["tls-own"], target: target, action: "the same on \(target) with TLS 1.0 and 1.1 only, as an old device does"
    ) { context in
      guard let address else { return [] }
      var conversation = ServiceConversation(place: .tcp(address, service.port), spoken: service.spoken)
      conversation.offer = .old
      conversation.heloName = context.server.hostName
      let seen = conversation.run(until: context.deadline, context.cancellation)
      if seen.tls != nil {
        return [
          Observation("tls-own", "old-accepted", target: target, .ok, "TLS 1.0 and 1.1 are accepted, for old devices")
        ]
      }
      let failure: TLSFailure?
      if case .failed(let why) = seen.startTLS { failure = why } else { failure = seen.tlsFailure }
      guard failure == .protocolVersion || failure == .handshakeFailure else { return [] }
      return [
        Observation(
          "tls-own", "old-refused", target: target, .ok, "devices that know TLS 1.0 and 1.1 only are turned away")
      ]
    }
  }

  /// A connection over IPv6 where the service listens there as well.
  private static func sixth(
    _ service: OwnServer.Service, _ server: OwnServer, _ listeners: [ListenerTable.Entry]
  ) -> [ProbeStep] {
    let isListening = listeners.contains { $0.port == service.port && $0.address.isIPv6 && !$0.address.isLoopback }
    guard isListening, let address = server.outerAddresses.first(where: { $0.isIPv6 }),
      server.addresses.contains(address)
    else { return [] }
    let target = HostPort.text(address, service.port)
    return [
      ProbeStep(["tcp-own"], target: target, action: "connect to our own \(target)") { context in
        do throws(NetworkFailure) {
          _ = try Socket(
            address, port: service.port, until: context.deadline.within(context.options.connectSeconds),
            context.cancellation)
          return [
            Observation(
              "tcp-own", "port-answers", target: target, .ok, "\(service.spoken.rawValue) on \(target): connected")
          ]
        } catch {
          return [
            Observation(
              "tcp-own", "port-refused", target: target, .problem,
              "\(service.spoken.rawValue) on \(target): \(error.words)")
          ]
        }
      }
    ]
  }

  static func trust(_ context: ProbeContext) -> TrustAnchors {
    var trust = context.server.trust
    trust.files += context.options.trustFiles
    return trust
  }
}

extension HostPort {
  /// `192.0.2.1:25`, `[2001:db8::1]:25`
  static func text(_ address: IPAddress, _ port: UInt16) -> String {
    address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
