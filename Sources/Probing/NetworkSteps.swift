/// The way out and the resolver: routes, each resolver apart, files that the server has copies of.
enum NetworkSteps {
  static func steps(_ server: OwnServer, _ options: ProbeOptions) -> [ProbeStep] {
    var steps = [
      ProbeStep(["route-get"], target: "routes", action: "read the routes of this machine from /proc/net") { _ in
        routes()
      }
    ]
    let resolvers = options.resolvers.isEmpty ? ResolverFile.servers() : options.resolvers
    for resolver in resolvers {
      steps.append(
        ProbeStep(
          ["dns-udp"], target: resolver,
          action: "ask the resolver \(resolver) for the name servers of the root and for our own domain"
        ) { [health(resolver, $0)] })
      steps.append(
        ProbeStep(["resolver-kind"], target: resolver, action: "look whether \(resolver) is a public resolver") { _ in
          [kind(resolver)]
        })
    }
    if let chroot = server.chroot, server.agent == .postfix {
      steps.append(
        ProbeStep(
          ["file-compare"], target: chroot,
          action: "compare resolv.conf, hosts and the like with their copies in \(chroot)/etc"
        ) { _ in copies(chroot) })
    }
    return steps
  }

  // MARK: Routes

  private static func routes() -> [Observation] {
    let fourth = LocalFile.lines("/proc/net/route").dropFirst().contains { line in
      let words = line.split(separator: "\t")
      return words.count > 7 && words[1] == "00000000" && words[7] == "00000000"
    }
    let sixth = LocalFile.lines("/proc/net/ipv6_route").contains { line in
      let words = line.split(separator: " ")
      return words.count > 9 && words[0].allSatisfy { $0 == "0" } && words[1] == "00" && words[9] != "lo"
    }
    return [
      fourth
        ? Observation("route-get", "default-route", target: "IPv4", .ok, "there is a default route")
        : Observation("route-get", "no-default-route", target: "IPv4", .problem, "there is no default route for IPv4"),
      Observation(
        "route-get", sixth ? "default-route-6" : "no-default-route-6", target: "IPv6", .ok,
        sixth ? "there is a default route for IPv6" : "no default route for IPv6; nothing goes out over it"),
    ]
  }

  // MARK: Resolvers

  private static func health(_ resolver: String, _ context: ProbeContext) -> Observation {
    var client = context.dns
    client.servers = [resolver]
    let name = context.server.domains.first ?? "."
    var answer = client.ask(name, name == "." ? .ns : .mx, until: context.deadline.within(8))
    if !answer.isAnswer, answer != .timedOut, answer != .refused {
      // One domain may be broken; the root is not.
      let root = client.ask(".", .ns, until: context.deadline.within(5))
      if root.isAnswer { answer = root }
    }
    let sign: String
    switch answer {
    case .records, .noData, .noSuchName: sign = "answers"
    case .serverFailure: sign = "servfail"
    case .timedOut: sign = "timed-out"
    case .refused: sign = "refused"
    case .declined: sign = "declined"
    case .failed: sign = "failed"
    }
    if context.cancellation.isCancelled, sign == "timed-out" {
      return Observation("dns-udp", "not-finished", target: resolver, .unknown, "not finished in time")
    }
    return Observation(
      "dns-udp", sign, target: resolver, sign == "answers" ? .ok : .problem,
      "resolver \(resolver): \(sign == "answers" ? "answers" : answer.words)")
  }

  /// Resolvers for everyone, to whom blocklists give no true answer.
  private static let publicResolvers = Set(
    [
      "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222", "208.67.220.220",
      "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "2606:4700:4700::1001", "2620:fe::fe",
      "2620:fe::9", "2620:119:35::35", "2620:119:53::53",
    ].compactMap { IPAddress($0) })

  static func isPublic(_ resolver: String) -> Bool {
    let text = HostPort.parse(resolver, port: 53)?.host ?? resolver
    return IPAddress(text).map { publicResolvers.contains($0) } ?? false
  }

  private static func kind(_ resolver: String) -> Observation {
    isPublic(resolver)
      ? Observation(
        "resolver-kind", "public", target: resolver, .problem,
        "\(resolver) is a resolver for everyone; blocklists do not answer it truly")
      : Observation("resolver-kind", "own", target: resolver, .ok, "\(resolver) is none of the known public resolvers")
  }

  // MARK: Copies in the chroot

  private static func copies(_ chroot: String) -> [Observation] {
    let names = ["resolv.conf", "hosts", "services", "nsswitch.conf", "localtime"]
    var differing: [String] = []
    for name in names {
      guard let system = LocalFile.bytes("/etc/\(name)") else { continue }
      guard let copy = LocalFile.bytes("\(chroot)/etc/\(name)") else {
        if LocalFile.exists("\(chroot)/etc") { differing.append("\(chroot)/etc/\(name) is missing") }
        continue
      }
      if copy != system { differing.append("\(chroot)/etc/\(name) differs from /etc/\(name)") }
    }
    if let resolv = differing.first(where: { $0.contains("resolv.conf") }) {
      return [Observation("file-compare", "resolv-conf-stale", target: chroot, .problem, resolv)]
    }
    if let other = differing.first {
      return [Observation("file-compare", "copy-stale", target: chroot, .problem, other)]
    }
    return [Observation("file-compare", "same", target: chroot, .ok, "the files in \(chroot)/etc equal the system's")]
  }
}
