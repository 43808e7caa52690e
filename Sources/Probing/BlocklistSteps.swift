/// DNS blocklists (RFC 5782): our own addresses, partners that were refused, and whether a list works at all.
enum BlocklistSteps {
  /// - Parameters:
  ///   - partners: addresses of clients whose refusal is in question.
  static func steps(_ server: OwnServer, _ options: ProbeOptions, partners: [IPAddress]) -> [ProbeStep] {
    var zones = server.blocklists
    for zone in options.blocklists where !zones.contains(zone) { zones.append(zone) }
    let own = server.outerAddresses.prefix(3)
    return zones.prefix(6).filter { DNSClient.isSensible($0) }.map { zone in
      ProbeStep(
        ["dnsbl"], target: zone,
        action: "DNS: \(zone) about its test addresses, about \(own.map(\.description).joined(separator: ", "))"
          + (partners.isEmpty ? "" : " and about the partners \(partners.map(\.description).joined(separator: ", "))")
      ) { context in
        let isOurs = server.blocklists.contains(zone)
        var result = test(zone, isOurs: isOurs, context)
        // A list that does not work says nothing about anybody.
        guard result.allSatisfy({ $0.quality == .ok }) else { return result }
        for address in own { result.append(ownAddress(address, zone, context)) }
        for address in partners { result.append(partner(address, zone, context)) }
        return result
      }
    }
  }

  private enum Answer {
    case listed(IPAddress), notListed
    /// The list's way to say that it will not tell this resolver (127.255.255.0/24).
    case declined(IPAddress)
    case unanswered(String)
  }

  private static func ask(_ address: IPAddress, _ zone: String, _ context: ProbeContext) -> Answer {
    let answer = context.dns.ask("\(address.reversed).\(zone)", .a, until: context.deadline)
    guard answer.isAnswer else { return .unanswered(answer.words) }
    guard let code = answer.addresses.first else { return .notListed }
    if code.bytes.starts(with: [127, 255, 255]) { return .declined(code) }
    // Other answers come from resolvers that send the lost to an advertisement.
    return code.bytes.first == 127 ? .listed(code) : .notListed
  }

  private static func test(_ zone: String, isOurs: Bool, _ context: ProbeContext) -> [Observation] {
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> [Observation] {
      [Observation("dnsbl", sign, target: zone, quality, words)]
    }
    guard let must = IPAddress("127.0.0.2"), let mustNot = IPAddress("127.0.0.1") else { return [] }
    let never = ask(mustNot, zone, context)
    switch never {
    case .declined(let code):
      return seen(
        "declined", isOurs ? .problem : .unknown,
        "\(zone) does not answer this resolver truly (\(code)): ask it through a resolver of your own")
    case .listed(let code):
      return seen(
        "lists-all", isOurs ? .problem : .unknown, "\(zone) lists 127.0.0.1 (\(code)), which no list may: it is dead")
    case .unanswered(let why): return seen("unanswered", .unknown, "\(zone): \(why)")
    case .notListed: break
    }
    switch ask(must, zone, context) {
    case .declined(let code):
      return seen("declined", isOurs ? .problem : .unknown, "\(zone) does not answer this resolver truly (\(code))")
    case .unanswered(let why): return seen("unanswered", .unknown, "\(zone): \(why)")
    case .listed: return seen("works", .ok, "\(zone) answers its test addresses as it should")
    case .notListed: return seen("works", .ok, "\(zone) does not list 127.0.0.1")
    }
  }

  private static func ownAddress(_ address: IPAddress, _ zone: String, _ context: ProbeContext) -> Observation {
    let target = "\(address) at \(zone)"
    switch ask(address, zone, context) {
    case .listed(let code):
      return Observation(
        "dnsbl", "own-listed", target: target, .problem, "our address \(address) is listed at \(zone) (\(code))")
    case .notListed:
      return Observation(
        "dnsbl", "own-not-listed", target: target, .ok, "our address \(address) is not listed at \(zone)")
    case .declined(let code):
      return Observation(
        "dnsbl", "declined", target: target, .unknown, "\(zone) does not answer this resolver truly (\(code))")
    case .unanswered(let why): return Observation("dnsbl", "unanswered", target: target, .unknown, "\(zone): \(why)")
    }
  }

  private static func partner(_ address: IPAddress, _ zone: String, _ context: ProbeContext) -> Observation {
    let target = "\(address) at \(zone)"
    let scope = [address.description]
    switch ask(address, zone, context) {
    case .listed(let code):
      return Observation(
        "dnsbl", "partner-listed", target: target, .problem, "\(address) is listed at \(zone) (\(code))", scope: scope)
    case .notListed:
      return Observation(
        "dnsbl", "partner-not-listed", target: target, .ok, "\(address) is not listed at \(zone)", scope: scope)
    case .declined, .unanswered:
      return Observation(
        "dnsbl", "unanswered", target: target, .unknown, "\(zone) did not say about \(address)", scope: scope)
    }
  }
}
