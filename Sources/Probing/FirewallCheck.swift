import Glibc

/// Rules of this machine's own firewall that concern the mail ports. Read only.
enum FirewallCheck {
  static func check(_ context: ProbeContext) -> [Observation] {
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("firewall", sign, target: "firewall", quality, words)
    }
    guard getuid() == 0 else {
      return [seen("hidden", .unknown, "the firewall's rules can be read by root only: nft list ruleset")]
    }
    guard
      let answer = Command.run(
        "/usr/sbin/nft", ["-n", "list", "ruleset"], until: context.deadline.within(5), context.cancellation),
      answer.isSuccess
    else { return [seen("no-tool", .unknown, "nft is not installed or does not answer")] }
    var result: [Observation] = []
    let wanted = Set(context.server.services.map(\.port))
    for rule in blocking(answer.output) {
      for port in rule.ports where rule.isInbound && wanted.contains(port) {
        result.append(seen("blocks-inbound-\(port)", .problem, "our own firewall closes port \(port): \(rule.text)"))
      }
      if !rule.isInbound, rule.ports.contains(25) {
        result.append(
          seen("blocks-outbound-25", .problem, "our own firewall closes the way out to port 25: \(rule.text)"))
      }
    }
    return result.isEmpty ? [seen("no-rule", .ok, "no rule of our own firewall names a mail port")] : result
  }

  struct Rule: Equatable {
    var ports: [UInt16]
    var isInbound: Bool
    var text: String
  }

  /// Rules that drop or reject by a port, in chains of the hooks `input` and `output`.
  static func blocking(_ ruleset: String) -> [Rule] {
    var hook = ""
    var rules: [Rule] = []
    for line in ruleset.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.first == "chain" { hook = "" }
      if let i = words.firstIndex(of: "hook"), i + 1 < words.count { hook = String(words[i + 1]) }
      guard hook == "input" || hook == "output", words.contains("drop") || words.contains("reject"),
        let i = words.firstIndex(of: "dport")
      else { continue }
      var ports: [UInt16] = []
      for word in words[(i + 1)...] {
        if word == "drop" || word == "reject" || word == "}" || word == "counter" { break }
        if let port = UInt16(word.filter { $0.isNumber }) { ports.append(port) }
        if !word.contains(","), word != "{", !ports.isEmpty, words[i + 1] != "{" { break }
      }
      rules.append(Rule(ports: ports, isInbound: hook == "input", text: line.trimmed))
    }
    return rules
  }
}
