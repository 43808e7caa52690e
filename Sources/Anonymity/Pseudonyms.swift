/// Gives the same pseudonym for the same name as long as the key is the same; without the key nobody finds the name.
///
/// Users, hosts, addresses and IP addresses become others of the same form: a host below its domain stays below it, addresses of
/// one network (/24, /64) stay in one network. Domains of big providers keep their names, for what a report says of them is of
/// use to nobody else; so do loopback addresses.
public struct Pseudonyms: Sendable {
  private let keyed: KeyedHash
  /// Names of users without a domain, and of hosts, that are known to stand in the texts: in lower case.
  private var names: Set<String> = []

  /// - Parameter key: nil for one of this run alone.
  /// - Returns: nil where the TLS library or the system's randomness is missing.
  public init?(key: [UInt8]?) {
    guard let key = key ?? KeyedHash.randomKey(), let keyed = KeyedHash(key: key) else { return nil }
    self.keyed = keyed
  }

  /// Makes names known that a text does not show to be one.
  public mutating func learn(_ texts: some Sequence<String>) {
    for text in texts where text.utf8.count >= 2 && !text.contains("@") { names.insert(text.lowercased()) }
  }

  private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)

  /// Eight letters of 32: 40 bits, so that among 100,000 names the odds of a clash are below 1 in 200.
  private func word(_ kind: String, _ text: String) -> String {
    let hash = keyed.hash("\(kind):\(text.lowercased())")
    return String(decoding: hash.prefix(8).map { Self.letters[Int($0 & 31)] }, as: UTF8.self)
  }

  // MARK: Kinds of name

  public func user(_ name: String) -> String {
    if name.isEmpty || name == "unknown" { return name }
    guard let at = name.lastIndex(of: "@") else { return "u-" + word("user", name) }
    return "u-" + word("user", String(name[..<at])) + "@" + host(String(name[name.index(after: at)...]))
  }

  /// A host or domain name.
  public func host(_ name: String) -> String {
    if name.isEmpty || name == "unknown" || name == "localhost" { return name }
    if let address = ip(name) { return address }
    let labels = name.lowercased().split(separator: ".").map(String.init)
    guard labels.count > 1 else { return "h-" + word("host", name) }
    let organisation = labels.suffix(Self.organisationLabels(labels)).joined(separator: ".")
    let isKept = Self.providers.contains(organisation)
    let base = isKept ? organisation : "d-\(word("domain", organisation)).example"
    let rest = labels.dropLast(Self.organisationLabels(labels)).joined(separator: ".")
    return rest.isEmpty ? base : "h-\(word("host", rest + "." + organisation)).\(base)"
  }

  /// The last two labels, three below a short one (`co.uk`): a guess without the list of public suffixes.
  private static func organisationLabels(_ labels: [String]) -> Int {
    let isShort =
      labels.count > 2 && labels[labels.count - 2].utf8.count <= 3 && labels[labels.count - 1].utf8.count == 2
    return isShort ? 3 : 2
  }

  /// An IP address; nil when the text is none.
  public func ip(_ text: String) -> String? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 4, parts.allSatisfy({ UInt8($0) != nil && $0.utf8.count <= 3 }) {
      if parts[0] == "127" { return text }
      let network = keyed.hash("ipv4:\(parts[0]).\(parts[1]).\(parts[2])")
      let host = keyed.hash("ipv4:\(text)")
      return "10.\(network[0]).\(network[1]).\(host[0])"
    }
    guard text.contains(":"),
      text.utf8.allSatisfy({ $0 == 0x3A || $0 == 0x2E || $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }),
      text.utf8.count(where: { $0 == 0x3A }) >= 2
    else { return nil }
    if text == "::1" { return text }
    let groups = text.lowercased().split(separator: ":", omittingEmptySubsequences: false)
    let network = keyed.hash("ipv6:\(groups.prefix(4).joined(separator: ":"))")
    let host = keyed.hash("ipv6:\(text.lowercased())")
    func group(_ hash: [UInt8], _ i: Int) -> String {
      String(UInt16(hash[2 * i]) << 8 | UInt16(hash[2 * i + 1]), radix: 16)
    }
    return "2001:db8:\(group(network, 0)):\(group(network, 1))::\(group(host, 0)):\(group(host, 1))"
  }

  // MARK: Texts

  /// A line of a log, or a sentence with values of one: whatever looks like an address, a host or an IP address, and the names
  /// that are known.
  public func text(_ text: String) -> String {
    var result = ""
    var token = ""
    var before: Unicode.Scalar = " "
    func close() {
      guard !token.isEmpty else { return }
      result += replaced(token, before: before)
      before = token.unicodeScalars.last ?? " "
      token = ""
    }
    for scalar in text.unicodeScalars {
      if Self.isPart(scalar) {
        token.unicodeScalars.append(scalar)
      } else {
        close()
        result.unicodeScalars.append(scalar)
        before = scalar
      }
    }
    close()
    return result
  }

  private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_", "@", "+", ":", "=", "~", "!", "#", "$", "%", "&", "*": true
    case _ where scalar.value >= 0xA0: true
    default: false
    }
  }

  private func replaced(_ token: String, before: Unicode.Scalar) -> String {
    // Marks around it are no part of it: `to:`, `2001:db8::1:25`, `host.example.`
    let front = token.prefix { ".:=-+*#!$%&~".contains($0) }
    let rest = token.dropFirst(front.count)
    let back = String(rest.reversed().prefix { ".:=-+*#!$%&~".contains($0) }.reversed())
    let core = String(rest.dropLast(back.count))
    if let equals = core.firstIndex(of: "="), !core.contains("@") || core[..<equals].allSatisfy(\.isLetter) {
      let name = core[...equals]
      return front + name + replaced(String(core[core.index(after: equals)...]), before: "=") + back
    }
    return front + known(core, before: before) + back
  }

  private func known(_ core: String, before: Unicode.Scalar) -> String {
    if core.isEmpty { return core }
    if core.contains("@") { return user(core) }
    if let address = ip(core) { return address }
    if let colon = core.lastIndex(of: ":"), core[core.index(after: colon)...].allSatisfy(\.isNumber),
      colon != core.startIndex
    {
      return known(String(core[..<colon]), before: before) + core[colon...]
    }
    if names.contains(core.lowercased()) { return core.contains(".") ? host(core) : user(core) }
    guard before != "/", Self.isHost(core) else { return core }
    return host(core)
  }

  /// Labels, of which the last is one of letters and no ending of a file's name.
  private static func isHost(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty && $0.utf8.count < 64 }), let last = labels.last else {
      return false
    }
    guard last.utf8.count >= 2, last.allSatisfy({ $0.isLetter || $0 == "-" || $0.isNumber }),
      last.first?.isLetter == true
    else {
      return false
    }
    return !endings.contains(last.lowercased())
  }

  /// Of files, units and settings that logs name.
  private static let endings: Set<String> = [
    "cf", "conf", "db", "log", "gz", "pem", "crt", "key", "pid", "sock", "socket", "service", "timer", "so", "c", "cc",
    "h", "sh",
    "py", "pl", "sieve", "svbin", "lock", "index", "cache", "ctl", "map", "yaml", "txt", "old", "bak", "tmp", "ext",
    "master",
  ]

  private static let providers: Set<String> = [
    "gmail.com", "google.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "office365.com",
    "microsoft.com",
    "yahoo.com", "yahoodns.net", "icloud.com", "me.com", "apple.com", "aol.com", "gmx.de", "gmx.net", "gmx.com",
    "web.de",
    "t-online.de", "freenet.de", "orange.fr", "free.fr", "laposte.net", "mail.ru", "yandex.ru", "yandex.net", "qq.com",
    "163.com",
    "zoho.com", "protonmail.ch", "proton.me", "fastmail.com", "messagingengine.com", "comcast.net", "amazonaws.com",
    "sendgrid.net",
    "mailgun.org", "mimecast.com", "pphosted.com", "spamhaus.org", "barracudacentral.org", "spamcop.net", "sorbs.net",
  ]
}
