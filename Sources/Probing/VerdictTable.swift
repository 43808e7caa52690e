/// Which observations confirm a cause, and which refute it.
enum VerdictTable {
  struct Rule: Sendable {
    var confirms: Set<String>
    var refutes: Set<String>
    /// One of these must have been seen as well: that the fault is not a broader one.
    var needs: Set<String> = []
    /// What refutes it counts more than what confirms it. For causes that take away everything.
    var refutingWins = false

    var probes: Set<String> {
      Set((confirms.union(refutes)).compactMap { $0.split(separator: ".").first.map(String.init) })
    }
  }

  private static func rule(_ confirms: String, not refutes: String, needs: String = "", refutingWins: Bool = false)
    -> Rule
  {
    func set(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
    return Rule(confirms: set(confirms), refutes: set(refutes), needs: set(needs), refutingWins: refutingWins)
  }

  /// The first cause whose sign it is; nil for what is in order.
  static func cause(of observation: Observation) -> String? {
    guard observation.quality == .problem else { return nil }
    return order.first { rules[$0]?.confirms.contains(observation.name) == true }
  }

  /// Narrow causes before broad ones.
  private static let order = rules.keys.sorted { a, b in
    let (x, y) = (rules[a]?.confirms.count ?? 0, rules[b]?.confirms.count ?? 0)
    return x != y ? x < y : a < b
  }

  static let rules: [String: Rule] = network.merging(services) { $1 }.merging(system) { $1 }

  /// The way out, destinations, DNS.
  private static let network: [String: Rule] = [
    "outbound-port-25-blocked": rule(
      "tcp-out.timed-out firewall.blocks-outbound-25", not: "tcp-out.connected",
      needs: "dns-udp.answers route-get.default-route", refutingWins: true),
    "outbound-port-25-rejected": rule(
      "tcp-out.refused", not: "tcp-out.connected", needs: "dns-udp.answers route-get.default-route", refutingWins: true),
    "default-route-lost": rule("route-get.no-default-route", not: "route-get.default-route"),
    "remote-firewalled": rule(
      "tcp-out.timed-out", not: "tcp-out.connected", needs: "tcp-out.connected", refutingWins: true),
    "remote-refused": rule("tcp-out.refused", not: "tcp-out.connected", needs: "tcp-out.connected", refutingWins: true),
    "remote-no-route": rule(
      "tcp-out.unreachable", not: "tcp-out.connected", needs: "tcp-out.connected", refutingWins: true),
    "remote-slow-banner": rule("smtp-out.no-greeting", not: "smtp-out.greets", refutingWins: true),
    "remote-drops-connection": rule("smtp-out.closed", not: "smtp-out.greets", refutingWins: true),
    "remote-blocklisted-banner": rule("smtp-out.turns-away", not: "smtp-out.greets", refutingWins: true),
    "remote-no-starttls": rule("tls-out.not-offered", not: "tls-out.works", refutingWins: true),
    "remote-starttls-unavailable": rule("tls-out.unavailable", not: "tls-out.works", refutingWins: true),
    "remote-tls-too-old": rule("tls-out.too-old", not: "tls-out.works", refutingWins: true),
    "remote-no-shared-cipher": rule("tls-out.no-shared-cipher", not: "tls-out.works", refutingWins: true),
    "remote-cert-expired": rule("tls-out.expired", not: "tls-out.in-date"),
    "remote-cert-hostname-mismatch": rule("tls-out.name-mismatch", not: "tls-out.name-matches"),
    "remote-cert-selfsigned": rule("tls-out.self-signed", not: "tls-out.trusted"),
    "remote-cert-untrusted": rule(
      "tls-out.untrusted tls-out.incomplete-chain tls-out.self-signed", not: "tls-out.trusted"),
    "dest-nxdomain": rule("dns-mx.nxdomain", not: "dns-mx.ok dns-mx.no-mx-no-a dns-mx.null-mx dns-mx.dangling"),
    "dest-no-mx-no-a": rule("dns-mx.no-mx-no-a", not: "dns-mx.ok dns-mx.nxdomain dns-mx.null-mx"),
    "dest-null-mx": rule("dns-mx.null-mx", not: "dns-mx.ok dns-mx.nxdomain"),
    "dest-mx-dangling": rule("dns-mx.dangling", not: "dns-mx.ok"),
    "dest-mx-loopback": rule("dns-mx.loopback", not: "dns-mx.ok"),
    "dest-mx-is-ourselves": rule("dns-mx.ourselves", not: "dns-mx.ok"),
    "dest-dns-servfail": rule("dns-mx.servfail", not: "dns-mx.ok dns-mx.nxdomain", needs: "dns-udp.answers"),
    "dns-timeout": rule("dns-udp.timed-out", not: "dns-udp.answers", refutingWins: true),
    "dns-servfail": rule("dns-udp.servfail", not: "dns-udp.answers", refutingWins: true),
    "dns-resolver-not-running": rule("dns-udp.refused dns-udp.timed-out", not: "dns-udp.answers", refutingWins: true),
    "chroot-resolv-conf-missing": rule(
      "file-compare.resolv-conf-stale", not: "file-compare.same file-compare.copy-stale"),
    "own-mx-record-gone": rule("dns-mx.own-missing dns-mx.own-broken", not: "dns-mx.own-present dns-mx.own-elsewhere"),
    "remote-wants-ptr": rule("dns-ptr.missing dns-ptr.mismatch", not: "dns-ptr.confirmed"),
    "remote-rejects-helo": rule("dns-helo.not-qualified dns-helo.missing", not: "dns-helo.resolves"),
    "remote-spf-dkim-fail": rule(
      "dns-spf.missing dns-spf.not-covered dns-spf.permanent-error dns-dkim.missing dns-dkim.revoked",
      not: "dns-spf.covers"),
    "remote-dmarc-reject": rule(
      "dns-spf.not-covered dns-spf.missing dns-dkim.missing dns-dkim.revoked", not: "dns-spf.covers"),
    "remote-blocklisted": rule("dnsbl.own-listed", not: "dnsbl.own-not-listed"),
    "own-rbl-rejects-partner": rule("dnsbl.partner-listed", not: "dnsbl.partner-not-listed"),
    "own-rbl-dead-lists-all": rule("dnsbl.lists-all", not: "dnsbl.works"),
    "own-rbl-public-resolver": rule("dnsbl.declined resolver-kind.public", not: "dnsbl.works"),
  ]

  /// The own services, their helpers and certificates.
  private static let services: [String: Rule] = [
    "mta-stopped": rule("unit.mta-down", not: "unit.mta-runs"),
    "dovecot-stopped": rule("unit.dovecot-down", not: "unit.dovecot-runs"),
    "dovecot-killed": rule("unit.dovecot-down", not: "unit.dovecot-runs"),
    "postfix-wont-start": rule("unit.mta-down config-check.postfix-broken", not: "unit.mta-runs"),
    "postfix-bad-parameter": rule("config-check.postfix-broken", not: "config-check.postfix-clean"),
    "postfix-no-relay-restrictions": rule("config-check.relay-unrestricted", not: "config-check.relay-restricted"),
    "dovecot-config-error": rule("config-check.dovecot-broken", not: "config-check.dovecot-clean"),
    "exim-config-error": rule("config-check.exim-broken", not: "config-check.exim-clean"),
    "port-25-in-use": rule("listeners.mta-port-taken", not: "listeners.mta-owns-port"),
    "port-993-in-use": rule("listeners.dovecot-port-taken", not: "listeners.dovecot-owns-port"),
    "own-cert-expired": rule("tls-own.expired", not: "tls-own.in-date tls-own.expiring"),
    "own-cert-expiring": rule("tls-own.expiring", not: "tls-own.in-date"),
    "own-cert-selfsigned": rule(
      "tls-own.self-signed tls-own.incomplete-chain tls-own.untrusted", not: "tls-own.trusted"),
    "own-cert-hostname-mismatch": rule("tls-own.name-mismatch", not: "tls-own.name-matches"),
    "own-cert-key-mismatch": rule(
      "cert-files.key-mismatch tls-own.handshake-failed", not: "cert-files.key-matches tls-own.handshake-works"),
    "own-key-unreadable": rule(
      "cert-files.key-unreadable smtp-own.starttls-missing", not: "smtp-own.starttls-works"),
    "client-tls-too-old": rule("tls-own.old-refused", not: "tls-own.old-accepted"),
    "lmtp-socket-missing": rule("unix-socket.lmtp-missing unix-socket.lmtp-refused", not: "unix-socket.lmtp-answers"),
    "lmtp-socket-permission": rule("unix-socket.lmtp-forbidden", not: "unix-socket.lmtp-answers"),
    "auth-socket-missing": rule("unix-socket.auth-missing unix-socket.auth-refused", not: "unix-socket.auth-answers"),
    "auth-socket-permission": rule("unix-socket.auth-forbidden", not: "unix-socket.auth-answers"),
    "submission-no-mechanisms": rule("smtp-own.auth-missing", not: "smtp-own.auth-offered"),
    "clamav-milter-socket-missing": rule("unix-socket.milter-missing", not: "unix-socket.milter-answers"),
    "milter-down-tempfail": rule(
      "tcp-own.milter-refused unix-socket.milter-refused unix-socket.milter-missing",
      not: "tcp-own.milter-answers unix-socket.milter-answers"),
    "milter-down-accept": rule(
      "tcp-own.milter-refused unix-socket.milter-refused unix-socket.milter-missing",
      not: "tcp-own.milter-answers unix-socket.milter-answers"),
    "policy-service-down": rule(
      "tcp-own.policy-refused unix-socket.policy-missing unix-socket.policy-refused",
      not: "tcp-own.policy-answers unix-socket.policy-answers"),
    "content-filter-down": rule(
      "tcp-own.filter-refused tcp-own.scanner-refused unix-socket.filter-missing unix-socket.scanner-missing",
      not: "tcp-own.filter-answers tcp-own.scanner-answers"),
    "virus-scanner-down": rule(
      "tcp-own.scanner-refused unix-socket.scanner-missing unix-socket.scanner-refused",
      not: "tcp-own.scanner-answers unix-socket.scanner-answers"),
    "map-mysql-down": rule(
      "tcp-own.sql-refused unix-socket.sql-missing unix-socket.sql-refused",
      not: "tcp-own.sql-answers unix-socket.sql-answers"),
    "auth-sql-down": rule(
      "tcp-own.sql-refused unix-socket.sql-missing unix-socket.sql-refused",
      not: "tcp-own.sql-answers unix-socket.sql-answers"),
    "map-ldap-down": rule(
      "tcp-own.ldap-refused unix-socket.ldap-missing", not: "tcp-own.ldap-answers unix-socket.ldap-answers"),
    "auth-ldap-down": rule(
      "tcp-own.ldap-refused unix-socket.ldap-missing", not: "tcp-own.ldap-answers unix-socket.ldap-answers"),
    "map-missing-db": rule("map-check.missing", not: "map-check.fresh"),
    "auth-passwd-file-unreadable": rule(
      "config-facts.password-file-unreadable config-facts.password-file-missing",
      not: "config-facts.password-file-readable"),
    "imap-vsz-limit-too-low": rule("config-facts.imap-memory-low", not: "config-facts.imap-memory-enough"),
    "imap-login-process-limit": rule("imap-own.no-greeting imap-own.closed-before-greeting", not: "imap-own.answers"),
    "smtpd-process-limit": rule("smtp-own.no-greeting", not: "smtp-own.answers"),
  ]

  /// The machine.
  private static let system: [String: Rule] = [
    "disk-full-spool": rule("disk.spool-full fs-readonly.spool-read-only", not: "disk.spool-ok"),
    "disk-full-mailstore": rule("disk.store-full", not: "disk.store-ok"),
    "inodes-exhausted-spool": rule("inodes.spool-full", not: "inodes.spool-ok"),
    "oom-killed": rule("oom.killed", not: "oom.none"),
    "open-files-limit": rule("fds.short", not: "fds.enough"),
    "syslog-stopped": rule("unit.syslog-down", not: "unit.syslog-runs"),
    "queue-growing": rule("queue-size.long", not: ""),
    "queue-backlog": rule("queue-size.long", not: ""),
  ]
}
