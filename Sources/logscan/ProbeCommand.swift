import ArgumentParser
import BuiltinRules
import Diagnosis
import Glibc
import Probing
import Reports

/// `logscan probe`: the live checks alone.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Check this mail server live, or a domain, or a service. Makes network connections.",
    discussion: """
      Without a target it works down the list for this host: network and resolvers, settings, ports and TLS, helpers, \
      services, firewall, DNS, certificates. It sends no mail and logs in nowhere unless asked. What another user may not \
      see is said; root sees more.

        logscan probe                             this server
        logscan probe example.com                 where its mail goes, and how others judge mail from it
        logscan probe mail.example.com:993/imaps  one service

      Exit status: 0 all was checked, 2 wrong usage.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: ArgumentHelp("A domain, host:port/protocol or host:port.", valueName: "target"))
  var targets: [String] = []

  @OptionGroup var live: LiveOptions

  @Option(help: "text or json.")
  var format = Format.text

  @Flag(help: "Say what would be done, and do nothing of it.")
  var probePlan = false

  /// What a target means.
  private enum Target {
    case domain(String)
    case service(host: String, port: UInt16, MailProtocol)
  }

  func validate() throws {
    for target in targets where Self.parse(target) == nil {
      throw ValidationError(
        "'\(target)' is no target; write example.com, mail.example.com:993 or 127.0.0.1:9993/imaps"
          + " (\(MailProtocol.allCases.map(\.rawValue).joined(separator: ", ")))")
    }
  }

  private static func parse(_ text: String) -> Target? {
    var place = text
    var spoken: MailProtocol?
    if let slash = text.lastIndex(of: "/") {
      guard let named = MailProtocol(name: String(text[text.index(after: slash)...])) else { return nil }
      spoken = named
      place = String(text[..<slash])
    }
    if let parts = HostPort.parse(place), isHost(parts.host) {
      guard let spoken = spoken ?? MailProtocol(port: parts.port) else { return nil }
      return .service(host: parts.host, port: parts.port, spoken)
    }
    guard isHost(place) else { return nil }
    if let spoken { return .service(host: place, port: spoken.port, spoken) }
    return IPAddress(place) == nil ? .domain(place) : .service(host: place, port: 25, .smtp)
  }

  private static func isHost(_ text: String) -> Bool {
    IPAddress(text) != nil
      || !text.isEmpty && text.utf8.count < 254
        && text.utf8.allSatisfy { $0 | 0x20 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2E || $0 == 0x2D || $0 == 0x5F }
  }

  func run() throws {
    let run = try live.run()
    var plan = ProbePlan()
    for target in targets.compactMap(Self.parse) {
      switch target {
      case .domain(let domain): plan.add(.domain(domain.lowercased()))
      case .service(let host, let port, let spoken): plan.add(.service(host, port: port, spoken))
      }
    }
    if targets.isEmpty { plan = .ownServer(run.server, run.options) }
    if probePlan {
      return try Output.write(plan.steps.map { Escaping.terminal($0.action) + "\n" }.joined(), to: nil)
    }
    let checks = run.observe(plan).map { observation in
      ProbeReport.Check(
        check: observation.probe, target: observation.target, verdict: observation.quality.rawValue,
        cause: Verdict.cause(of: observation), seen: observation.seen)
    }
    switch format {
    case .json:
      try Output.write(ProbeReport.json(checks, version: LogScan.version, rules: BuiltinRules.digest), to: nil)
    case .text: try Output.write(ProbeReport.text(checks, style: Terminal.style(color: .auto, all: true)), to: nil)
    }
  }
}
