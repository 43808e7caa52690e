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
    /// Messages it handed in.
    public internal(set) var sent = 0

    mutating func merge(_ other: Account) {
      sent += other.sent
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

  private var sourceTable = NamedTable<Source>(limit: 100_000)
  private var accountTable = NamedTable<Account>(limit: 100_000)
  private var loginTable = NamedTable<Login>(limit: 100_000)
  /// Hashes of the domains that mail was delivered to.
  private var correspondents: Set<UInt64> = []
  private var lastCorrespondent: UInt64 = 0

  static let correspondentLimit = 50_000

  public var sources: [String: Source] { sourceTable.dictionary }
  public var accounts: [String: Account] { accountTable.dictionary }
  /// By account and address.
  public var logins: [(user: String, ip: String, login: Login)] {
    loginTable.values.enumerated().map { i, login in
      let parts = loginTable.name(i).split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
      return (
        String(decoding: parts[0], as: UTF8.self),
        parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "", login
      )
    }
  }
  public var accountCount: Int { accountTable.values.count }

  /// The accounts (untrusted, in lower case) with most logins, failures and messages.
  public func largestAccounts(_ limit: Int) -> [(name: String, value: Account)] {
    accountTable.largest(limit) { $0.succeeded + $0.failed + $0.delivered }
  }

  public var sourceCount: Int { sourceTable.values.count }

  /// The number of a client's address; nil when it neither logged in nor sent nor was refused.
  public func source(of ip: ArraySlice<UInt8>) -> Int? {
    let number = sourceTable.find(TallySet.hash(of: ip))
    return number < 0 ? nil : number
  }

  /// Calls with each source's number, address (untrusted) and counts.
  public func forEachSource(_ body: (Int, ArraySlice<UInt8>, Source) -> Void) {
    for (number, source) in sourceTable.values.enumerated() { body(number, sourceTable.name(number), source) }
  }

  /// Calls for each account and source with a failed login: the account's name (untrusted) and counts, the source's number.
  public func forEachFailedLogin(_ body: (ArraySlice<UInt8>, Account, Int) -> Void) {
    for (number, login) in loginTable.values.enumerated() where login.failed > 0 {
      let name = loginTable.name(number)
      guard let divider = name.firstIndex(of: 0), let source = source(of: name[(divider + 1)...]) else { continue }
      let account = accountTable.find(TallySet.hash(of: name[..<divider]))
      body(name[..<divider], account < 0 ? Account() : accountTable.values[account], source)
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

  /// Counts one event. `hashes` are of this event.
  mutating func add(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues, _ hashes: inout FieldHashes
  ) {
    switch event.head.event {
    case .authSucceeded, .authFailed:
      login(event, succeeded: event.head.event == .authSucceeded, bytes, constants, values, &hashes)
    case .messageClient, .messageReceived:
      if values.has(.userName) {
        login(event, succeeded: true, bytes, constants, values, &hashes)
        let a = account(bytes, constants, values, &hashes)
        if a >= 0 { accountTable.values[a].sent += 1 }
      }
      if event.head.direction == .outbound { return }
      let s = source(event, bytes, constants, values, &hashes)
      guard s >= 0 else { return }
      sourceTable.values[s].accepted += 1
      sourceTable.values[s].firstAccepted = Self.earlier(sourceTable.values[s].firstAccepted, event.time)
    case .smtpRejected:
      let s = source(event, bytes, constants, values, &hashes)
      if s >= 0 { sourceTable.values[s].rejected += 1 }
    case .deliverySent:
      guard event.head.direction == .outbound, values.has(.smtpRelayIp),
        correspondents.count < Self.correspondentLimit
      else { return }
      let domain = hashes.hash(.destinationProvider, bytes, constants, values)
      if domain != 0, domain != lastCorrespondent {
        correspondents.insert(domain)
        lastCorrespondent = domain
      }
    case .messageStored:
      let a = account(bytes, constants, values, &hashes)
      if a >= 0 { accountTable.values[a].delivered += 1 }
    default: break
    }
  }

  private mutating func login(
    _ event: FlowEvent, succeeded: Bool, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues, _ hashes: inout FieldHashes
  ) {
    let s = source(event, bytes, constants, values, &hashes)
    if s >= 0 {
      if succeeded {
        sourceTable.values[s].succeeded += 1
      } else {
        if sourceTable.values[s].succeeded == 0 { sourceTable.values[s].failedBefore += 1 }
        sourceTable.values[s].failed += 1
      }
    }
    let a = account(bytes, constants, values, &hashes)
    guard a >= 0 else { return }
    if succeeded { accountTable.values[a].succeeded += 1 } else { accountTable.values[a].failed += 1 }
    let l = pair(account: a, bytes, constants, values, &hashes)
    guard l >= 0 else { return }
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
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues, _ hashes: inout FieldHashes
  ) -> Int {
    let hash = hashes.hash(.clientIp, bytes, constants, values)
    let ip = hashes.range(.clientIp)
    guard hash != 0, !ip.isConstant else { return -1 }
    var s = sourceTable.find(hash)
    if s < 0 {
      guard sourceTable.makeRoom(for: ip.count) else { return -1 }
      for i in ip.lower..<ip.upper { sourceTable.append(bytes[i]) }
      s = sourceTable.close(hash, Source())
    }
    if !sourceTable.values[s].first.isKnown || event.time < sourceTable.values[s].first {
      sourceTable.values[s].first = Self.earlier(sourceTable.values[s].first, event.time)
    }
    if !sourceTable.values[s].hasName, let name = values[.clientDomain] {
      // 'unknown' is what Postfix writes for an address without a verified name.
      let isUnknown =
        name.count == 7 && bytes[name.lower] == UInt8(ascii: "u") && bytes[name.lower + 6] == UInt8(ascii: "n")
      sourceTable.values[s].hasName = !isUnknown
      if let domain = DerivedFields.registrableDomain(name, bytes) {
        sourceTable.values[s].organisation = max(
          1, ByteHash.hash(bytes, domain, folding: true, seed: ByteHash.seed))
      }
    }
    return s
  }

  /// The place of the event's account, or -1.
  private mutating func account(
    _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues,
    _ hashes: inout FieldHashes
  ) -> Int {
    let hash = hashes.hash(.userName, bytes, constants, values)
    let user = hashes.range(.userName)
    guard hash != 0, !user.isConstant else { return -1 }
    let known = accountTable.find(hash)
    if known >= 0 { return known }
    guard accountTable.makeRoom(for: user.count) else { return -1 }
    for i in user.lower..<user.upper {
      let byte = bytes[i]
      accountTable.append(byte == 0 ? 1 : byte &- 0x41 < 26 ? byte | 0x20 : byte)
    }
    return accountTable.close(hash, Account())
  }

  /// The place of the account and the client's address together, or -1.
  private mutating func pair(
    account: Int, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues,
    _ hashes: inout FieldHashes
  ) -> Int {
    let source = hashes.hash(.clientIp, bytes, constants, values)
    let ip = hashes.range(.clientIp)
    guard source != 0, !ip.isConstant else { return -1 }
    let hash = ByteHash.combine(hashes.hash(.userName, bytes, constants, values), source)
    let known = loginTable.find(hash)
    if known >= 0 { return known }
    let user = accountTable.name(account)
    guard loginTable.makeRoom(for: user.count + 1 + ip.count) else { return -1 }
    for byte in user { loginTable.append(byte) }
    loginTable.append(0)
    for i in ip.lower..<ip.upper { loginTable.append(bytes[i]) }
    return loginTable.close(hash, Login())
  }

  mutating func merge(_ other: AccessTable) {
    correspondents.formUnion(other.correspondents)
    sourceTable.merge(other.sourceTable) { $0.merge($1) }
    accountTable.merge(other.accountTable) { $0.merge($1) }
    loginTable.merge(other.loginTable) { $0.merge($1) }
  }
}
