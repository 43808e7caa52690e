/// Which steps a run takes.
public struct ProbePlan: Sendable {
  public private(set) var steps: [ProbeStep] = []

  public init() {}

  /// Everything about this server itself, as one works down a troubleshooting guide: network and resolvers, settings,
  /// ports and TLS, helpers, services, firewall, DNS, certificates.
  public static func ownServer(_ server: OwnServer, _ options: ProbeOptions) -> ProbePlan {
    var plan = ProbePlan()
    plan.steps += NetworkSteps.steps(server, options)
    plan.steps += ConfigurationSteps.steps(server)
    plan.steps += OwnServiceSteps.steps(server, options)
    plan.steps += HelperSteps.steps(server)
    plan.steps += SystemSteps.steps(server)
    plan.steps += OwnDNSSteps.steps(server)
    plan.steps += BlocklistSteps.steps(server, options, partners: [])
    return plan
  }

  /// What decides about causes: the steps of the own server that answer the named probes, and the destinations.
  /// - Parameters:
  ///   - probes: names, as cause rules have them.
  ///   - destinations: domains that mail of own users goes to, those in question first.
  public static func deciding(
    _ probes: Set<String>, destinations: [String], _ server: OwnServer, _ options: ProbeOptions
  ) -> ProbePlan {
    var plan = ProbePlan()
    // Whether the network and the resolver work at all tells a broken destination from a broken server.
    let always: Set<String> = ["route-get", "dns-udp", "unit"]
    plan.steps = ownServer(server, options).steps.filter { step in
      step.probes.contains { probes.contains($0) || always.contains($0) }
    }
    let outward: Set<String> = ["tcp-out", "smtp-out", "tls-out", "dns-mx", "control"]
    if !probes.isDisjoint(with: outward) {
      plan.steps += destinations.prefix(destinationLimit).map(DestinationSteps.step)
    }
    return plan
  }

  /// Destinations in one run.
  static let destinationLimit = 8

  /// A domain that the user names: where its mail goes and how it is judged by receivers.
  public static func domain(_ domain: String) -> ProbePlan {
    var plan = ProbePlan()
    plan.steps = [DestinationSteps.step(domain)] + SenderDNSSteps.steps(domain)
    return plan
  }

  /// A service that the user names.
  public static func service(_ host: String, port: UInt16, _ spoken: MailProtocol) -> ProbePlan {
    var plan = ProbePlan()
    plan.steps = [OwnServiceSteps.step(host: host, port: port, spoken)]
    return plan
  }

  public mutating func add(_ other: ProbePlan) { steps += other.steps }
}
