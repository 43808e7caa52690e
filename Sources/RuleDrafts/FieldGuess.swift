import MailEvents

/// Which field a value is, by what it is and by the words before it.
enum FieldGuess {
  private typealias Kind = MessagePiece.Kind

  private static let texts: Set<Kind> = [
    .name, .enclosed, .quoted, .address, .host, .word, .int, .queueID, .odd, .path,
  ]
  private static let names: Set<Kind> = [.name, .enclosed, .host, .word, .odd]
  private static let numbers: Set<Kind> = [.int]
  private static let addresses: Set<Kind> = [.address, .enclosed]

  /// What stands before the value (values as `*`), which kinds it is for, and the field. The first that fits decides.
  private static let rows: [(before: [String], kinds: Set<Kind>, field: Field)] = [
    (["orig_to=<", "orig_to="], addresses, .smtpEnvelopeOrigTo),
    (["msgid=<", "msgid=", "message-id=<", "message-id=", "message-id: <", "message-id <"], texts, .emailMessageId),
    (
      [
        "sasl_username=", "username=", "user=<", "user=", "login=", "user <", "user ", "user '", "username ",
        "account ",
      ],
      texts, .userName
    ),
    (["user: ", "user name ", "identity ", "login "], [.name, .enclosed, .quoted, .address, .odd], .userName),
    (
      ["from=<", "from=", "sender=<", "sender=", "sender <", "sender ", "from <", "mail from:<", "from: <"], addresses,
      .smtpEnvelopeFrom
    ),
    (
      [
        "to=<", "to=", "rcpt=<", "rcpt=", "recipient=<", "recipient=", "recipient <", "recipient ", "rcpt to:<", "to <",
      ],
      addresses, .smtpEnvelopeTo
    ),
    (["for <", "for ", "to ", "from "], [.address], .smtpEnvelopeTo),
    (["mechanism=", "sasl_method=", "method=", "mech=", "mechanism ", "mechanism: "], names, .saslMechanism),
    (["session=<", "session=", "session <", "session "], texts, .sessionId),
    (["helo=<", "helo=", "ehlo=", "helo <", "helo ", "ehlo "], names.union([.ip, .address]), .smtpHelo),
    (["proto=", "protocol="], names, .smtpProtocol),
    (["subject=", "subject: "], texts, .emailSubject),
    (["nrcpt=", "recipients=", "recipients "], numbers, .smtpRecipientsCount),
    (["size=", "size ", "size: "], numbers, .smtpSize),
    (["delay="], [.int, .decimal], .smtpDelay),
    (
      ["rip=", "client=", "client ", "client: ", "client address ", "remote ip ", "peer ", "remote address "],
      [.ip], .clientIp
    ),
    (["lip=", "local address ", "local ip "], [.ip], .serverIp),
    (["rport="], numbers, .clientPort),
    (["lport="], numbers, .serverPort),
    (["queued as ", "forwarded as ", "requeued as ", "new id "], [.queueID], .emailNextLocalId),
    (["line ", "line: ", "line="], numbers, .fileLine),
    (["exit status ", "exit code ", "status ", "signal ", "exit "], numbers, .processExitCode),
    (["pid ", "pid=", "pid: ", "process ", "child "], numbers, .processChildPid),
    (["limit=", "limit ", "limit of ", "max ", "maximum ", "max=", "limit: "], numbers, .limitValue),
    (["service=", "service ", "service '", "service("], texts, .serverService),
    (["milter ", "milter '", "filter ", "filter '"], texts, .filterName),
    (["mailbox ", "mailbox '", "mailbox=", "folder ", "folder '", "mailbox <"], texts, .userMailbox),
    (
      ["parameter ", "parameter '", "parameter: ", "setting ", "setting '", "option ", "option '"], texts,
      .configParameter
    ),
    (["table ", "table '", "map ", "map '", "dict ", "dict '"], texts, .lookupTable),
    (["cipher ", "cipher="], names, .tlsCipher),
    (["record ", "type ", "query "], [.word], .dnsQuestionType),
    (["lookup of ", "lookup for ", "resolve ", "resolving "], names, .dnsQuestionName),
  ]

  /// The field that fits, and is not `used` yet. `before` is in lower case with values as `*`.
  static func field(
    of kind: MessagePiece.Kind, before: String, after: String, direction: Direction, used: Set<Field>
  ) -> Field? {
    let found = byContext(kind, before, direction) ?? byKind(kind, before, after)
    return found.flatMap { used.contains($0) ? nil : $0 }
  }

  private static func byContext(
    _ kind: MessagePiece.Kind, _ before: String, _ direction: Direction
  ) -> Field? {
    if let host = ofHost(kind, before, direction) { return host }
    for row in rows where row.kinds.contains(kind) {
      for text in row.before where before.hasSuffix(text) && isWhole(text, in: before) { return row.field }
    }
    return nil
  }

  /// `host[ip]:port`: all three are the relay's or the client's.
  private static func ofHost(
    _ kind: MessagePiece.Kind, _ before: String, _ direction: Direction
  ) -> Field? {
    let isRelay: Bool
    let start = kind == .ip && before.hasSuffix("*[") ? String(before.dropLast(2)) : before
    if kind == .int {
      if before.hasSuffix("*[*]:") {
        isRelay = self.isRelay(String(before.dropLast(5)), direction)
      } else if ["port ", "port=", "port: "].contains(where: before.hasSuffix) {
        isRelay = direction != .inbound
      } else {
        return nil
      }
      return isRelay ? .smtpRelayPort : .clientPort
    }
    guard kind == .host || kind == .ip else { return nil }
    isRelay = self.isRelay(start, direction)
    let isNamed =
      start != before
      || ["from ", "to ", "relay=", "client=", "host ", "server ", "[", "address "].contains(
        where: start.hasSuffix)
    guard isNamed || direction != .unknown else { return nil }
    if start.hasSuffix("helo=<") || start.hasSuffix("helo=") { return nil }
    switch kind {
    case .host: return isRelay ? .smtpRelayAddress : .clientDomain
    default: return isRelay ? .smtpRelayIp : .clientIp
    }
  }

  private static func isRelay(_ before: String, _ direction: Direction) -> Bool {
    if ["relay=", "to ", "connect to", "server ", "host "].contains(where: before.hasSuffix) { return true }
    if ["client=", "from ", "client ", "by "].contains(where: before.hasSuffix) { return false }
    return direction == .outbound
  }

  private static func byKind(_ kind: MessagePiece.Kind, _ before: String, _ after: String) -> Field? {
    switch kind {
    // OpenSSL's error numbers look like queue IDs.
    case .queueID: return before.hasSuffix("error:") ? nil : .emailLocalId
    case .code: return .smtpResponseStatusCode
    case .dsn: return .smtpResponseEnhancedStatusCode
    case .duration: return .eventDuration
    case .path: return .filePath
    case .url: return .url
    case .table: return .lookupTable
    case .int
    where [" time", " message", " connection", " recipient", " attempt", " error", " lines"].contains(
      where: after.hasPrefix):
      return .eventCount
    default: return nil
    }
  }

  /// Whether `text` begins at the beginning of a word.
  private static func isWhole(_ text: String, in before: String) -> Bool {
    let rest = before.dropLast(text.count)
    return rest.last.map { !$0.isLetter && $0 != "_" && $0 != "-" } ?? true
  }
}
