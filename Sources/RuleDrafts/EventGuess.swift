import MailEvents

/// Which event a line may stand for, by its words. A guess: the draft says that it wants to be checked.
enum EventGuess {
  /// The first row all of whose words occur decides. A word is found at the beginning of a word of the line; of words
  /// with bars between them one has to occur.
  private static let rows: [(words: [String], event: EventType)] = [
    (["connect to|connection to|connecting to", failing], .connectionFailed),
    (["too many|limit|exceeded|maximum", "connection|client|process|rate|limit|memory|file"], .serviceLimitReached),
    (["auth|login|password|sasl", "unavailable|temporar|backend|server not|timeout|internal"], .authUnavailable),
    (["auth|login|password|sasl", failing + "|mismatch|invalid|unknown user"], .authFailed),
    (["logged in|login succeeded|authenticated|login: user="], .authSucceeded),
    (["certificate", failing + "|expire|untrusted|verif|mismatch|self-signed"], .tlsCertificateProblem),
    (["tls|ssl|handshake|starttls", failing], .tlsFailed),
    (["tls|ssl", "established|negotiated"], .tlsEstablished),
    (["lost connection|connection lost|connection reset|timeout|timed out|broken pipe"], .connectionLost),
    (["connect from|connection from|connected from"], .connectionOpened),
    (["disconnect|connection closed|closing connection"], .connectionClosed),
    (["milter|filter|policy", failing], .filterUnavailable),
    (["table|map|ldap|mysql|pgsql|sqlite|redis|dict|lookup", failing], .lookupFailed),
    (["dns|resolve|resolver|mx|hostname|host name", failing + "|not found"], .dnsLookupFailed),
    (["reject|blocked|denied|refused|relay not permitted|blacklisted"], .smtpRejected),
    (["no space|disk|read-only|i/o error|input/output|file system"], .storageError),
    (["sieve", failing], .sieveError),
    (["mailbox|maildir|index|quota|folder|transaction log", failing + "|corrupt|exceeded|full"], .mailboxError),
    (["panic|fatal|killed|core dumped|segmentation|assertion|crash|terminated by signal"], .serviceFailed),
    (["config|parameter|setting|option|directive", failing + "|unknown|unused|deprecated|obsolete"], .configWarning),
    (["reload|refresh -- |reopened"], .serviceReloaded),
    (["stopping|stopped|terminating|shutdown|shutting down|exiting"], .serviceStopped),
    (["starting|started|ready|listening|initialized"], .serviceStarted),
    ([failing], .serviceWarning),
    (["warning"], .serviceWarning),
  ]

  private static let failing =
    "fail|error|refused|timed out|timeout|unreachable|unavailable|cannot|can't|could not|couldn't|unable|no route|no such"
    + "|not permitted|denied|problem|fatal|invalid|bad|lost|broken|unexpected|missing|not respond"

  static func event(of message: String) -> EventType {
    let text = " " + message.lowercased()
    for row in rows where row.words.allSatisfy({ holds($0, in: text) }) { return row.event }
    return .serviceInformation
  }

  /// Whether the event says that something does not work.
  static func isFailure(_ message: String) -> Bool { holds(failing, in: " " + message.lowercased()) }

  private static func holds(_ words: String, in text: String) -> Bool {
    words.split(separator: "|").contains { word in
      text.ranges(of: word).contains { range in
        range.lowerBound == text.startIndex || !text[text.index(before: range.lowerBound)].isLetter
      }
    }
  }

  /// Who began, for events of the network; by the program, then by the words.
  static func direction(of message: String, event: EventType, program: String) -> Direction {
    guard ["connection", "delivery", "smtp", "tls"].contains(where: { event.name.hasPrefix($0 + ".") }) else {
      return .unknown
    }
    let last = program.split(separator: "/").last ?? ""
    if program.hasPrefix("postfix/"), ["smtp", "lmtp"].contains(last) { return .outbound }
    if ["smtpd", "postscreen", "dnsblog", "tlsproxy"].contains(last) || last.hasSuffix("-login") { return .inbound }
    let text = " " + message.lowercased()
    if holds("connect to|connection to|connecting to|relay=|deliver", in: text) { return .outbound }
    return holds("connect from|connection from|connected from|client", in: text) ? .inbound : .unknown
  }

  /// Groups that may know the text of a reason.
  static func reasonGroups(of event: EventType) -> [String] {
    switch event {
    case .connectionFailed, .connectionLost: ["network", "dns", "tls"]
    case .authFailed, .authUnavailable: ["auth", "network", "lookup"]
    case .tlsFailed, .tlsCertificateProblem: ["tls", "network"]
    case .lookupFailed, .filterUnavailable: ["lookup", "network", "storage"]
    case .dnsLookupFailed: ["dns", "network"]
    case .smtpRejected: ["smtp-reply", "local", "network"]
    case .storageError, .mailboxError, .sieveError: ["storage", "local"]
    default: ["software", "storage", "network"]
    }
  }
}
