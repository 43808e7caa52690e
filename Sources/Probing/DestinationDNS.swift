/// Where mail for a domain goes, by DNS (RFC 5321 section 5, RFC 7505).
struct DestinationDNS {
  /// Hosts that take its mail, the preferred first.
  var hosts: [String] = []
  /// What is wrong with it, as signs of the probe `dns-mx`; `ok` when nothing is.
  var sign = "ok"
  var words = ""
  /// The addresses that were found on the way, by host.
  var addresses: [String: [IPAddress]] = [:]

  static func look(_ domain: String, _ context: ProbeContext) -> DestinationDNS {
    var result = DestinationDNS()
    let answer = context.dns.ask(domain, .mx, until: context.deadline)
    switch answer {
    case .records:
      let exchangers = answer.mailExchanges
      if exchangers.allSatisfy({ $0.host.isEmpty }) {
        return result.with("null-mx", "\(domain) says that it takes no mail (MX `.`, RFC 7505)")
      }
      result.hosts = exchangers.map(\.host).filter { !$0.isEmpty }
    case .noSuchName: return result.with("nxdomain", "\(domain) does not exist (NXDOMAIN)")
    case .noData: result.hosts = [domain]
    case .serverFailure: return result.with("servfail", "\(domain): \(answer.words)")
    default: return result.with("unanswered", "\(domain): \(answer.words)")
    }
    let hasExchangers = answer.isRecords
    for host in result.hosts.prefix(4) {
      result.addresses[host] = context.resolve(host)
    }
    let all = result.hosts.prefix(4).flatMap { result.addresses[$0] ?? [] }
    if all.isEmpty {
      return hasExchangers
        ? result.with(
          "dangling", "the mail hosts of \(domain) have no address: \(result.hosts.prefix(3).joined(separator: ", "))")
        : result.with("no-mx-no-a", "\(domain) exists and has neither MX nor address")
    }
    if all.allSatisfy(\.isLoopback) {
      return result.with("loopback", "the mail hosts of \(domain) lead to \(all[0])")
    }
    let first = result.addresses[result.hosts[0]] ?? []
    if first.contains(where: { context.server.addresses.contains($0) && !$0.isLoopback }) {
      return result.with("ourselves", "\(result.hosts[0]), the mail host of \(domain), is this server (\(first[0]))")
    }
    result.words = "\(domain): mail goes to \(result.hosts.prefix(2).joined(separator: ", "))"
    return result
  }

  private func with(_ sign: String, _ words: String) -> DestinationDNS {
    var copy = self
    copy.sign = sign
    copy.words = words
    return copy
  }

  func observation(_ domain: String, scope: [String]) -> Observation {
    let quality: Observation.Quality = sign == "ok" ? .ok : sign == "unanswered" ? .unknown : .problem
    return Observation("dns-mx", sign, target: domain, quality, words, scope: scope)
  }
}

extension DNSAnswer {
  fileprivate var isRecords: Bool { if case .records = self { true } else { false } }
}
