/// The policy file of MTA-STS (RFC 8461) of an own domain: is it there, does it name our mail hosts.
enum MTASTSPolicy {
  static func check(_ domain: String, _ context: ProbeContext) -> Observation {
    let host = "mta-sts.\(domain)"
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("mta-sts", sign, target: domain, quality, words)
    }
    guard let address = context.resolve(host).first else {
      return seen("policy-missing", .problem, "\(domain) announces MTA-STS, but \(host) has no address")
    }
    if !context.server.addresses.contains(address), let why = context.addresses.objection(to: address) {
      return seen("not-asked", .unknown, "\(host) (\(address)) is not asked: \(why)")
    }
    let text: String
    switch fetch(host, address, context) {
    case .success(let found): text = found
    case .failure(let failure):
      return seen("policy-missing", .problem, "the policy at \(host) cannot be read: \(failure.words)")
    }
    let values = text.split { $0 == "\n" || $0 == "\r" }.compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (line[..<colon].trimmed, line[line.index(after: colon)...].trimmed.lowercased())
    }
    guard let mode = values.first(where: { $0.0 == "mode" })?.1 else {
      return seen("policy-missing", .problem, "the policy at \(host) names no mode")
    }
    let patterns = values.filter { $0.0 == "mx" }.map(\.1)
    let hosts = context.dns.ask(domain, .mx, until: context.deadline).mailExchanges.map(\.host)
    if let odd = hosts.first(where: { !matches($0, patterns) }) {
      return seen(
        "policy-mismatch", mode == "enforce" ? .problem : .ok,
        "the policy of \(domain) does not name its mail host \(odd)")
    }
    return seen("policy-ok", .ok, "MTA-STS of \(domain): mode \(mode)")
  }

  static func matches(_ host: String, _ patterns: [String]) -> Bool {
    patterns.contains { pattern in
      if pattern == host { return true }
      guard pattern.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
      return host[host.index(after: dot)...] == pattern.dropFirst(2)
    }
  }

  /// One request, no redirects, by a certificate that must be sound (RFC 8461, section 3.3).
  private static func fetch(_ host: String, _ address: IPAddress, _ context: ProbeContext) -> Result<String, TLSFailure>
  {
    do throws(TLSFailure) {
      let socket: Socket
      do throws(NetworkFailure) {
        socket = try Socket(
          address, port: 443, until: context.deadline.within(context.options.connectSeconds), context.cancellation)
      } catch { throw .network(error) }
      let conversation = Conversation(socket, deadline: context.deadline)
      let tls = try conversation.startTLS(name: host, offer: .modern, trust: OwnServiceSteps.trust(context))
      if tls.chainResult != 0 { throw .other("its certificate is not trusted: \(tls.chainWords)") }
      if tls.matchesName == false { throw .other("its certificate is for another name") }
      return .success(try read(conversation, host))
    } catch { return .failure(error) }
  }

  private static func read(_ conversation: Conversation, _ host: String) throws(TLSFailure) -> String {
    do throws(NetworkFailure) {
      for line in ["GET /.well-known/mta-sts.txt HTTP/1.0", "Host: \(host)", ""] { try conversation.send(line) }
      let status = try conversation.readLine()
      guard status.split(separator: " ").dropFirst().first == "200" else { throw NetworkFailure.missing }
      var isBody = false
      var body = ""
      while true {
        let line: String
        do throws(NetworkFailure) { line = try conversation.readLine() } catch {
          if error == .closed { return body }
          throw error
        }
        if isBody { body += line + "\n" }
        if line.isEmpty { isBody = true }
      }
    } catch { throw error == .missing ? .other("it is not there") : .network(error) }
  }
}
