/// How a server of mail is greeted, asked for its abilities and left, in one of five protocols: SMTP (RFC 5321), LMTP
/// (RFC 2033), IMAP (RFC 9051), POP3 (RFC 1939), ManageSieve (RFC 5804).
struct Dialect {
  let conversation: Conversation
  let spoken: MailProtocol
  let heloName: String
  private var tag = 0

  init(_ conversation: Conversation, _ spoken: MailProtocol, heloName: String) {
    self.conversation = conversation
    self.spoken = spoken
    self.heloName = heloName
  }

  private var isIMAP: Bool { spoken == .imap || spoken == .imaps }
  private var isPOP3: Bool { spoken == .pop3 || spoken == .pop3s }

  /// The server's first words.
  func greeting() throws(NetworkFailure) -> ServerReply {
    if spoken.isSMTP { return try smtpReply() }
    if spoken == .sieve { return try sieveReply() }
    return reply(try conversation.readLine())
  }

  /// What the server can do, in its own words.
  mutating func abilities() throws(NetworkFailure) -> ServerReply {
    if spoken.isSMTP { return try command(spoken == .lmtp ? "LHLO \(heloName)" : "EHLO \(heloName)") }
    if isIMAP { return try command("CAPABILITY") }
    if spoken == .sieve { return try command("CAPABILITY") }
    try conversation.send("CAPA")
    var answer = reply(try conversation.readLine())
    guard answer.isPositive else { return answer }
    while true {
      let line = try conversation.readLine()
      if line == "." { return answer }
      answer.lines.append(line)
    }
  }

  /// Asks for TLS; a positive answer means that the handshake comes next.
  mutating func askForTLS() throws(NetworkFailure) -> ServerReply {
    try command(isPOP3 ? "STLS" : "STARTTLS")
  }

  /// The server says what it can once more by itself after STARTTLS (RFC 5804, section 2.2).
  func abilitiesAfterTLS() throws(NetworkFailure) -> ServerReply? {
    spoken == .sieve ? try sieveReply() : nil
  }

  /// Logs in with a name and password. Only over TLS, and only when the user asked for it.
  mutating func logIn(_ login: ProbeLogin) throws(NetworkFailure) -> ServerReply {
    let plain = Base64.encode([0] + Array(login.user.utf8) + [0] + Array(login.password.utf8))
    if spoken.isSMTP { return try command("AUTH PLAIN \(plain)") }
    if spoken == .sieve { return try command("AUTHENTICATE \"PLAIN\" \"\(plain)\"") }
    if isPOP3 {
      let answer = try command("USER \(login.user)")
      return answer.isPositive ? try command("PASS \(login.password)") : answer
    }
    return try command("LOGIN \(Self.quoted(login.user)) \(Self.quoted(login.password))")
  }

  mutating func leave() {
    do throws(NetworkFailure) { _ = try command(spoken.isSMTP || isPOP3 ? "QUIT" : "LOGOUT") } catch { return }
  }

  /// A command and its whole answer.
  mutating func command(_ text: String) throws(NetworkFailure) -> ServerReply {
    if spoken.isSMTP {
      try conversation.send(text)
      return try smtpReply()
    }
    if isPOP3 {
      try conversation.send(text)
      return reply(try conversation.readLine())
    }
    if spoken == .sieve {
      try conversation.send(text)
      return try sieveReply()
    }
    tag += 1
    try conversation.send("p\(tag) \(text)")
    var lines: [String] = []
    while true {
      let line = try conversation.readLine()
      lines.append(line)
      if line.hasPrefix("p\(tag) ") || line.hasPrefix("* BYE") { break }
    }
    var answer = reply(lines.removeLast())
    answer.lines = lines + answer.lines
    return answer
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
  }

  private func smtpReply() throws(NetworkFailure) -> ServerReply {
    var answer = ServerReply()
    while true {
      let line = try conversation.readLine()
      answer.lines.append(line)
      let bytes = Array(line.utf8.prefix(4))
      let isCode = bytes.count >= 3 && bytes[..<3].allSatisfy { $0 &- 0x30 < 10 }
      guard isCode else {
        answer.isForeign = true
        return answer
      }
      if bytes.count == 4, bytes[3] == UInt8(ascii: "-") { continue }
      answer.code = bytes[..<3].reduce(0) { $0 * 10 + Int($1 &- 0x30) }
      answer.isPositive = answer.code / 100 == 2
      return answer
    }
  }

  /// Lines up to `OK`, `NO` or `BYE`.
  private func sieveReply() throws(NetworkFailure) -> ServerReply {
    var answer = ServerReply()
    while true {
      let line = try conversation.readLine()
      answer.lines.append(line)
      let word = line.prefix { $0.isLetter }.uppercased()
      if ["OK", "NO", "BYE"].contains(word) {
        answer.isPositive = word == "OK"
        return answer
      }
      if !line.hasPrefix("\"") {
        answer.isForeign = true
        return answer
      }
    }
  }

  /// A status line of IMAP or POP3.
  private func reply(_ line: String) -> ServerReply {
    var answer = ServerReply()
    answer.lines = [line]
    let words = line.split(separator: " ", maxSplits: 2).map { $0.uppercased() }
    if isPOP3 {
      answer.isPositive = words.first == "+OK"
      answer.isForeign = words.first != "+OK" && words.first != "-ERR"
    } else {
      answer.isPositive = words.count > 1 && ["OK", "PREAUTH"].contains(words[1])
      answer.isForeign = words.count < 2 || !["OK", "PREAUTH", "BYE", "NO", "BAD"].contains(words[1])
    }
    return answer
  }
}

/// A server's answer. Its text is a stranger's.
public struct ServerReply: Sendable, Equatable {
  public var lines: [String] = []
  /// Of SMTP and LMTP.
  public var code = 0
  public var isPositive = false
  /// The text is none of this protocol.
  public var isForeign = false
  public init() {}

  /// All in one line.
  public var text: String { lines.joined(separator: " ") }
}
