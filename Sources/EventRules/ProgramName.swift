import MailEvents

/// A syslog tag's canonical program name, as rule files write it: `postfix/smtpd`, `dovecot/imap-login`, `exim`, or the tag.
public enum ProgramName {
  /// Postfix instances and services (`postfix-out/submission/smtpd`) count as their program, Debian's `exim4` as `exim`.
  public static func canonical(tag: String, process: String) -> String {
    let tag = tag.lowercased()
    // journalctl -o with-unit names the unit in place of the tag.
    if tag.hasSuffix(".service") {
      let unit = tag.dropLast(8)
      if unit == "postfix" || unit.hasPrefix("postfix@") { return LineClassifier.bareProgram }
      return canonical(tag: String(unit), process: process)
    }
    if tag == "dovecot" || tag.hasPrefix("dovecot/") || tag.hasPrefix("dovecot-") { return "dovecot/\(process)" }
    if tag == "exim" || tag == "exim4" || tag.hasPrefix("exim-4") || tag.hasPrefix("exim_") { return "exim" }
    if let slash = tag.lastIndex(of: "/") {
      let program = tag[tag.index(after: slash)...]
      if tag.hasPrefix("postfix") || postfixPrograms.contains(String(program)) {
        return "postfix/\(program)"
      }
    }
    if tag == "postfix" { return "postfix/" }
    if tag == "postfix-script" { return "postfix/postfix-script" }
    return tag
  }

  /// The server a program belongs to.
  public static func server(of program: String) -> MailServer {
    if program.hasPrefix("postfix/") { return .postfix }
    if program.hasPrefix("dovecot/") { return .dovecot }
    return program == "exim" ? .exim : .other
  }

  /// Whether `program` is one of a rule's `pattern` (`postfix/smtpd` or `postfix/*`).
  public static func matches(_ program: String, pattern: String) -> Bool {
    if program == pattern { return true }
    return pattern.hasSuffix("/*") && program.hasPrefix(pattern.dropLast())
  }

  /// A daemon that writes a line for most messages.
  static func isBusy(_ program: String) -> Bool { busyPrograms.contains(program) }

  private static let busyPrograms: Set<String> = [
    "postfix/smtpd", "postfix/cleanup", "postfix/qmgr", "postfix/smtp", "postfix/lmtp", "postfix/local",
    "postfix/virtual", "dovecot/imap-login", "dovecot/pop3-login", "dovecot/lmtp", "exim",
  ]

  /// Postfix's daemons and commands (postfix/src), recognised under any `syslog_name`.
  private static let postfixPrograms: Set<String> = [
    "anvil", "bounce", "cleanup", "discard", "dnsblog", "error", "flush", "lmtp", "local", "master",
    "nqmgr", "oqmgr", "pickup", "pipe", "postdrop", "postfix-script", "postlogd", "postqueue",
    "postscreen", "postsuper", "proxymap", "qmgr", "qmqpd", "scache", "sendmail", "showq", "smtp",
    "smtpd", "spawn", "tlsmgr", "tlsproxy", "trivial-rewrite", "verify", "virtual",
  ]
}
