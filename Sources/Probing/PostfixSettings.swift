/// Postfix's configuration, by `postconf`.
struct PostfixSettings {
  static let program = "/usr/sbin/postconf"
  let reader: OwnServerReader

  private static let parameters = [
    "content_filter", "inet_interfaces", "mailbox_transport", "message_size_limit", "mydestination", "myhostname",
    "non_smtpd_milters", "queue_directory", "relayhost", "smtp_tls_CAfile", "smtp_tls_CApath",
    "smtpd_client_restrictions",
    "smtpd_milters", "smtpd_recipient_restrictions", "smtpd_relay_restrictions", "smtpd_sasl_path", "smtpd_sasl_type",
    "smtpd_tls_cert_file", "smtpd_tls_chain_files", "smtpd_tls_key_file", "virtual_alias_maps", "virtual_mailbox_base",
    "virtual_mailbox_domains", "virtual_mailbox_maps", "virtual_transport", "smtpd_tls_security_level",
    "smtpd_end_of_data_restrictions", "smtpd_data_restrictions", "smtpd_sender_restrictions", "mail_owner",
  ]

  func apply(to server: inout OwnServer) {
    guard let answer = reader.ask(Self.program, ["-x"] + Self.parameters) else { return }
    let values = Self.values(answer.output)
    func value(_ name: String) -> String { values[name] ?? "" }
    server.settings = values
    server.hostName = value("myhostname").lowercased()
    server.agentUser = value("mail_owner").isEmpty ? "postfix" : value("mail_owner")
    server.queueDirectory = value("queue_directory").isEmpty ? "/var/spool/postfix" : value("queue_directory")
    server.chroot = server.queueDirectory
    server.messageSizeLimit = Int(value("message_size_limit"))
    server.domains = Self.words(value("mydestination") + " " + value("virtual_mailbox_domains"))
      .map { $0.lowercased() }.filter {
        $0.contains(".") && !$0.contains("/") && !$0.contains(":") && !$0.contains("$")
      }
      .filter { !$0.hasPrefix("localhost") && $0 != server.hostName }
    if !value("virtual_mailbox_base").isEmpty { server.mailStores.append(value("virtual_mailbox_base")) }
    trust(value, &server)
    certificates(value, &server)
    helpers(value, &server)
    server.blocklists = Self.blocklists(
      ["smtpd_client_restrictions", "smtpd_recipient_restrictions", "smtpd_relay_restrictions"].map(value))
    services(&server)
    if let words = Self.fault(answer) { server.faults.append(ConfigurationFault(program: "postfix", words: words)) }
  }

