import Glibc

/// Reads what this machine's mail server is, by asking the programs themselves (`postconf`, `doveconf`, `exim -bP`) and
/// `/proc`. Nothing is contacted.
public struct OwnServerReader {
  let deadline: Deadline
  let cancellation: Cancellation
  /// Which server's lines the log has, when there is a log.
  var hint: OwnServer.Agent?

  public init(deadline: Deadline, cancellation: Cancellation, hint: OwnServer.Agent? = nil) {
    self.deadline = deadline
    self.cancellation = cancellation
    self.hint = hint
  }

  public func read() -> OwnServer {
    var server = OwnServer()
    server.addresses = OwnAddresses.read()
    let processes = ProcessTable.read()
    let exim = EximSettings.program(processes)
    server.agent = agent(processes, exim)
    switch server.agent {
    case .postfix: PostfixSettings(reader: self).apply(to: &server)
    case .exim: if let exim { EximSettings(reader: self, program: exim).apply(to: &server) }
    case nil: break
    }
    DovecotSettings(reader: self).apply(to: &server)
    if server.hostName.isEmpty { server.hostName = Self.systemName }
    if server.services.allSatisfy({ $0.program == "dovecot" }), let agent = server.agent {
      // Its configuration cannot be read: the port that any server of mail has.
      server.services.append(OwnServer.Service(port: 25, spoken: .smtp, program: agent.rawValue))
    }
    if server.domains.isEmpty, let dot = server.hostName.firstIndex(of: ".") {
      server.domains = [String(server.hostName[server.hostName.index(after: dot)...])]
    }
    return server
  }

  /// The server of the log; else the one that runs; else the one that is installed.
  private func agent(_ processes: [ProcessTable.Entry], _ exim: String?) -> OwnServer.Agent? {
    if let hint { return hint }
    if processes.contains(where: { $0.program == "exim" }) { return .exim }
    if processes.contains(where: { $0.program == "postfix" }) { return .postfix }
    if LocalFile.exists(PostfixSettings.program) { return .postfix }
    return exim == nil ? nil : .exim
  }

  /// The output of a configuration program; nil when it is missing or fails.
  func ask(_ path: String, _ arguments: [String]) -> Command.Result? {
    Command.run(path, arguments, until: deadline.within(4), cancellation)
  }

  private static var systemName: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased()
  }
}

/// The addresses of this machine, from `/proc/net`.
enum OwnAddresses {
  static func read() -> Set<IPAddress> {
    var found: Set<IPAddress> = []
    // The table of local addresses: an address on one line, "/32 host LOCAL" on a line after it.
    var last: IPAddress?
    for line in LocalFile.lines("/proc/net/fib_trie") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == "|--" {
        last = IPAddress(String(words[1]))
      } else if line.hasSuffix("/32 host LOCAL"), let address = last {
        found.insert(address)
      }
    }
    for line in LocalFile.lines("/proc/net/if_inet6") {
      guard let digits = line.split(separator: " ").first, digits.utf8.count == 32 else { continue }
      let bytes = stride(from: 0, to: 32, by: 2).compactMap { i in
        UInt8(digits.dropFirst(i).prefix(2), radix: 16)
      }
      if let address = IPAddress(bytes: bytes) { found.insert(address) }
    }
    for text in ["127.0.0.1", "::1"] { if let address = IPAddress(text) { found.insert(address) } }
    return found
  }
}
