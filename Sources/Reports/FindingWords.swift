import Diagnosis
import MailEvents

/// The sentences about a finding that every report for people shares.
///
/// The results hold values from the log and are NOT escaped.
struct FindingWords {
  let finding: Finding
  let times: TimeWords

  static func actor(_ actor: Actor) -> String {
    switch actor {
    case .user: "the user"
    case .admin: "the administrator"
    case .remote: "the remote side"
    case .provider: "hosting provider"
    case .nobody: "nobody"
    }
  }

  /// A cause's id as words: `remote-host-down` → `remote host down`.
  static func words(_ cause: String) -> String {
    String(cause.map { $0 == "-" ? " " : $0 })
  }

  /// When, what, where, how sure: the parts of the line under the title.
  var circumstances: [String] {
    var parts: [String] = []
    if let incident = times.incident(
      since: finding.since, until: finding.until, isOngoing: finding.ongoing)
    {
      parts.append(incident)
    }
    if let impact { parts.append(impact) }
    if let scope { parts.append(scope) }
    parts.append("confidence \(Figures.share(finding.confidence))%")
    return parts
  }

  /// `132 messages to 41 domains wait`
  var impact: String? {
    exactImpact.map { finding.impact.isApproximate ? "about \($0)" : $0 }
  }

  private var exactImpact: String? {
    let impact = finding.impact
    guard impact.messages > 0 else {
      if impact.users > 0 { return Figures.counted(impact.users, "user") + " affected" }
      if impact.recipients > 0 {
        return Figures.counted(impact.recipients, "recipient") + " affected"
      }
      if impact.senders > 0 { return Figures.counted(impact.senders, "sender") + " affected" }
      return nil
    }
    var text = Figures.counted(impact.messages, "message")
    if impact.users > 0 {
      text += " of " + Figures.counted(impact.users, "user")
    } else if impact.senders > 1 {
      text += " of " + Figures.counted(impact.senders, "sender")
    }
    if let domains = finding.evidence.first?.distinct["destination.domain"], domains > 0 {
      text += " to " + Figures.counted(domains, "domain")
    } else if impact.recipients > 0 {
      text += " to " + Figures.counted(impact.recipients, "recipient")
    }
    let waiting = min(impact.waiting, impact.messages)
    if waiting == impact.messages { return text + (waiting == 1 ? " waits" : " wait") }
    if waiting > 0 {
      return text + ", \(Figures.grouped(waiting)) still " + (waiting == 1 ? "waits" : "wait")
    }
    return text + " affected"
  }

  /// Where, unless the title says it already.
  var scope: String? {
    let parts = finding.scope.filter { !$0.value.isEmpty && !finding.title.contains($0.value) }
      .map { "\(Self.label($0.field)) \($0.value)" }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// What a field is called in a sentence.
  static func label(_ field: String) -> String {
    switch field {
    case "destination.domain": "domain"
    case "sender.domain": "sender domain"
    case "smtp.relay.ip", "smtp.relay.address", "host.name": "host"
    case "smtp.relay.network": "network"
    case "client.ip", "client.domain": "client"
    case "client.network": "client network"
    case "user.name": "user"
    case "user.mailbox": "mailbox"
    case "server.service", "service.name": "service"
    case "tls.server.subject": "certificate"
    case "smtp.envelope.from": "sender"
    case "smtp.envelope.to": "recipient"
    case "lookup.table": "table"
    case "filter.name": "filter"
    case "blocklist.name": "blocklist"
    case "dns.question.name": "name"
    case "config.parameter": "setting"
    case "file.path": "file"
    default: String((field.split(separator: ".").last ?? "").map { $0 == "_" ? " " : $0 })
    }
  }

  /// `3 times in this log: Mon 03:00 – 03:21 (21 min), Tue 03:00 – 03:19 (19 min), Wed 03:01, ongoing`: the last three.
  var recurrence: String? {
    guard finding.incidents.count > 1 else { return nil }
    let last = finding.incidents.suffix(3)
    let list = last.enumerated().compactMap { index, incident in
      times.incident(
        since: incident.since, until: incident.until, isOngoing: finding.ongoing && index == last.count - 1)
    }
    let mark = finding.incidents.count > list.count ? "…, " : ""
    return "\(Figures.grouped(finding.incidents.count)) times in this log: \(mark)\(list.joined(separator: ", "))"
  }

  /// `could also be remote firewall (30 %)`
  var rivals: String? {
    guard !finding.rivals.isEmpty else { return nil }
    let list = finding.rivals.map { "\(Self.words($0.cause)) (\(Figures.share($0.share)) %)" }
    return "could also be " + list.joined(separator: ", ")
  }

  /// `one remote host down (63 unrelated hosts fail); DNS (names resolve)`: the nearest three.
  var ruledOut: String? {
    guard !finding.ruledOut.isEmpty else { return nil }
    return finding.ruledOut.prefix(3).map {
      $0.why.isEmpty ? Self.words($0.cause) : "\(Self.words($0.cause)) (\($0.why))"
    }.joined(separator: "; ")
  }

  /// `checked live: confirmed; 192.0.2.66:25: no answer in time`
  var probe: String? {
    guard let probe = finding.probe else { return nil }
    let verdict = probe.verdict == "inconclusive" ? "could not tell" : probe.verdict
    return (["checked live: \(verdict)"] + probe.seen).joined(separator: "; ")
  }

  /// The most typical line, or else the first.
  var example: Place? { finding.example ?? finding.evidence.lazy.compactMap(\.first).first }

  /// Where the evidence begins and ends, when that is elsewhere than the example.
  var range: String? {
    guard let first = finding.evidence.first?.first, let last = finding.evidence.first?.last,
      first.file != last.file || first.line != last.line
    else { return nil }
    func place(_ place: Place) -> String { "\(place.file):\(place.line)" }
    return "first \(place(first)), last \(place(last))"
  }

  /// A consequence in one sentence: title and impact.
  var asConsequence: String {
    impact.map { "\(finding.title) (\($0))" } ?? finding.title
  }
}
