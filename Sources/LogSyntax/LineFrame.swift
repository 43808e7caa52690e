import MailEvents

/// What stands around a message in its log line: who wrote it, where and when.
///
/// All ranges are offsets into the buffer the line was framed in, or into the framer's scratch buffer when `inScratch` is
/// set (a message that had to be unescaped, as in JSON).
public struct LineFrame: Sendable {
  public enum Form: UInt8, Sendable, CaseIterable {
    /// No header was found: the whole line is the message.
    case bare
    case rfc3164, rfc3339, rfc5424
    case journalShortFull
    /// journalctl short-unix and short-monotonic.
    case journalSeconds
    case journalJSON
    case eximLog
    case dovecotLog
    case dockerJSON
  }

  /// Which server writes this form of file, where the form alone tells.
  public enum Origin: UInt8, Sendable { case tagged, exim, dovecot }

  public var form: Form = .bare
  public var origin: Origin = .tagged
  /// UTC; `.unknown` when the line says no time.
  public var time: Timestamp = .unknown
  public var host: ByteRange = .none
  /// The program's tag without its pid, e.g. `postfix/submission/smtpd`. Empty when the form has none.
  public var tag: ByteRange = .none
  /// The process inside the program where the program writes one (Dovecot: `imap-login`).
  public var process: ByteRange = .none
  /// The user in Dovecot's process prefix.
  public var user: ByteRange = .none
  /// The session id in Dovecot's process prefix.
  public var session: ByteRange = .none
  /// The client address in Dovecot's process prefix, where a site has configured one.
  public var client: ByteRange = .none
  /// -1 when not written.
  public var pid: Int32 = -1
  public var message: ByteRange = .none
  /// For `last message repeated N times`: N; otherwise 0.
  public var repeats: Int32 = 0
  public var inScratch = false
  /// Severity by RFC 5424 section 6.2.1, 0 (emergency) to 7 (debug); -1 when not written.
  public var priority: Int8 = -1
  /// The systemd unit that wrote it, where the journal says so.
  public var unit: ByteRange = .none
  /// Bytes at the beginning of the line that nobody wants to read: `<22>`, `<22 postfix@-.service>`.
  public var prefix: Int32 = 0

  public init() {}
}
