/// Evaluates SPF (RFC 7208) for one address, with its limits. Pure but for the questions it is given.
struct SPFCheck {
  enum Result: Equatable {
    case pass, fail, softFail, neutral, none
    case temporaryError(String)
    case permanentError(String)

    var words: String {
      switch self {
      case .pass: "pass"
      case .fail: "fail"
      case .softFail: "softfail"
      case .neutral: "neutral"
      case .none: "none"
      case .temporaryError(let why), .permanentError(let why): why
      }
    }
  }

  let ask: (String, DNSType) -> DNSAnswer
  /// Terms that ask DNS, and answers with nothing in them.
  private(set) var lookups = 0
  private(set) var voids = 0

  static let lookupLimit = 10
  static let voidLimit = 2

  init(ask: @escaping (String, DNSType) -> DNSAnswer) { self.ask = ask }

  mutating func evaluate(_ address: IPAddress, domain: String) -> Result {
    evaluate(address, domain, depth: 0)
  }

  private mutating func evaluate(_ address: IPAddress, _ domain: String, depth: Int) -> Result {
    if depth > 10 { return .permanentError("records include each other in a circle") }
    let answer = ask(domain, .txt)
    guard answer.isAnswer else { return .temporaryError("\(domain): \(answer.words)") }
    let records = answer.texts.filter { $0.lowercased() == "v=spf1" || $0.lowercased().hasPrefix("v=spf1 ") }
    guard let record = records.first else { return .none }
    if records.count > 1 { return .permanentError("\(domain) has \(records.count) SPF records") }
    var redirect: String?
    for term in record.split(separator: " ").dropFirst().map(String.init) {
      if let target = modifier("redirect", term) {
        redirect = target
        continue
      }
      if isModifier(term) { continue }
      switch mechanism(term, address, domain, depth) {
      case .failure(let stop): return stop.result
      case .success(nil): continue
      case .success(let result?): return result
      }
    }
    guard let redirect else { return .neutral }
    if let stop = count() { return stop }
    let result = evaluate(address, redirect, depth: depth + 1)
    return result == .none ? .permanentError("redirect to \(redirect), which has no SPF record") : result
  }

  private struct Stop: Error { var result: Result }

  /// The result when the mechanism matches, nil when it does not.
  private mutating func mechanism(
    _ term: String, _ address: IPAddress, _ domain: String, _ depth: Int
  ) -> Swift.Result<Result?, Stop> {
    var text = term[...]
    var match = Result.pass
    switch text.first {
    case "+": text = text.dropFirst()
    case "-": (match, text) = (.fail, text.dropFirst())
    case "~": (match, text) = (.softFail, text.dropFirst())
    case "?": (match, text) = (.neutral, text.dropFirst())
    default: break
    }
    let name = text.prefix { $0.isLetter || $0.isNumber }.lowercased()
    let rest = text.dropFirst(name.count)
    let argument = rest.hasPrefix(":") ? String(rest.dropFirst()) : ""
    func stop(_ result: Result) -> Swift.Result<Result?, Stop> { .failure(Stop(result: result)) }
    func answer(_ isMatch: Bool) -> Swift.Result<Result?, Stop> { .success(isMatch ? match : nil) }
    switch name {
    case "all": return answer(true)
    case "ip4", "ip6":
      guard let isMatch = Self.contains(argument, address) else {
        return stop(.permanentError("'\(term)' cannot be read"))
      }
      return answer(isMatch)
    case "include", "exists", "a", "mx", "ptr": break
    default: return stop(.permanentError("'\(term)' is no SPF term"))
    }
    if let error = count() { return stop(error) }
    // What depends on the sender cannot be known here.
    if argument.contains("%") { return stop(.neutral) }
    if name == "ptr" { return answer(false) }
    if name == "include" {
      switch evaluate(address, argument, depth: depth + 1) {
      case .pass: return answer(true)
      case .fail, .softFail, .neutral: return answer(false)
      case .none: return stop(.permanentError("'\(term)': \(argument) has no SPF record"))
      case let error: return stop(error)
      }
    }
    let parts = (name == "exists" ? argument : argument.isEmpty ? domain + rest : argument).split(separator: "/")
    guard let target = parts.first.map(String.init) else { return stop(.permanentError("'\(term)' names no domain")) }
    return hosts(name, target, parts, address, answer, stop)
  }

  private mutating func hosts(
    _ name: String, _ target: String, _ parts: [Substring], _ address: IPAddress,
    _ answer: (Bool) -> Swift.Result<Result?, Stop>, _ stop: (Result) -> Swift.Result<Result?, Stop>
  ) -> Swift.Result<Result?, Stop> {
    let whole = address.isIPv6 ? 128 : 32
    let prefix = address.isIPv6 ? (parts.count > 2 ? parts.last : nil) : (parts.count > 1 ? parts[1] : nil)
    let bits = prefix.flatMap { Int($0) } ?? whole
    var names = [target]
    if name == "mx" {
      let found = ask(target, .mx)
      if let error = judge(found, target) { return stop(error) }
      names = found.mailExchanges.prefix(10).map(\.host)
    }
    for host in names {
      let type: DNSType = name == "exists" || !address.isIPv6 ? .a : .aaaa
      let found = ask(host, type)
      if let error = judge(found, host) { return stop(error) }
      if name == "exists", !found.addresses.isEmpty { return answer(true) }
      if name != "exists", found.addresses.contains(where: { $0.shares(bits, with: address) }) { return answer(true) }
    }
    return answer(false)
  }

  private mutating func count() -> Result? {
    lookups += 1
    return lookups > Self.lookupLimit
      ? .permanentError("more than ten DNS look-ups are needed; receivers take it for an error") : nil
  }

  private mutating func judge(_ answer: DNSAnswer, _ name: String) -> Result? {
    guard answer.isAnswer else { return .temporaryError("\(name): \(answer.words)") }
    if answer.records.isEmpty { voids += 1 }
    return voids > Self.voidLimit ? .permanentError("more than two names in it do not exist") : nil
  }

  /// Nil when it cannot be read.
  private static func contains(_ network: String, _ address: IPAddress) -> Bool? {
    let parts = network.split(separator: "/")
    guard let first = parts.first, let base = IPAddress(String(first)) else { return nil }
    let whole = base.bytes.count * 8
    guard parts.count < 3, let bits = parts.count == 2 ? Int(parts[1]) : whole, bits >= 0, bits <= whole else {
      return nil
    }
    return address.shares(bits, with: base)
  }

  private func modifier(_ name: String, _ term: String) -> String? {
    term.lowercased().hasPrefix(name + "=") ? String(term.dropFirst(name.count + 1)) : nil
  }

  /// `name=value`; unknown ones are ignored (section 6).
  private func isModifier(_ term: String) -> Bool {
    guard let equals = term.firstIndex(of: "=") else { return false }
    return !term[..<equals].contains { $0 == ":" || $0 == "/" }
  }
}
