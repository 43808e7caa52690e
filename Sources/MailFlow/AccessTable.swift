import EventRules
import MailEvents

/// Who comes to this server and how it goes: by client address, by account, and by both. What tells a user with an old
/// password from an attacker who guesses.
public struct AccessTable: Sendable, Equatable {
  public struct Source: Sendable, Equatable {
    public internal(set) var succeeded = 0
    public internal(set) var failed = 0
    /// Failures before the first success.
    public internal(set) var failedBefore = 0
    /// Messages taken from it.
    public internal(set) var accepted = 0
    public internal(set) var rejected = 0
    public internal(set) var first = Timestamp.unknown
    public internal(set) var firstAccepted = Timestamp.unknown
    /// Has a verified name.
    public internal(set) var hasName = false
    /// Hash of the registrable domain of that name; 0 without a name.
    public internal(set) var organisation: UInt64 = 0

    mutating func merge(_ other: Source) {
      if succeeded == 0 { failedBefore += other.failedBefore }
      succeeded += other.succeeded
      failed += other.failed
      accepted += other.accepted
      rejected += other.rejected
      first = AccessTable.earlier(first, other.first)
      firstAccepted = AccessTable.earlier(firstAccepted, other.firstAccepted)
      hasName = hasName || other.hasName
      organisation = max(organisation, other.organisation)
    }
  }

  public struct Account: Sendable, Equatable {
    public internal(set) var succeeded = 0
    public internal(set) var failed = 0
    /// Messages delivered to it.
    public internal(set) var delivered = 0

    mutating func merge(_ other: Account) {
      succeeded += other.succeeded
      failed += other.failed
      delivered += other.delivered
    }
  }

  public struct Login: Sendable, Equatable {
    public internal(set) var succeeded = 0
    public internal(set) var failed = 0
    public internal(set) var firstFailed = Timestamp.unknown
    public internal(set) var lastFailed = Timestamp.unknown
    public internal(set) var firstSucceeded = Timestamp.unknown
    public internal(set) var lastSucceeded = Timestamp.unknown

    mutating func merge(_ other: Login) {
      succeeded += other.succeeded
      failed += other.failed
      firstFailed = AccessTable.earlier(firstFailed, other.firstFailed)
      lastFailed = max(lastFailed, other.lastFailed)
      firstSucceeded = AccessTable.earlier(firstSucceeded, other.firstSucceeded)
      lastSucceeded = max(lastSucceeded, other.lastSucceeded)
    }
  }

  /// A table from names to values, bounded.
  struct Named<Value: Sendable & Equatable>: Sendable, Equatable {
    var keys: ByteTable
    var values: ContiguousArray<Value> = []
    var overflow = 0

    init(limit: Int) { keys = ByteTable(limit: limit) }

    mutating func index(_ key: borrowing Span<UInt8>, new: @autoclosure () -> Value) -> Int? {
      let hash = ByteHash.hash(key, ByteRange(0, key.count), seed: ByteHash.seed)
      let found = keys.insert(key, hash: hash)
      if found < 0 {
        overflow += 1
        return nil
      }
      if found == values.count { values.append(new()) }
      return found
    }

    /// By name, in no order.
    var dictionary: [String: Value] {
      var result: [String: Value] = [:]
      for (i, value) in values.enumerated() {
        result[String(decoding: keys.key(i), as: UTF8.self)] = value
      }
      return result
    }

    static func == (a: Self, b: Self) -> Bool { a.dictionary == b.dictionary && a.overflow == b.overflow }
  }

  private var sourceTable = Named<Source>(limit: 100_000)
  private var accountTable = Named<Account>(limit: 100_000)
  private var loginTable = Named<Login>(limit: 100_000)
  /// Hashes of the domains that mail was delivered to.
  private var correspondents: Set<UInt64> = []
  private var key: ContiguousArray<UInt8> = []

  static let correspondentLimit = 50_000

  public var sources: [String: Source] { sourceTable.dictionary }
  public var accounts: [String: Account] { accountTable.dictionary }
  /// By account and address.
  public var logins: [(user: String, ip: String, login: Login)] {
    loginTable.values.enumerated().map { i, login in
      let parts = loginTable.keys.key(i).split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
      return (
        String(decoding: parts[0], as: UTF8.self),
        parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "", login
      )
    }
  }
  /// Events that found no room in the tables.
  public var overflow: Int { sourceTable.overflow + accountTable.overflow + loginTable.overflow }

  /// Whether the source belongs to an organisation that takes mail from us.
  public func isCorrespondent(_ source: Source) -> Bool {
    source.organisation != 0 && correspondents.contains(source.organisation)
  }

  static func earlier(_ a: Timestamp, _ b: Timestamp) -> Timestamp {
    if !a.isKnown { return b }
    return b.isKnown ? min(a, b) : a
  }

