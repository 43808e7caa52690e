import Glibc

/// The configuration as the programs themselves judge it, and the files it names.
enum ConfigurationSteps {
  static func steps(_ server: OwnServer) -> [ProbeStep] {
    var steps = [
      ProbeStep(
        ["config-check"], target: "configuration",
        action: "ask the programs about their configuration (postconf, postfix check, doveconf, exim -bV)"
      ) { check($0) },
      ProbeStep(["config-facts"], target: "settings", action: "look at settings and the files they name") { facts($0) },
      ProbeStep(["map-check"], target: "tables", action: "compare lookup tables with their compiled files") { _ in
        tables(server)
      },
      ProbeStep(["firewall"], target: "firewall", action: "read the firewall's rules (nft list ruleset)") {
        FirewallCheck.check($0)
      },
    ]
    for files in Set(server.certificates).sorted(by: { $0.certificate < $1.certificate }) {
      steps.append(
        ProbeStep(
          ["cert-files"], target: files.certificate,
          action: "read the certificate \(files.certificate) and compare it with its key"
        ) { _ in CertificateFileCheck.check(files) })
    }
    return steps
  }

  private static func check(_ context: ProbeContext) -> [Observation] {
    let server = context.server
    var faults = server.faults
    if server.agent == .postfix, getuid() == 0,
      let answer = Command.run("/usr/sbin/postfix", ["check"], until: context.deadline.within(8), context.cancellation),
      let words = PostfixSettings.fault(answer)
    {
      faults.append(ConfigurationFault(program: "postfix", words: words))
    }
    if server.agent == .exim, let path = EximSettings.program(ProcessTable.read()),
      let answer = Command.run(path, ["-bV"], until: context.deadline.within(5), context.cancellation),
      !answer.isSuccess
    {
      faults.append(ConfigurationFault(program: "exim", words: (answer.errors + answer.output).firstLines(2)))
    }
    var programs = server.agent.map { [$0.rawValue] } ?? []
    if server.hasDovecot { programs.append("dovecot") }
    var result = programs.map { program -> Observation in
      if let fault = faults.first(where: { $0.program == program }) {
        return Observation("config-check", "\(program)-broken", target: program, .problem, "\(program): \(fault.words)")
      }
      return Observation(
        "config-check", "\(program)-clean", target: program, .ok, "\(program) accepts its configuration")
    }
    if server.agent == .postfix { result += relayRestrictions(server) }
    return result
  }

  /// Postfix's SMTP server demands one of these in one of the two lists, and ends otherwise (smtpd_relay_restrictions).
  private static func relayRestrictions(_ server: OwnServer) -> [Observation] {
    let lists = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"].compactMap { server.settings[$0] }
    guard lists.count == 2 else { return [] }
    let closing: Set<String> = [
      "reject_unauth_destination", "defer_unauth_destination", "reject", "defer", "defer_if_permit",
      "check_relay_domains",
    ]
    let isClosed = lists.contains { PostfixSettings.words($0).contains { closing.contains($0) } }
    return [
      isClosed
        ? Observation(
          "config-check", "relay-restricted", target: "smtpd_relay_restrictions", .ok,
          "relaying for strangers is refused by the configuration")
        : Observation(
          "config-check", "relay-unrestricted", target: "smtpd_relay_restrictions", .problem,
          "neither smtpd_relay_restrictions nor smtpd_recipient_restrictions refuses to relay for strangers")
    ]
  }

  /// Dovecot's programs need about so many bytes to start with all their libraries.
  static let leastMemory = 24 << 20

  private static func facts(_ context: ProbeContext) -> [Observation] {
    var result: [Observation] = []
    let settings = context.server.settings
    if context.server.hasDovecot, context.server.faults.allSatisfy({ $0.program != "dovecot" }) {
      let text = settings["dovecot/service:imap/vsz_limit"] ?? settings["dovecot/default_vsz_limit"] ?? "256M"
      let limit = EximSettings.size(text.replacing(" ", with: "")) ?? 0
      let isLow = limit > 0 && limit < leastMemory
      result.append(
        Observation(
          "config-facts", isLow ? "imap-memory-low" : "imap-memory-enough", target: "vsz_limit", isLow ? .problem : .ok,
          "service imap: vsz_limit = \(text)"))
    }
    for path in context.server.passwordFiles {
      guard let access = FileAccess(user: settings["dovecot/default_internal_user"] ?? "dovecot") else { continue }
      switch access.may(4, path) {
      case .yes:
        result.append(
          Observation("config-facts", "password-file-readable", target: path, .ok, "\(path) can be read by Dovecot"))
      case .no(let part):
        result.append(
          Observation(
            "config-facts", "password-file-unreadable", target: path, .problem,
            "\(part) keeps Dovecot from reading \(path)"))
      case .missing:
        result.append(
          Observation("config-facts", "password-file-missing", target: path, .problem, "\(path) does not exist"))
      case .hidden:
        result.append(
          Observation("config-facts", "hidden", target: path, .unknown, "\(path) cannot be seen by this user"))
      }
    }
    return result
  }

  /// Indexed tables of Postfix: is the compiled file there, and not older than the text.
  private static func tables(_ server: OwnServer) -> [Observation] {
    var result: [Observation] = []
    var seen: Set<String> = []
    for value in server.settings.sorted(by: { $0.key < $1.key }).map(\.value) {
      for word in PostfixSettings.words(value) {
        let bare = word.hasPrefix("proxy:") ? String(word.dropFirst(6)) : word
        guard let colon = bare.firstIndex(of: ":"), ["hash", "btree", "lmdb"].contains(bare[..<colon]) else { continue }
        let path = String(bare[bare.index(after: colon)...])
        guard path.hasPrefix("/"), seen.insert(path).inserted else { continue }
        result.append(table(path, suffix: bare.hasPrefix("lmdb:") ? ".lmdb" : ".db"))
      }
    }
    return result
  }

  private static func table(_ path: String, suffix: String) -> Observation {
    var text = stat()
    var compiled = stat()
    guard stat(path + suffix, &compiled) == 0 else {
      return Observation(
        "map-check", "missing", target: path, .problem, "\(path + suffix) does not exist: run postmap \(path)")
    }
    if stat(path, &text) == 0, text.st_mtim.tv_sec > compiled.st_mtim.tv_sec {
      return Observation(
        "map-check", "stale", target: path, .problem, "\(path) is newer than \(path + suffix): run postmap \(path)")
    }
    return Observation("map-check", "fresh", target: path, .ok, "\(path + suffix) is there and up to date")
  }
}

extension String {
  func firstLines(_ count: Int) -> String { split(separator: "\n").prefix(count).joined(separator: "; ") }
}
