/// The records by which receivers judge mail of a domain: SPF, DKIM, DMARC, MTA-STS.
enum SenderDNSSteps {
  static func steps(_ domain: String) -> [ProbeStep] {
    [
      ProbeStep(["dns-spf"], target: domain, action: "DNS: SPF of \(domain), and whether it covers our addresses") {
        spf(domain, $0)
      },
      ProbeStep(["dns-dkim"], target: domain, action: "DNS: DKIM keys of \(domain)") { dkim(domain, $0) },
      ProbeStep(["dns-dmarc"], target: domain, action: "DNS: DMARC policy of \(domain)") { [dmarc(domain, $0)] },
      ProbeStep(["mta-sts"], target: domain, action: "DNS: MTA-STS record of \(domain)") { [mtaSTS(domain, $0)] },
    ]
  }

  private static func spf(_ domain: String, _ context: ProbeContext) -> [Observation] {
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("dns-spf", sign, target: domain, quality, words)
    }
    let addresses = context.server.outerAddresses.filter {
      context.options.allowsPrivate || AddressGuard(own: []).objection(to: $0) == nil
    }
    let question = { (name: String, type: DNSType) in context.dns.ask(name, type, until: context.deadline) }
    guard let address = addresses.first else {
      var check = SPFCheck(ask: question)
      switch check.evaluate(IPAddress(bytes: [0, 0, 0, 0])!, domain: domain) {
      case .none: return [seen("missing", .problem, "\(domain) has no SPF record")]
      case .permanentError(let why): return [seen("permanent-error", .problem, "SPF of \(domain): \(why)")]
      default:
        return [
          seen("present", .unknown, "SPF of \(domain) is sound; our public address is not known (--public-address)")
        ]
      }
    }
    return addresses.prefix(3).map { each in
      var check = SPFCheck(ask: question)
      let result = check.evaluate(each, domain: domain)
      let ours = address == each ? "our address \(each)" : "\(each)"
      switch result {
      case .pass: return seen("covers", .ok, "SPF of \(domain) covers \(ours) (\(check.lookups) of 10 look-ups)")
      case .none: return seen("missing", .problem, "\(domain) has no SPF record")
      case .permanentError(let why): return seen("permanent-error", .problem, "SPF of \(domain): \(why)")
      case .temporaryError(let why): return seen("unanswered", .unknown, "SPF of \(domain): \(why)")
      case .fail, .softFail, .neutral:
        return seen("not-covered", .problem, "SPF of \(domain) does not cover \(ours) (\(result.words))")
      }
    }
  }

  private static func dmarc(_ domain: String, _ context: ProbeContext) -> Observation {
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("dns-dmarc", sign, target: domain, quality, words)
    }
    var found: [String] = []
    for name in Set([domain, organisation(domain)]).sorted(by: { $0.count > $1.count }) where found.isEmpty {
      let answer = context.dns.ask("_dmarc.\(name)", .txt, until: context.deadline)
      guard answer.isAnswer else { return seen("unanswered", .unknown, "_dmarc.\(name): \(answer.words)") }
      found = answer.texts.filter { $0.hasPrefix("v=DMARC1") }
    }
    guard let record = found.first else { return seen("missing", .problem, "\(domain) has no DMARC record") }
    if found.count > 1 {
      return seen("malformed", .problem, "\(domain) has \(found.count) DMARC records; receivers use none")
    }
    guard let policy = tag("p", record), ["none", "quarantine", "reject"].contains(policy.lowercased()) else {
      return seen("malformed", .problem, "the DMARC record of \(domain) has no valid policy: \(record)")
    }
    return seen("policy-\(policy.lowercased())", .ok, "DMARC of \(domain): p=\(policy)")
  }

  /// The last two labels, three below a short one (`co.uk`): a guess without the list of public suffixes.
  private static func organisation(_ domain: String) -> String {
    let labels = domain.split(separator: ".")
    let isShort = labels.count > 2 && labels[labels.count - 2].count <= 3 && labels[labels.count - 1].count == 2
    return labels.suffix(isShort ? 3 : 2).joined(separator: ".")
  }

  /// A value of a `tag=value; tag=value` record.
  static func tag(_ name: String, _ record: String) -> String? {
    for part in record.split(separator: ";") {
      guard let equals = part.firstIndex(of: "="), part[..<equals].trimmed == name else { continue }
      return part[part.index(after: equals)...].trimmed
    }
    return nil
  }

  private static func dkim(_ domain: String, _ context: ProbeContext) -> [Observation] {
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("dns-dkim", sign, target: domain, quality, words)
    }
    let selectors = context.options.selectors + DKIMSelectors.configured(domain)
    guard !selectors.isEmpty else {
      return [seen("no-selector", .unknown, "no DKIM selector is known for \(domain); name one with --selector")]
    }
    return selectors.prefix(4).map { selector in
      let name = "\(selector)._domainkey.\(domain)"
      let answer = context.dns.ask(name, .txt, until: context.deadline)
      guard answer.isAnswer else { return seen("unanswered", .unknown, "\(name): \(answer.words)") }
      guard let record = answer.texts.first(where: { $0.contains("p=") }) else {
        return seen("missing", .problem, "there is no DKIM key at \(name)")
      }
      let key = (tag("p", record) ?? "").filter { $0 != " " }
      if key.isEmpty { return seen("revoked", .problem, "the DKIM key at \(name) is revoked (empty p=)") }
      // An RSA key of 1,024 bits takes 216 characters, one of 2,048 takes 392 (RFC 8301 asks for 1,024 at least).
      if tag("k", record) ?? "rsa" == "rsa", key.utf8.count < 200 {
        return seen("weak", .problem, "the DKIM key at \(name) is shorter than 1024 bits")
      }
      return seen("present", .ok, "there is a DKIM key at \(name)")
    }
  }

  private static func mtaSTS(_ domain: String, _ context: ProbeContext) -> Observation {
    let answer = context.dns.ask("_mta-sts.\(domain)", .txt, until: context.deadline)
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("mta-sts", sign, target: domain, quality, words)
    }
    guard answer.isAnswer else { return seen("unanswered", .unknown, "_mta-sts.\(domain): \(answer.words)") }
    let found = answer.texts.filter { $0.hasPrefix("v=STSv1") }
    if found.isEmpty { return seen("none", .ok, "\(domain) has no MTA-STS policy") }
    return MTASTSPolicy.check(domain, context)
  }
}
