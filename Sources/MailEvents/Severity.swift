/// How much a finding matters to users of the mail server.
public enum Severity: Int, Sendable, Comparable, CaseIterable {
  case info, notice, warning, critical

  public var name: String {
    switch self {
    case .info: "info"
    case .notice: "notice"
    case .warning: "warning"
    case .critical: "critical"
    }
  }

  public static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

  public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
}

/// Who must act on a finding.
public enum Actor: String, Sendable, CaseIterable {
  case user, admin, remote, provider, nobody
}

/// Which way a message or connection goes, seen from this server.
public enum Direction: UInt8, Sendable, CaseIterable {
  case unknown, inbound, outbound, local

  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .inbound: "inbound"
    case .outbound: "outbound"
    case .local: "local"
    }
  }

  public static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}

/// The mail servers whose logs are read.
public enum MailServer: String, Sendable, CaseIterable {
  case postfix, dovecot, exim, other
}