  /// `name = value` lines.
  static func values(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard let range = line.firstIndex(of: "=") else { continue }
      let name = line[..<range].trimmed
      values[name] = line[line.index(after: range)...].trimmed
    }
    return values
  }

  /// A list as Postfix writes it: separated by blanks or commas.
  static func words(_ text: String) -> [String] {
    text.split { $0 == " " || $0 == "," || $0 == "\t" }.map(String.init)
  }

  static func fault(_ result: Command.Result) -> String? {
    let lines = result.errors.split(separator: "\n").filter { $0.contains("fatal:") || $0.contains("error:") }
    if lines.isEmpty, result.isSuccess { return nil }
    let all = lines.isEmpty ? result.errors.split(separator: "\n") : lines
    return all.isEmpty ? nil : all.prefix(3).joined(separator: "; ")
  }

  private func trust(_ value: (String) -> String, _ server: inout OwnServer) {
    if !value("smtp_tls_CAfile").isEmpty { server.trust.files.append(value("smtp_tls_CAfile")) }
    if !value("smtp_tls_CApath").isEmpty { server.trust.directories.append(value("smtp_tls_CApath")) }
  }

  private func certificates(_ value: (String) -> String, _ server: inout OwnServer) {
    let chains = Self.words(value("smtpd_tls_chain_files"))
    for file in chains { server.certificates.append(.init(certificate: file, key: file, program: "postfix")) }
    let file = value("smtpd_tls_cert_file")
    guard chains.isEmpty, !file.isEmpty, file != "none" else { return }
    let key = value("smtpd_tls_key_file")
    server.certificates.append(.init(certificate: file, key: key.isEmpty ? file : key, program: "postfix"))
  }

  // MARK: Helpers

  private func helpers(_ value: (String) -> String, _ server: inout OwnServer) {
    let queue = server.queueDirectory ?? "/var/spool/postfix"
    for setting in ["virtual_transport", "mailbox_transport"] where value(setting).hasPrefix("lmtp:") {
      add(.lmtp, String(value(setting).dropFirst(5)), setting, queue, &server, port: 24)
    }
    if value("smtpd_sasl_type") == "dovecot", !value("smtpd_sasl_path").isEmpty {
      add(.auth, value("smtpd_sasl_path"), "smtpd_sasl_path", queue, &server)
    }
    for setting in ["smtpd_milters", "non_smtpd_milters"] {
      for word in Self.words(value(setting)) { add(.milter, word, setting, queue, &server) }
    }
    let restrictions = [
      "smtpd_client_restrictions", "smtpd_sender_restrictions", "smtpd_relay_restrictions",
      "smtpd_recipient_restrictions", "smtpd_data_restrictions", "smtpd_end_of_data_restrictions",
    ]
    for setting in restrictions {
      let words = Self.words(value(setting))
      for (word, target) in zip(words, words.dropFirst()) where word == "check_policy_service" {
        add(.policy, target, setting, queue, &server)
      }
    }
    let filter = value("content_filter")
    if let colon = filter.firstIndex(of: ":") {
      add(.filter, String(filter[filter.index(after: colon)...]), "content_filter", queue, &server, port: 25)
    }
    for setting in ["virtual_mailbox_maps", "virtual_alias_maps", "virtual_mailbox_domains"] {
      for word in Self.words(value(setting)) { databases(word, setting, &server) }
    }
    let relay = value("relayhost")
    if !relay.isEmpty { add(.relay, relay, "relayhost", queue, &server, port: 25) }
  }

  /// `unix:private/auth`, `inet:host:port`, `inet:port@host`, `[host]:port`, a path.
  private func add(
    _ kind: OwnServer.Helper.Kind, _ text: String, _ setting: String, _ queue: String, _ server: inout OwnServer,
    port: UInt16? = nil
  ) {
    var text = text
    let isPath = text.hasPrefix("unix:") || text.hasPrefix("/") || kind == .auth && !text.hasPrefix("inet:")
    if text.hasPrefix("unix:") { text.removeFirst(5) }
    if text.hasPrefix("inet:") { text.removeFirst(5) }
    let helper: OwnServer.Helper
    if isPath {
      // Postfix's programs run in the queue directory, most of them chrooted into it.
      let path = text.hasPrefix(queue) ? text : queue + (text.hasPrefix("/") ? "" : "/") + text
      helper = .init(kind: kind, place: .local(path), setting: setting)
    } else if let (host, number) = HostPort.parse(text, port: port) {
      helper = .init(kind: kind, place: .tcp(host: host, port: number), setting: setting)
    } else {
      return
    }
    if !server.helpers.contains(where: { $0.place == helper.place }) { server.helpers.append(helper) }
  }

  /// The hosts of a `mysql:`, `pgsql:` or `ldap:` table.
  private func databases(_ table: String, _ setting: String, _ server: inout OwnServer) {
    let table = table.hasPrefix("proxy:") ? String(table.dropFirst(6)) : table
    guard let colon = table.firstIndex(of: ":") else { return }
    let type = table[..<colon]
    let ports: [Substring: (OwnServer.Helper.Kind, UInt16)] = [
      "mysql": (.sql, 3306), "pgsql": (.sql, 5432), "ldap": (.ldap, 389),
    ]
    guard let (kind, port) = ports[type], let text = LocalFile.text(String(table[table.index(after: colon)...])) else {
      return
    }
    let values = Self.values(text)
    let queue = server.queueDirectory ?? ""
    for host in Self.words(values[type == "ldap" ? "server_host" : "hosts"] ?? "localhost") {
      let bare = host.replacing("ldap://", with: "").replacing("ldaps://", with: "").replacing("inet:", with: "")
      if bare.hasPrefix("unix:") { continue }
      add(kind, bare, setting, queue, &server, port: port)
    }
  }

  /// Zones of `reject_rbl_client` and its kin.
  static func blocklists(_ restrictions: [String]) -> [String] {
    var zones: [String] = []
    for list in restrictions {
      let words = Self.words(list)
      for (word, zone) in zip(words, words.dropFirst())
      where word.hasPrefix("reject_rbl") || word.hasPrefix("reject_rhsbl") {
        let name = String(zone.prefix { $0 != "=" }).lowercased()
        if !zones.contains(name) { zones.append(name) }
      }
    }
    return zones
  }

  // MARK: Services

  private func services(_ server: inout OwnServer) {
    guard let table = reader.ask(Self.program, ["-M"]) else { return }
    if let words = Self.fault(table) { server.faults.append(ConfigurationFault(program: "postfix", words: words)) }
    let overrides = Self.values(reader.ask(Self.program, ["-P"])?.output ?? "")
    let isLocal = Self.words(server.settings["inet_interfaces"] ?? "").allSatisfy {
      ["loopback-only", "127.0.0.1", "::1", "localhost"].contains($0)
    }
    for line in table.output.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 8, words[1] == "inet", words[7] == "smtpd" || words[7] == "postscreen" else { continue }
      let name = String(words[0])
      let bare = name.split(separator: ":").last.map(String.init) ?? name
      let host = name.contains(":") ? name.dropLast(bare.count + 1) : ""
      let names: [String: UInt16] = ["smtp": 25, "submission": 587, "submissions": 465, "smtps": 465]
      guard let port = names[bare] ?? UInt16(bare) else { continue }
      let wraps = overrides["\(name)/inet/smtpd_tls_wrappermode"] == "yes"
      let spoken: MailProtocol = wraps ? .submissions : port == 587 ? .submission : .smtp
      server.services.append(
        .init(
          port: port, spoken: spoken, program: "postfix",
          isLocal: isLocal || IPAddress(String(host))?.isLoopback == true))
    }
  }
}

extension StringProtocol {
  /// Without blanks at its ends.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return String(text)
  }
}
