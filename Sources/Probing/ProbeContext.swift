/// What all steps of a run share.
public final class ProbeContext: Sendable {
  public let server: OwnServer
  public let options: ProbeOptions
  public let dns: DNSClient
  public let deadline: Deadline
  public let cancellation: Cancellation
  public let gate: HostGate
  public let addresses: AddressGuard

  public init(server: OwnServer, options: ProbeOptions, deadline: Deadline, cancellation: Cancellation) {
    self.server = server
    self.options = options
    self.deadline = deadline
    self.cancellation = cancellation
    dns = DNSClient(
      servers: options.resolvers.isEmpty ? ResolverFile.servers() : options.resolvers, cancellation: cancellation)
    gate = HostGate(cancellation: cancellation)
    addresses = AddressGuard(own: server.addresses, allowsPrivate: options.allowsPrivate)
  }

  /// The addresses of a name, by the resolver alone; those of an address are itself.
  func resolve(_ name: String) -> [IPAddress] {
    if let address = IPAddress(name) { return [address] }
    if name == "localhost" { return ["127.0.0.1"].compactMap { IPAddress($0) } }
    return dns.ask(name, .a, until: deadline).addresses + dns.ask(name, .aaaa, until: deadline).addresses
  }
}

/// What the user asked for.
public struct ProbeOptions: Sendable {
  /// Seconds for the whole run.
  public var seconds = 15.0
  /// Seconds for one connection to come about.
  public var connectSeconds = 4.0
  /// Resolvers to ask instead of the system's.
  public var resolvers: [String] = []
  /// Private and documentation networks may be contacted: for laboratories.
  public var allowsPrivate = false
  /// Certificates to trust besides the system's.
  public var trustFiles: [String] = []
  public var login: ProbeLogin?
  /// Ask the own server whether it relays for strangers.
  public var testsRelay = false
  /// Blocklists to ask about our own addresses.
  public var blocklists: [String] = []
  /// Selectors of DKIM keys.
  public var selectors: [String] = []
  /// The user wants an end.
  public var isInterrupted: @Sendable () -> Bool = { false }
  public init() {}
}
