/// What a probe reads of an X.509 certificate. The texts come from the other side.
public struct Certificate: Sendable, Equatable {
  /// Common name of the subject, and of the issuer.
  public var subject = ""
  public var issuer = ""
  /// DNS names it is for; the subject's where it names none.
  public var names: [String] = []
  /// Seconds since 1970.
  public var notBefore: Int64 = 0
  public var notAfter: Int64 = 0
  public var keyType = ""
  public var keyBits = 0
  /// Signature algorithm, OpenSSL's short name: `RSA-SHA256`.
  public var signature = ""
  public var isSelfSigned = false
  /// SHA-256 and SHA-512 of the whole, and of its public key: what TLSA records hold (RFC 6698).
  public var digests = Digests()

  public struct Digests: Sendable, Equatable {
    public var certificate: [UInt8] = []
    public var certificateSHA256: [UInt8] = []
    public var certificateSHA512: [UInt8] = []
    public var key: [UInt8] = []
    public var keySHA256: [UInt8] = []
    public var keySHA512: [UInt8] = []
  }

  public init() {}

  /// Days until it expires; negative when it has.
  public func daysLeft(at now: Int64) -> Int { Int((notAfter - now).flooredQuotient(86400)) }

  /// The key is weaker than what is required since 2014 (RFC 9325, section 4.5).
  public var hasWeakKey: Bool { keyType == "RSA" && keyBits < 2048 || keyType == "EC" && keyBits < 224 }

  public var hasWeakSignature: Bool {
    let name = signature.lowercased()
    return name.contains("md5") || name.hasSuffix("sha1") || name.contains("sha1with")
  }
}

extension Int64 {
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    self / divisor - (self % divisor < 0 ? 1 : 0)
  }
}

/// A finished handshake.
public struct TLSDetails: Sendable, Equatable {
  /// `TLSv1.3`
  public var version = ""
  public var cipher = ""
  /// As the server sent it, its own certificate first.
  public var chain: [Certificate] = []
  /// OpenSSL's result for the chain, dates left out: 0 when it leads to a trusted root.
  public var chainResult = 0
  /// OpenSSL's words for it.
  public var chainWords = ""
  /// The own certificate is for the name that was asked for; nil when none was.
  public var matchesName: Bool?

  public init() {}
}
