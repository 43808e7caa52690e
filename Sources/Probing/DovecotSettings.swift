/// Dovecot's configuration, by `doveconf -n`.
struct DovecotSettings {
  static let program = "/usr/bin/doveconf"
  let reader: OwnServerReader

  func apply(to server: inout OwnServer) {
    guard let answer = reader.ask(Self.program, ["-n"]) else { return }
    server.hasDovecot = true
    guard answer.isSuccess else {
      let words = answer.errors.split(separator: "\n").prefix(3).joined(separator: "; ")
      server.faults.append(ConfigurationFault(program: "dovecot", words: words))
      server.services += Self.services(["imap", "pop3"], [:], isTLS: true)
      return
    }
    let settings = Self.flattened(answer.output)
    for (name, value) in settings { server.settings["dovecot/" + name] = value }
    let protocols = PostfixSettings.words(settings["protocols"] ?? "imap pop3 lmtp")
    server.services += Self.services(protocols, settings, isTLS: settings["ssl"] != "no")
    if let file = settings["ssl_cert"], file.hasPrefix("<") {
      server.certificates.append(
        .init(certificate: file.dropFirst().trimmed, key: Self.keyFile(), program: "dovecot"))
    }
    if let location = settings["mail_location"], let path = Self.directory(location) { server.mailStores.append(path) }
    sockets(settings, &server)
    databases(answer.output, &server)
  }

  /// `a/b/c` → value for what stands in nested blocks; the block's name is its words joined by `:`.
  static func flattened(_ text: String) -> [String: String] {
    var path: [String] = []
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let line = line.trimmed
      if line.hasPrefix("#") { continue }
      if line.hasSuffix("{") {
        path.append(line.dropLast().trimmed.split(separator: " ").joined(separator: ":"))
      } else if line == "}" {
        _ = path.popLast()
      } else if let equals = line.firstIndex(of: "=") {
        let name = (path + [line[..<equals].trimmed]).joined(separator: "/")
        values[name] = line[line.index(after: equals)...].trimmed
      }
    }
    return values
  }

  private static func services(_ protocols: [String], _ settings: [String: String], isTLS: Bool) -> [OwnServer.Service]
  {
    var services: [OwnServer.Service] = []
    func add(_ name: String, _ listener: String, _ spoken: MailProtocol) {
      let port = settings["service:\(name)-login/inet_listener:\(listener)/port"].flatMap { UInt16($0) } ?? spoken.port
      if port > 0 { services.append(.init(port: port, spoken: spoken, program: "dovecot")) }
    }
    if protocols.contains("imap") {
      add("imap", "imap", .imap)
      if isTLS { add("imap", "imaps", .imaps) }
    }
    if protocols.contains("pop3") {
      add("pop3", "pop3", .pop3)
      if isTLS { add("pop3", "pop3s", .pop3s) }
    }
    if protocols.contains("sieve") { add("managesieve", "sieve", .sieve) }
    return services
  }

  /// Sockets that Dovecot makes for the other programs.
  private func sockets(_ settings: [String: String], _ server: inout OwnServer) {
    for name in settings.keys.sorted() {
      let parts = name.split(separator: ":", omittingEmptySubsequences: false)
      guard name.contains("unix_listener:/"), let listener = parts.last else { continue }
      let path = String(listener.prefix(while: { $0 != " " })).split(separator: "/").dropLast().joined(separator: "/")
      let kind: OwnServer.Helper.Kind? =
        name.hasPrefix("service:lmtp/") ? .lmtp : name.hasPrefix("service:auth/") ? .auth : nil
      guard let kind else { continue }
      let helper = OwnServer.Helper(kind: kind, place: .local("/" + path), setting: "dovecot")
      if !server.helpers.contains(where: { $0.place == helper.place }) { server.helpers.append(helper) }
    }
  }

  /// Hosts of SQL and LDAP servers, and password files, from the files that `args` of password databases name.
  private func databases(_ text: String, _ server: inout OwnServer) {
    for line in text.split(separator: "\n").map(\.trimmed) where line.hasPrefix("args =") {
      database(line.dropFirst(6).trimmed, &server)
    }
  }

  private func database(_ args: String, _ server: inout OwnServer) {
    guard let path = PostfixSettings.words(args).last, path.hasPrefix("/") else { return }
    guard let content = LocalFile.text(path, limit: 1 << 20) else {
      if LocalFile.exists(path) { server.passwordFiles.append(path) }
      return
    }
    let values = PostfixSettings.values(content)
    if let uris = values["uris"] ?? values["hosts"] {
      for uri in PostfixSettings.words(uris) {
        let isTLS = uri.hasPrefix("ldaps://")
        let bare =
          uri.replacing("ldaps://", with: "").replacing("ldap://", with: "")
          .split(separator: "/").first.map(String.init) ?? ""
        add(.ldap, bare, isTLS ? 636 : 389, path, &server)
      }
    } else if let connect = values["connect"], !connect.isEmpty {
      let words = Dictionary(
        connect.split(separator: " ").compactMap { word -> (String, String)? in
          guard let equals = word.firstIndex(of: "=") else { return nil }
          return (String(word[..<equals]), String(word[word.index(after: equals)...]))
        }, uniquingKeysWith: { first, _ in first })
      guard let host = words["host"], !host.hasPrefix("/") else { return }
      let port = words["port"].flatMap { UInt16($0) } ?? (values["driver"] == "pgsql" ? 5432 : 3306)
      add(.sql, host, port, path, &server)
    } else {
      server.passwordFiles.append(path)
    }
  }

  private func add(
    _ kind: OwnServer.Helper.Kind, _ host: String, _ port: UInt16, _ setting: String, _ server: inout OwnServer
  ) {
    guard let (host, port) = HostPort.parse(host, port: port) else { return }
    let helper = OwnServer.Helper(kind: kind, place: .tcp(host: host, port: port), setting: setting)
    if !server.helpers.contains(where: { $0.place == helper.place }) { server.helpers.append(helper) }
  }

  /// `maildir:/srv/mail/%d/%n` → `/srv/mail`
  private static func directory(_ location: String) -> String? {
    guard let slash = location.firstIndex(of: "/") else { return nil }
    let path = location[slash...].prefix { $0 != "%" && $0 != ":" }
    return path.count > 1 && location[location.index(before: slash)] != "~" ? String(path) : nil
  }

  /// `doveconf` hides the key's place; the files say it.
  private static func keyFile() -> String? {
    var found: String?
    let files = LocalFile.names("/etc/dovecot/conf.d").sorted().map { "/etc/dovecot/conf.d/" + $0 }
    for file in files + ["/etc/dovecot/dovecot.conf", "/etc/dovecot/local.conf"] {
      for line in LocalFile.lines(file) {
        let line = line.trimmed
        guard line.hasPrefix("ssl_key"), let mark = line.firstIndex(of: "<") else { continue }
        found = line[line.index(after: mark)...].trimmed
      }
    }
    return found
  }
}
