/// What became of a question.
public enum DNSAnswer: Sendable, Equatable {
  /// Records of the type asked for, aliases followed by the resolver; at least one.
  case records([DNSRecord], isAuthenticated: Bool)
  /// The name exists and has none of this type.
  case noData
  /// The name does not exist.
  case noSuchName
  /// The resolver failed: SERVFAIL.
  case serverFailure
  /// The resolver does not want to answer: REFUSED or NOTIMP.
  case declined
  /// Nothing listens at the resolver's address.
  case refused
  case timedOut
  /// No resolver is configured, none can be reached, or what it sent is no answer.
  case failed(String)

  public var records: [DNSRecord] {
    if case .records(let records, _) = self { return records }
    return []
  }

  /// The resolver works: there is an answer, be it that there is nothing.
  public var isAnswer: Bool {
    switch self {
    case .records, .noData, .noSuchName: true
    default: false
    }
  }

  /// As part of a sentence.
  public var words: String {
    switch self {
    case .records(let records, _): "\(records.count) records"
    case .noData: "no such record"
    case .noSuchName: "no such name (NXDOMAIN)"
    case .serverFailure: "the resolver failed (SERVFAIL)"
    case .declined: "the resolver declined (REFUSED)"
    case .refused: "the resolver is not running (port unreachable)"
    case .timedOut: "the resolver did not answer"
    case .failed(let why): why
    }
  }

  public var addresses: [IPAddress] {
    records.compactMap { if case .address(let address) = $0.value { address } else { nil } }
  }

  public var names: [String] {
    records.compactMap { if case .name(let name) = $0.value { name } else { nil } }
  }

  public var texts: [String] {
    records.compactMap { if case .text(let text) = $0.value { text } else { nil } }
  }

  /// Mail exchangers, the preferred first.
  public var mailExchanges: [(preference: Int, host: String)] {
    records.compactMap { record -> (preference: Int, host: String)? in
      if case .mailExchange(let preference, let host) = record.value { return (preference, host) }
      return nil
    }.sorted { $0.preference < $1.preference }
  }
}
