/// The mail server this runs on, as its configuration describes it: what may be expected of it, and what to contact.
public struct OwnServer: Sendable {
  /// Which program takes mail.
  public enum Agent: String, Sendable { case postfix, exim }

  /// A port that should answer.
  public struct Service: Sendable, Hashable {
    public var port: UInt16
    public var spoken: MailProtocol
    /// Of which program: `postfix`, `exim` or `dovecot`.
    public var program: String
    /// Only from this machine.
    public var isLocal = false
  }

  /// A helper that the server talks to.
  public struct Helper: Sendable, Hashable {
    public enum Kind: String, Sendable {
      case lmtp, auth, milter, policy, filter, scanner, sql, ldap
      case relay
    }
    public var kind: Kind
    public var place: Place
    /// Where the configuration names it: `smtpd_milters`.
    public var setting: String

    public enum Place: Sendable, Hashable {
      case local(String)
      case tcp(host: String, port: UInt16)
    }
  }

  /// A certificate file with its key file.
  public struct CertificateFiles: Sendable, Hashable {
    public var certificate: String
    /// Nil where it is in the same file, or its place is not known.
    public var key: String?
    public var program: String
  }

  /// The addresses of this machine's interfaces, loopback included.
  public var addresses: Set<IPAddress> = []
  /// The addresses that others see where those differ (NAT); set by the user.
  public var publicAddresses: [IPAddress] = []
  /// The name the server gives itself in HELO.
  public var hostName = ""
  /// Domains it takes mail for.
  public var domains: [String] = []
  public var agent: Agent?
  public var services: [Service] = []
  public var helpers: [Helper] = []
  public var certificates: [CertificateFiles] = []
  public var trust = TrustAnchors()
  public var queueDirectory: String?
  /// Directories that hold mailboxes.
  public var mailStores: [String] = []
  /// Bytes; nil when not known, 0 for none.
  public var messageSizeLimit: Int?
  /// The user whose programs must reach the sockets: `postfix`, `Debian-exim`.
  public var agentUser: String?
  /// DNS blocklists it asks.
  public var blocklists: [String] = []
  /// What the programs said when they were asked about their configuration.
  public var faults: [ConfigurationFault] = []
  public var hasDovecot = false
  /// Settings of Dovecot's services and of others that checks ask for, by name.
  public var settings: [String: String] = [:]
  /// Files of the chroot that must equal the system's, when the server runs in one.
  public var chroot: String?
  /// Files of user names and passwords.
  public var passwordFiles: [String] = []

  public init() {}

  /// Addresses of others' view: those set, else all of ours that are no loopback and not link-local.
  public var outerAddresses: [IPAddress] {
    if !publicAddresses.isEmpty { return publicAddresses }
    return addresses.filter { !$0.isLoopback && !($0.isIPv6 && $0.bytes[0] == 0xFE && $0.bytes[1] & 0xC0 == 0x80) }
      .sorted { ($0.isIPv6 ? 1 : 0, $0.description) < ($1.isIPv6 ? 1 : 0, $1.description) }
  }
}

/// A program does not accept its configuration.
public struct ConfigurationFault: Sendable, Equatable {
  /// `postfix`, `exim` or `dovecot`.
  public var program: String
  /// Its words, first lines.
  public var words: String
}
