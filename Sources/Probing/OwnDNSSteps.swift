/// What DNS says about us: MX, names of our addresses, the HELO name, and the records that receivers judge us by.
enum OwnDNSSteps {
  static func steps(_ server: OwnServer) -> [ProbeStep] {
    var steps: [ProbeStep] = []
    for domain in server.domains.prefix(5) {
      steps.append(
        ProbeStep(["dns-mx"], target: domain, action: "DNS: MX of our domain \(domain) and their addresses") {
          [ownMX(domain, $0)]
        })
      steps += SenderDNSSteps.steps(domain)
    }
    for address in server.outerAddresses.prefix(4) {
      steps.append(
        ProbeStep(["dns-ptr"], target: address.description, action: "DNS: name of our address \(address), and back") {
          [name(of: address, $0, isOwn: true)]
        })
    }
    steps.append(
      ProbeStep(["dns-helo"], target: server.hostName, action: "DNS: addresses of our HELO name \(server.hostName)") {
        [helo($0)]
      })
    return steps
  }

  private static func ownMX(_ domain: String, _ context: ProbeContext) -> Observation {
    let found = DestinationDNS.look(domain, context)
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("dns-mx", sign, target: domain, quality, words)
    }
    switch found.sign {
    case "servfail", "unanswered": return seen("own-unanswered", .unknown, found.words)
    case "ourselves": return seen("own-present", .ok, found.words)
    case "ok":
      // Without MX the domain's own address counts, which others take for a mistake.
      if found.hosts == [domain] { return seen("own-missing", .problem, "\(domain) has no MX record") }
      return seen("own-elsewhere", .ok, found.words)
    case "no-mx-no-a": return seen("own-missing", .problem, "\(domain) has no MX record and no address")
    default: return seen("own-broken", .problem, found.words)
    }
  }

  /// Forward-confirmed reverse DNS of an address.
  static func name(of address: IPAddress, _ context: ProbeContext, isOwn: Bool, scope: [String] = []) -> Observation {
    let prefix = isOwn ? "" : "client-"
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("dns-ptr", prefix + sign, target: address.description, quality, words, scope: scope)
    }
    if isOwn, !context.options.allowsPrivate, let why = AddressGuard(own: []).objection(to: address) {
      return seen("private", .unknown, "\(address): \(why); name the public one with --public-address")
    }
    let answer = context.dns.ask(address.reverseName, .ptr, until: context.deadline)
    guard answer.isAnswer else { return seen("unanswered", .unknown, "\(address): \(answer.words)") }
    guard let name = answer.names.first else { return seen("missing", .problem, "\(address) has no name (PTR)") }
    for name in answer.names.prefix(3) {
      let back = context.dns.ask(name, address.isIPv6 ? .aaaa : .a, until: context.deadline)
      if back.addresses.contains(address) { return seen("confirmed", .ok, "\(address) is \(name), and back") }
      if !back.isAnswer { return seen("unanswered", .unknown, "\(name): \(back.words)") }
    }
    return seen("mismatch", .problem, "\(address) is called \(name), and that name does not lead back")
  }

  private static func helo(_ context: ProbeContext) -> Observation {
    let name = context.server.hostName
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("dns-helo", sign, target: name, quality, words)
    }
    guard name.contains("."), !name.hasSuffix(".local"), !name.hasSuffix(".localdomain") else {
      return seen("not-qualified", .problem, "the HELO name '\(name)' is no full name")
    }
    let answer = context.dns.ask(name, .a, until: context.deadline)
    let sixth = context.dns.ask(name, .aaaa, until: context.deadline)
    if !answer.isAnswer { return seen("unanswered", .unknown, "\(name): \(answer.words)") }
    let all = answer.addresses + sixth.addresses
    if all.isEmpty { return seen("missing", .problem, "the HELO name \(name) has no address") }
    return seen("resolves", .ok, "\(name) is \(all[0])")
  }
}
