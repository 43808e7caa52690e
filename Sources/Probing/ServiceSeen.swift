/// What a conversation with one service showed.
public struct ServiceSeen: Sendable {
  public enum StartTLS: Sendable, Equatable {
    /// Not asked: TLS begins with the connection, or the conversation ended before.
    case notAsked
    case notOffered
    /// Offered, then refused with these words.
    case refused(String)
    case failed(TLSFailure)
    case done
  }

  /// The name that the certificate should be for.
  public var name: String?
  /// Nil when the connection came about.
  public var connectFailure: NetworkFailure?
  /// Milliseconds until it did.
  public var connectTime = 0
  /// The handshake of a port where TLS begins with the connection.
  public var tlsFailure: TLSFailure?
  public var greeting: ServerReply?
  public var greetingFailure: NetworkFailure?
  /// Where plain text was expected TLS was spoken.
  public var speaksTLSAtOnce = false
  /// What it can do before and after TLS.
  public var abilities: ServerReply?
  public var abilitiesAfterTLS: ServerReply?
  public var abilitiesFailure: NetworkFailure?
  public var startTLS = StartTLS.notAsked
  public var tls: TLSDetails?
  public var login: ServerReply?
  /// Answers to MAIL FROM and RCPT TO.
  public var mailFrom: ServerReply?
  public var recipient: ServerReply?

  public init() {}

  /// Login mechanisms that are offered: SMTP's AUTH, IMAP's AUTH=, POP3's and ManageSieve's SASL.
  public static func mechanisms(_ reply: ServerReply?) -> [String] {
    guard let reply else { return [] }
    var found: [String] = []
    for line in reply.lines {
      let words = line.uppercased().split { " \"".contains($0) || $0 == "\t" }.map(String.init)
      for (i, word) in words.enumerated() {
        if word.hasPrefix("AUTH=") { found.append(String(word.dropFirst(5))) }
        let isList = word == "AUTH" || word == "SASL" || word.hasSuffix("-AUTH")
        if isList, i <= 1 { found += words[(i + 1)...] }
      }
    }
    return Array(Set(found.filter { !$0.isEmpty })).sorted()
  }

  /// The ability is in a reply.
  public static func has(_ ability: String, _ reply: ServerReply?) -> Bool {
    reply?.lines.contains { line in
      line.uppercased().split { " -\"".contains($0) }.contains { $0 == ability }
    } ?? false
  }

  /// Bytes a message may have (RFC 1870); nil when not said, 0 for no limit.
  public var sizeLimit: Int? {
    for line in (abilitiesAfterTLS ?? abilities)?.lines ?? [] {
      let words = line.uppercased().split { " -".contains($0) }
      if let i = words.firstIndex(of: "SIZE"), i + 1 < words.count { return Int(words[i + 1]) }
    }
    return nil
  }
}
