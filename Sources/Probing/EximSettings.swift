import Glibc

/// Exim's configuration, by `exim -bP`.
struct EximSettings {
  let reader: OwnServerReader
  let program: String

  /// Where Exim is: in its usual places, else the file of a running one, when that belongs to root and nobody else may
  /// write it.
  static func program(_ processes: [ProcessTable.Entry]) -> String? {
    for path in ["/usr/sbin/exim4", "/usr/sbin/exim", "/usr/exim/bin/exim"] where access(path, X_OK) == 0 {
      return path
    }
    for process in processes where process.program == "exim" {
      guard let path = LocalFile.target("/proc/\(process.pid)/exe") else { continue }
      var info = stat()
      guard stat(path, &info) == 0, info.st_uid == 0, info.st_mode & 0o022 == 0 else { continue }
      if path.split(separator: "/").last?.hasPrefix("exim") == true { return path }
    }
    return nil
  }

  func apply(to server: inout OwnServer) {
    let options = [
      "primary_hostname", "daemon_smtp_ports", "tls_on_connect_ports", "tls_certificate", "tls_privatekey",
      "spool_directory", "message_size_limit", "exim_user", "av_scanner", "spamd_address", "local_interfaces",
    ]
    guard let answer = reader.ask(program, ["-bP"] + options) else { return }
    if !answer.isSuccess || answer.errors.contains("configuration error") {
      let words = (answer.errors + answer.output).split(separator: "\n").prefix(3).joined(separator: "; ")
      server.faults.append(ConfigurationFault(program: "exim", words: words))
    }
    let values = PostfixSettings.values(answer.output)
    server.hostName = (values["primary_hostname"] ?? "").lowercased()
    server.agentUser = values["exim_user"] ?? "Debian-exim"
    server.queueDirectory = values["spool_directory"] ?? "/var/spool/exim4"
    server.messageSizeLimit = Self.size(values["message_size_limit"] ?? "")
    services(values, &server)
    if let file = values["tls_certificate"], file.hasPrefix("/") {
      let key = values["tls_privatekey"] ?? ""
      server.certificates.append(.init(certificate: file, key: key.hasPrefix("/") ? key : file, program: "exim"))
    }
    scanners(values, &server)
    drivers(&server)
  }

  private func services(_ values: [String: String], _ server: inout OwnServer) {
    let names: [String: UInt16] = ["smtp": 25, "submission": 587, "submissions": 465, "smtps": 465]
    func ports(_ name: String) -> [UInt16] {
      (values[name] ?? "").split { " :,;<".contains($0) }.compactMap { names[String($0)] ?? UInt16($0) }
    }
    let wrapped = Set(ports("tls_on_connect_ports"))
    let listed = ports("daemon_smtp_ports")
    let interfaces = (values["local_interfaces"] ?? "").split { " ;".contains($0) }.filter { $0 != ":" && $0 != "<" }
    let isLocal =
      !interfaces.isEmpty && interfaces.allSatisfy { IPAddress(String($0))?.isLoopback ?? $0.hasPrefix("127.") }
    for port in listed.isEmpty ? [25] : listed {
      let spoken: MailProtocol = wrapped.contains(port) ? .submissions : port == 587 ? .submission : .smtp
      server.services.append(.init(port: port, spoken: spoken, program: "exim", isLocal: isLocal))
    }
  }

  /// `clamd:127.0.0.1 3310`, `clamd:/run/clamav/clamd.ctl`; `127.0.0.1 11333 variant=rspamd`.
  private func scanners(_ values: [String: String], _ server: inout OwnServer) {
    let antivirus = values["av_scanner"] ?? ""
    if let colon = antivirus.firstIndex(of: ":") {
      add(.scanner, antivirus[antivirus.index(after: colon)...].trimmed, "av_scanner", &server)
    }
    if let spam = values["spamd_address"], values["spamd_address"] != "127.0.0.1 783" {
      add(.filter, spam, "spamd_address", &server)
    }
  }

  private func add(_ kind: OwnServer.Helper.Kind, _ text: String, _ setting: String, _ server: inout OwnServer) {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first else { return }
    if first.hasPrefix("/") {
      server.helpers.append(.init(kind: kind, place: .local(first), setting: setting))
    } else if words.count > 1, let port = UInt16(words[1]) {
      server.helpers.append(.init(kind: kind, place: .tcp(host: first, port: port), setting: setting))
    }
  }

  /// Sockets of transports and authenticators, and the certificates that transports trust.
  private func drivers(_ server: inout OwnServer) {
    let transports = reader.ask(program, ["-bP", "transports"])?.output ?? ""
    let authenticators = reader.ask(program, ["-bP", "authenticators"])?.output ?? ""
    for line in (transports + "\n" + authenticators).split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let name = line[..<equals].trimmed
      let value = line[line.index(after: equals)...].trimmed
      guard value.hasPrefix("/") else { continue }
      switch name {
      case "socket": server.helpers.append(.init(kind: .lmtp, place: .local(value), setting: "transport"))
      case "server_socket": server.helpers.append(.init(kind: .auth, place: .local(value), setting: "authenticator"))
      case "tls_verify_certificates":
        if !server.trust.files.contains(value) { server.trust.files.append(value) }
      default: break
      }
    }
    var seen: Set<OwnServer.Helper.Place> = []
    server.helpers.removeAll { !seen.insert($0.place).inserted }
  }

  /// `50M`, `20K`, `0`.
  static func size(_ text: String) -> Int? {
    guard let last = text.last else { return nil }
    let factor =
      last.uppercased() == "K" ? 1 << 10 : last.uppercased() == "M" ? 1 << 20 : last.uppercased() == "G" ? 1 << 30 : 1
    return Int(factor == 1 ? text : String(text.dropLast())).map { $0 * factor }
  }
}
