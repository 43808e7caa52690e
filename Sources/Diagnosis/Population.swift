import MailEvents
import MailFlow
import RuleFiles

/// Who is behind a client address: a user, a partner, an attacker or a stranger. Judged by how its logins and mail went,
/// never by where it is.
struct Populations {
  enum Kind {
    case user, partner, attacker, stranger
  }

  private let access: AccessTable
  private let sources: [String: AccessTable.Source]
  private let accounts: [String: AccessTable.Account]
  private var loginsByIP: [String: [(user: String, login: AccessTable.Login)]] = [:]
  /// Hashes of networks.
  private var goodNetworks: Set<UInt64> = []
  /// By the hash of the address; only of addresses that logged in, sent, or tried.
  private var kinds: [UInt64: Kind] = [:]

  init(_ access: AccessTable) {
    self.access = access
    sources = access.sources
    accounts = access.accounts
    for (user, ip, login) in access.logins { loginsByIP[ip, default: []].append((user, login)) }
    for (ip, source) in sources where source.succeeded > 0 && score(ip, source) < 1.5 {
      goodNetworks.insert(Self.network(ArraySlice(ip.utf8)))
    }
    for (ip, source) in sources { kinds[TallySet.hash(of: ip)] = judge(ip, source) }
  }

  private func kind(of ip: ArraySlice<UInt8>) -> Kind {
    kinds[TallySet.hash(of: ip)] ?? (goodNetworks.contains(Self.network(ip)) ? .user : .stranger)
  }

  func includes(_ ip: ArraySlice<UInt8>, in population: CauseRule.Population) -> Bool {
    let kind = kind(of: ip)
    switch population {
    case .users: return kind == .user
    case .partners: return kind == .partner
    case .known: return kind == .user || kind == .partner
    case .strangers: return kind == .stranger
    case .attackers: return kind == .attacker
    case .outsiders: return kind == .stranger || kind == .attacker
    case .notAttackers: return kind != .attacker
    }
  }

  /// Accounts that logged in or got mail at some time in the log.
  func isKnownAccount(_ user: String) -> Bool {
    guard let account = accounts[user] else { return false }
    return account.succeeded > 0 || account.delivered > 0
  }

  private func judge(_ ip: String, _ source: AccessTable.Source) -> Kind {
    let score = score(ip, source)
    if score >= 1.5 { return .attacker }
    if source.succeeded > 0 || score <= -1 || goodNetworks.contains(Self.network(ArraySlice(ip.utf8))) { return .user }
    return source.accepted > 0 || access.isCorrespondent(source) ? .partner : .stranger
  }

  /// How much an address looks like one that guesses passwords: 1.5 and more is an attack, -1 and less a user. The weights
  /// were measured on recorded logs with known attackers (docs/inference.md).
  private func score(_ ip: String, _ source: AccessTable.Source) -> Double {
    guard source.failed > 0 else { return source.succeeded > 0 ? -3 : 0 }
    let failures = (loginsByIP[ip] ?? []).filter { $0.login.failed > 0 }
    let users = failures.count
    let neverSeen = failures.count { !isKnownAccount($0.user) }
    let neverSeenShare = users > 0 ? Double(neverSeen) / Double(users) : 0
    let hasCommonName = failures.contains { Self.isCommonName($0.user) }
    var z = 0.0
    if users >= 3 { z += 1.5 }
    if neverSeenShare >= 0.5, users >= 2 || hasCommonName { z += 1.5 }
    if source.succeeded == 0, source.failed >= 10, users >= 2 { z += 1 }
    if !source.hasName { z += 0.7 }
    if hasCommonName { z += 0.7 }
    let wasGoodBefore =
      source.succeeded > source.failedBefore && source.failedBefore < 3
      || source.accepted > 0 && source.firstAccepted <= source.first
    if wasGoodBefore { z -= 3 }
    if users == 1, neverSeen == 0 { z -= 1.5 }
    return z
  }

  /// Names that are tried everywhere because many servers have them.
  private static func isCommonName(_ user: String) -> Bool {
    let local = user.split(separator: "@").first.map(String.init) ?? user
    return commonNames.contains(local)
  }

  private static let commonNames: Set<String> = [
    "admin", "administrator", "test", "info", "sales", "postmaster", "support", "office", "scanner",
    "scan", "user", "root", "hr", "webmaster", "mail", "noreply", "backup", "contact", "service",
    "billing", "guest", "demo", "printer", "fax",
  ]

  /// The hash of an address's network: /24, or /64 (the first four groups as written).
  private static func network(_ ip: ArraySlice<UInt8>) -> UInt64 {
    let isIPv6 = ip.contains(UInt8(ascii: ":"))
    var separators = 0
    let end = ip.firstIndex { byte in
      if byte == (isIPv6 ? UInt8(ascii: ":") : UInt8(ascii: ".")) { separators += 1 }
      return separators == (isIPv6 ? 4 : 3)
    }
    return TallySet.hash(of: ip[..<(end ?? ip.endIndex)])
  }
}
