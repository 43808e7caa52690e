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
  /// Hashes of networks.
  private var goodNetworks: Set<UInt64> = []
  /// By number of the source in the access table.
  private var kinds: ContiguousArray<Kind> = []

  /// The failed logins from one address.
  private struct Failures {
    var users = 0
    var neverSeen = 0
    var hasCommonName = false
  }

  init(_ access: AccessTable) {
    self.access = access
    var failures = ContiguousArray(repeating: Failures(), count: access.sourceCount)
    access.forEachFailedLogin { user, account, source in
      failures[source].users += 1
      if account.succeeded == 0, account.delivered == 0 { failures[source].neverSeen += 1 }
      if Self.isCommonName(user) { failures[source].hasCommonName = true }
    }
    var scores = ContiguousArray(repeating: 0.0, count: access.sourceCount)
    access.forEachSource { number, ip, source in
      scores[number] = Self.score(source, failures[number])
      if source.succeeded > 0, scores[number] < 1.5 { goodNetworks.insert(Self.network(ip)) }
    }
    kinds = ContiguousArray(repeating: .stranger, count: access.sourceCount)
    access.forEachSource { number, ip, source in kinds[number] = judge(ip, source, scores[number]) }
  }

  private func kind(of ip: ArraySlice<UInt8>) -> Kind {
    if let source = access.source(of: ip) { return kinds[source] }
    return goodNetworks.contains(Self.network(ip)) ? .user : .stranger
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

  private func judge(_ ip: ArraySlice<UInt8>, _ source: AccessTable.Source, _ score: Double) -> Kind {
    if score >= 1.5 { return .attacker }
    if source.succeeded > 0 || score <= -1 || goodNetworks.contains(Self.network(ip)) { return .user }
    return source.accepted > 0 || access.isCorrespondent(source) ? .partner : .stranger
  }

  /// How much an address looks like one that guesses passwords: 1.5 and more is an attack, -1 and less a user. The weights
  /// were measured on recorded logs with known attackers (docs/inference.md).
  private static func score(_ source: AccessTable.Source, _ failures: Failures) -> Double {
    guard source.failed > 0 else { return source.succeeded > 0 ? -3 : 0 }
    let users = failures.users
    let neverSeenShare = users > 0 ? Double(failures.neverSeen) / Double(users) : 0
    var z = 0.0
    if users >= 3 { z += 1.5 }
    if neverSeenShare >= 0.5, users >= 2 || failures.hasCommonName { z += 1.5 }
    if source.succeeded == 0, source.failed >= 10, users >= 2 { z += 1 }
    if !source.hasName { z += 0.7 }
    if failures.hasCommonName { z += 0.7 }
    let wasGoodBefore =
      source.succeeded > source.failedBefore && source.failedBefore < 3
      || source.accepted > 0 && source.firstAccepted <= source.first
    if wasGoodBefore { z -= 3 }
    if users == 1, failures.neverSeen == 0 { z -= 1.5 }
    return z
  }

  /// Names that are tried everywhere because many servers have them.
  private static func isCommonName(_ user: ArraySlice<UInt8>) -> Bool {
    commonNames.contains(Array(user.prefix { $0 != UInt8(ascii: "@") }))
  }

  private static let commonNames: Set<[UInt8]> = Set(commonNameTexts.map { Array($0.utf8) })
  private static let commonNameTexts = [
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
