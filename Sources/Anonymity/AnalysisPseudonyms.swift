import Diagnosis

extension Pseudonyms {
  /// The same report with pseudonyms in all that came from a log.
  public func applied(to analysis: Analysis) -> Analysis {
    var pseudonyms = self
    pseudonyms.learn(analysis.users.map(\.name) + analysis.hosts)
    for finding in analysis.findings + analysis.noise {
      pseudonyms.learn(finding.scope.filter { Self.isName($0.field) }.map(\.value))
    }
    var result = analysis
    result.hosts = analysis.hosts.map(pseudonyms.host).sorted()
    for i in result.domains.indices { result.domains[i].name = pseudonyms.host(result.domains[i].name) }
    for i in result.users.indices { result.users[i].name = pseudonyms.user(result.users[i].name) }
    result.findings = analysis.findings.map(pseudonyms.applied)
    result.noise = analysis.noise.map(pseudonyms.applied)
    result.comparison?.gone = analysis.comparison?.gone.map(pseudonyms.applied) ?? []
    for i in result.unrecognised.indices {
      result.unrecognised[i].shape = pseudonyms.text(result.unrecognised[i].shape)
      result.unrecognised[i].example.text = pseudonyms.text(result.unrecognised[i].example.text)
    }
    return result
  }

  private static func isName(_ field: String) -> Bool {
    ["user.name", "user.mailbox", "host.name", "client.domain", "smtp.relay.address"].contains(field)
  }

  private func applied(to finding: Finding) -> Finding {
    var result = finding
    result.title = text(finding.title)
    result.scope = finding.scope.map { (field: $0.field, value: value($0.field, $0.value)) }
    result.because = finding.because.map(text)
    result.summary = text(finding.summary)
    for i in result.evidence.indices {
      result.evidence[i].first?.text = text(finding.evidence[i].first?.text ?? "")
      result.evidence[i].last?.text = text(finding.evidence[i].last?.text ?? "")
    }
    result.example?.text = text(finding.example?.text ?? "")
    result.ruledOut = finding.ruledOut.map { Finding.RuledOut(cause: $0.cause, why: text($0.why)) }
    result.fix = finding.fix.map(text)
    if let probe = finding.probe { result.probe = Finding.Probe(verdict: probe.verdict, seen: probe.seen.map(text)) }
    return result
  }

  /// A value by its field's name.
  public func value(_ field: String, _ value: String) -> String {
    switch field {
    case "user.name", "user.mailbox", "smtp.envelope.from", "smtp.envelope.to", "smtp.envelope.orig_to", "email.sender":
      value.contains("<") || value.contains(" ") ? text(value) : user(value)
    case "host.name", "client.domain", "client.helo", "smtp.relay.address", "smtp.helo", "destination.domain",
      "sender.domain",
      "dns.question.name", "smtp.relay.domain":
      value.contains(" ") ? text(value) : host(value)
    default: ip(value) ?? text(value)
    }
  }
}
