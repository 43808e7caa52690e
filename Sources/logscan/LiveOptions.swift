import ArgumentParser
import Diagnosis
import Glibc
import MailEvents
import Probing
import Reports

/// How live checks are made.
struct LiveOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Seconds that live checks may take.", valueName: "seconds"))
  var probeTime = 15.0

  @Option(
    help: ArgumentHelp("Ask this resolver instead of the system's; may be given several times.", valueName: "address"))
  var resolver: [String] = []

  @Option(
    help: ArgumentHelp("An address that others see us by, where this host has another (NAT).", valueName: "address"))
  var publicAddress: [String] = []

  @Option(help: ArgumentHelp("Trust these certificates besides the system's.", valueName: "file"))
  var caFile: [String] = []

  @Option(help: ArgumentHelp("A DNS blocklist to ask about our own addresses.", valueName: "zone"))
  var blocklist: [String] = []

  @Option(help: ArgumentHelp("A selector of our DKIM keys.", valueName: "name"))
  var selector: [String] = []

  @Flag(help: "Private and reserved networks may be contacted: for laboratories.")
  var allowPrivate = false

  @Flag(help: "Ask the own port 25 whether it relays for strangers; no mail is sent.")
  var probeRelay = false

  @Option(
    help: ArgumentHelp(
      "Log in as this user at the own services, over TLS only; the password is asked for.", valueName: "user"))
  var probeLogin: String?

  @Option(help: ArgumentHelp("Read that password from this file.", valueName: "file"))
  var passwordFile: String?

  func validate() throws {
    guard (0.5...600).contains(probeTime) else { throw ValidationError("--probe-time: between 0.5 and 600 seconds") }
    for address in publicAddress where IPAddress(address) == nil {
      throw ValidationError("--public-address: '\(address)' is no address")
    }
    for address in resolver
    where HostPort.parse(address, port: 53).flatMap({ IPAddress($0.host) }) == nil && IPAddress(address) == nil {
      throw ValidationError("--resolver: '\(address)' is no address")
    }
    if passwordFile != nil, probeLogin == nil {
      throw ValidationError("--password-file: of no use without --probe-login")
    }
  }

  private func options() throws -> ProbeOptions {
    var options = ProbeOptions()
    options.seconds = probeTime
    options.resolvers = resolver
    options.allowsPrivate = allowPrivate
    options.trustFiles = caFile
    options.blocklists = blocklist
    options.selectors = selector
    options.testsRelay = probeRelay
    options.isInterrupted = { Interruption.isAsked }
    if let user = probeLogin { options.login = ProbeLogin(user: user, password: try password()) }
    return options
  }

  /// Never from an argument, which every user of the host can see.
  private func password() throws -> String {
    if let passwordFile {
      guard let text = RuleDirectory.text(of: passwordFile) else {
        Messages.error("\(passwordFile): cannot be read: \(String(cString: strerror(errno)).lowercased())")
        throw ExitCode(Status.usage)
      }
      return String(text.prefix { !$0.isNewline })
    }
    guard isatty(0) == 1, let text = getpass("password of \(Escaping.terminal(probeLogin ?? "")): ") else {
      Messages.error("--probe-login: there is no terminal to ask for the password; use --password-file")
      throw ExitCode(Status.usage)
    }
    return String(cString: text)
  }

  /// One run: what the own server is, the steps, what they saw.
  struct Run {
    let options: ProbeOptions
    let deadline: Deadline
    let cancellation = Cancellation()
    var server: OwnServer

    func observe(_ plan: ProbePlan) -> [Observation] {
      ProbeRun.observe(
        plan.steps, in: ProbeContext(server: server, options: options, deadline: deadline, cancellation: cancellation))
    }
  }

  /// - Parameter agent: the server that the log is of.
  func run(agent: OwnServer.Agent? = nil) throws -> Run {
    let options = try options()
    let deadline = Deadline(seconds: options.seconds)
    Interruption.watch()
    var run = Run(options: options, deadline: deadline, server: OwnServer())
    run.server = OwnServerReader(deadline: deadline, cancellation: run.cancellation, hint: agent).read()
    run.server.publicAddresses = publicAddress.compactMap { IPAddress($0) }
    return run
  }

  // MARK: Findings

  /// Only problems, and nothing that waits for others to act on nothing.
  private static func candidates(_ analysis: Analysis) -> [Int] {
    analysis.findings.indices.filter { analysis.findings[$0].severity >= .notice }
  }

  /// The domains of the findings that mail of own users goes to, and the busiest of the others as a control group.
  private static func destinations(_ analysis: Analysis, _ own: [String]) -> [String] {
    let allowed = analysis.domains.filter { $0.isOfUsers && !own.contains($0.name) }.map(\.name)
    let asked = Set(candidates(analysis).flatMap { analysis.findings[$0].scope.map(\.value) })
    let first = allowed.filter { asked.contains($0) }
    let failing = analysis.domains.filter { allowed.contains($0.name) && $0.deliveries.sent < $0.attempts }.map(\.name)
    var result: [String] = []
    for name in first.prefix(4) + failing.prefix(3) + allowed where !result.contains(name) { result.append(name) }
    return Array(result.prefix(8))
  }

  private func plan(_ analysis: Analysis, _ run: Run) -> ProbePlan {
    let probes = Set(Self.candidates(analysis).flatMap { analysis.findings[$0].probes })
    guard !probes.isEmpty else { return ProbePlan() }
    return ProbePlan.deciding(
      probes, destinations: Self.destinations(analysis, run.server.domains), run.server, run.options)
  }

  /// `connect to …`: a line for each step.
  func plan(for analysis: Analysis) throws -> String {
    let run = try run()
    let steps = plan(analysis, run).steps
    guard !steps.isEmpty else { return "Nothing to check: there is no finding that a live check could decide.\n" }
    return steps.map { "\($0.action)" }.map { Escaping.terminal($0) + "\n" }.joined()
  }

  /// Puts a verdict into each finding.
  func check(_ analysis: inout Analysis) {
    guard let run = try? run() else { return }
    let observations = run.observe(plan(analysis, run))
    for index in Self.candidates(analysis) {
      let finding = analysis.findings[index]
      let verdict = Verdict.of(cause: finding.cause, scope: finding.scope.map(\.value), observations)
      analysis.findings[index].probe = Finding.Probe(verdict: verdict.kind.rawValue, seen: verdict.seen)
    }
  }
}

extension Analysis.Domain {
  fileprivate var attempts: Int { deliveries.sent + deliveries.deferred + deliveries.bounced + deliveries.expired }
}
