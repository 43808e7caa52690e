/// DKIM selectors that signing programs of this machine are configured with.
enum DKIMSelectors {
  static func configured(_ domain: String) -> [String] {
    var found: [String] = []
    // OpenDKIM's table: `name domain:selector:keyfile`.
    for file in ["/etc/opendkim/KeyTable", "/etc/opendkim/key.table", "/etc/dkimkeys/keytable"] {
      for line in LocalFile.lines(file) {
        guard let value = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).last else { continue }
        let parts = value.split(separator: ":")
        if parts.count > 2, parts[0] == domain { found.append(String(parts[1])) }
      }
    }
    for line in LocalFile.lines("/etc/opendkim.conf") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count > 1, words[0] == "Selector" { found.append(String(words[1])) }
    }
    for line in LocalFile.lines("/etc/rspamd/local.d/dkim_signing.conf") {
      let parts = line.split(separator: "\"")
      if parts.count > 1, parts[0].trimmed.hasPrefix("selector") { found.append(String(parts[1])) }
    }
    var seen: Set<String> = []
    return found.filter { DNSClient.isSensible($0) && seen.insert($0).inserted }
  }
}