  mutating func add(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    switch event.head.event {
    case .authSucceeded, .authFailed:
      login(event, succeeded: event.head.event == .authSucceeded, bytes, values)
    case .messageClient, .messageReceived:
      if values.has(.userName) { login(event, succeeded: true, bytes, values) }
      guard event.head.direction != .outbound, let s = source(event, bytes, values) else { return }
      sourceTable.values[s].accepted += 1
      sourceTable.values[s].firstAccepted = Self.earlier(sourceTable.values[s].firstAccepted, event.time)
    case .smtpRejected:
      if let s = source(event, bytes, values) { sourceTable.values[s].rejected += 1 }
    case .deliverySent:
      guard event.head.direction == .outbound, values.has(.smtpRelayIp),
        correspondents.count < Self.correspondentLimit,
        let domain = DerivedFields.provider(values, bytes)
      else { return }
      correspondents.insert(ByteHash.hash(bytes, domain, folding: true, seed: ByteHash.seed))
    case .messageStored:
      if let a = account(bytes, values) { accountTable.values[a].delivered += 1 }
    default: break
    }
  }

  private mutating func login(
    _ event: FlowEvent, succeeded: Bool, _ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    let s = source(event, bytes, values)
    if let s {
      if succeeded {
        sourceTable.values[s].succeeded += 1
      } else {
        if sourceTable.values[s].succeeded == 0 { sourceTable.values[s].failedBefore += 1 }
        sourceTable.values[s].failed += 1
      }
    }
    guard let a = account(bytes, values) else { return }
    if succeeded { accountTable.values[a].succeeded += 1 } else { accountTable.values[a].failed += 1 }
    guard let ip = values[.clientIp], !ip.isConstant else { return }
    key.append(0)
    for i in ip.lower..<ip.upper { key.append(bytes[i]) }
    let text = key
    guard let l = loginTable.index(text.span, new: Login()) else { return }
    if succeeded {
      loginTable.values[l].succeeded += 1
      loginTable.values[l].firstSucceeded = Self.earlier(loginTable.values[l].firstSucceeded, event.time)
      loginTable.values[l].lastSucceeded = max(loginTable.values[l].lastSucceeded, event.time)
    } else {
      loginTable.values[l].failed += 1
      loginTable.values[l].firstFailed = Self.earlier(loginTable.values[l].firstFailed, event.time)
      loginTable.values[l].lastFailed = max(loginTable.values[l].lastFailed, event.time)
    }
  }

  private mutating func source(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) -> Int? {
    guard let ip = values[.clientIp], !ip.isConstant else { return nil }
    key.removeAll(keepingCapacity: true)
    for i in ip.lower..<ip.upper { key.append(bytes[i]) }
    let text = key
    guard let s = sourceTable.index(text.span, new: Source()) else { return nil }
    sourceTable.values[s].first = Self.earlier(sourceTable.values[s].first, event.time)
    if let name = values[.clientDomain], !sourceTable.values[s].hasName {
      // 'unknown' is what Postfix writes for an address without a verified name.
      let isUnknown =
        name.count == 7 && bytes[name.lower] == UInt8(ascii: "u") && bytes[name.lower + 6] == UInt8(ascii: "n")
      sourceTable.values[s].hasName = !isUnknown
      if let domain = DerivedFields.registrableDomain(name, bytes) {
        sourceTable.values[s].organisation = ByteHash.hash(bytes, domain, folding: true, seed: ByteHash.seed)
      }
    }
    return s
  }

  /// Leaves the account's name, in lower case, in `key`.
  private mutating func account(_ bytes: borrowing Span<UInt8>, _ values: borrowing FieldValues) -> Int? {
    guard let user = values[.userName], !user.isConstant else { return nil }
    key.removeAll(keepingCapacity: true)
    for i in user.lower..<min(user.upper, user.lower + 256) {
      let byte = bytes[i]
      key.append(byte == 0 ? 1 : byte &- 0x41 < 26 ? byte | 0x20 : byte)
    }
    let text = key
    return accountTable.index(text.span, new: Account())
  }

  mutating func merge(_ other: AccessTable) {
    correspondents.formUnion(other.correspondents)
    Self.merge(&sourceTable, other.sourceTable, new: Source()) { $0.merge($1) }
    Self.merge(&accountTable, other.accountTable, new: Account()) { $0.merge($1) }
    Self.merge(&loginTable, other.loginTable, new: Login()) { $0.merge($1) }
  }

  private static func merge<Value>(
    _ mine: inout Named<Value>, _ other: Named<Value>, new: Value, _ join: (inout Value, Value) -> Void
  ) {
    mine.overflow += other.overflow
    for (i, value) in other.values.enumerated() {
      let key = Array(other.keys.key(i))
      guard let index = mine.index(key.span, new: new) else { continue }
      join(&mine.values[index], value)
    }
  }
}
