/// What is spoken on a port.
public enum MailProtocol: String, Sendable, CaseIterable {
  case smtp, submission, submissions, lmtp, imap, imaps, pop3, pop3s, sieve

  /// The protocol of IANA's registration of a port, or nil.
  public init?(port: UInt16) {
    switch port {
    case 25: self = .smtp
    case 587: self = .submission
    case 465: self = .submissions
    case 24: self = .lmtp
    case 143: self = .imap
    case 993: self = .imaps
    case 110: self = .pop3
    case 995: self = .pop3s
    case 4190: self = .sieve
    default: return nil
    }
  }

  /// By its name, also by the older one of a service.
  public init?(name: String) {
    switch name.lowercased() {
    case "smtps": self = .submissions
    case "managesieve": self = .sieve
    case let name:
      guard let known = MailProtocol(rawValue: name) else { return nil }
      self = known
    }
  }

  public var port: UInt16 {
    switch self {
    case .smtp: 25
    case .submission: 587
    case .submissions: 465
    case .lmtp: 24
    case .imap: 143
    case .imaps: 993
    case .pop3: 110
    case .pop3s: 995
    case .sieve: 4190
    }
  }

  /// TLS begins with the connection (RFC 8314), no command asks for it.
  public var isImplicitTLS: Bool { self == .submissions || self == .imaps || self == .pop3s }

  /// SMTP, in one of its uses.
  public var isSMTP: Bool {
    switch self {
    case .smtp, .submission, .submissions, .lmtp: true
    default: false
    }
  }

  /// For people who send or fetch mail, who log in there.
  public var isForUsers: Bool { self != .smtp && self != .lmtp }
}
