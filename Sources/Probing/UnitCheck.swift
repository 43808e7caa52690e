/// Whether the mail services run, by the processes and by systemd.
enum UnitCheck {
  private static let units = [
    "postfix@-.service", "postfix.service", "exim4.service", "dovecot.service", "rspamd.service", "amavis.service",
    "clamav-daemon.service", "opendkim.service", "postgrey.service", "mariadb.service", "slapd.service",
    "unbound.service",
    "rsyslog.service",
  ]

  static func check(_ context: ProbeContext) -> [Observation] {
    let processes = ProcessTable.read()
    var result: [Observation] = []
    func state(_ group: String, _ program: String) {
      let isRunning = processes.contains { $0.program == program }
      result.append(
        Observation(
          "unit", "\(group)-\(isRunning ? "runs" : "down")", target: program, isRunning ? .ok : .problem,
          isRunning ? "\(program) runs" : "\(program) does not run"))
    }
    if let agent = context.server.agent { state("mta", agent.rawValue) }
    if context.server.hasDovecot { state("dovecot", "dovecot") }
    let isLogging = processes.contains { ["rsyslogd", "systemd-journal", "syslog-ng"].contains($0.name) }
    result.append(
      Observation(
        "unit", isLogging ? "syslog-runs" : "syslog-down", target: "syslog", isLogging ? .ok : .problem,
        isLogging ? "a log service runs" : "no log service runs (rsyslogd, systemd-journald)"))
    return result + systemd(context)
  }

  /// What systemd says of services that are not as they should be.
  private static func systemd(_ context: ProbeContext) -> [Observation] {
    guard LocalFile.exists("/run/systemd/system") else { return [] }
    let arguments = ["show", "-p", "Id,LoadState,ActiveState,SubState,Result,ExecMainStatus,NRestarts", "--"] + units
    guard
      let answer = Command.run(
        "/usr/bin/systemctl", arguments, until: context.deadline.within(4), context.cancellation),
      answer.isSuccess
    else { return [] }
    return answer.output.split(separator: "\n\n").compactMap { block -> Observation? in
      let values = PostfixSettings.values(String(block))
      guard let id = values["Id"], values["LoadState"] == "loaded", values["ActiveState"] == "failed" else {
        return nil
      }
      return Observation(
        "unit", "failed", target: id, .problem,
        "\(id) failed: \(values["Result"] ?? ""), status \(values["ExecMainStatus"] ?? "?"), \(values["NRestarts"] ?? "0") restarts"
      )
    }
  }
}

extension StringProtocol {
  /// Parts between a separator of several characters.
  fileprivate func split(separator: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = Substring(self)
    while let range = rest.firstRange(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }
}
