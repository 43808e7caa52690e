/// Why a TLS handshake did not succeed.
public enum TLSFailure: Error, Sendable, Equatable {
  case network(NetworkFailure)
  /// The other side does not speak TLS here: what came is no TLS record.
  case notTLS
  /// No version in common, by its alert or ours.
  case protocolVersion
  /// No cipher in common, or another demand not met: the alert `handshake_failure`.
  case handshakeFailure
  /// Another alert or error; OpenSSL's words for it.
  case other(String)
  /// The TLS library cannot be loaded here.
  case libraryMissing

  public var words: String {
    switch self {
    case .network(let failure): failure.words + " during the handshake"
    case .notTLS: "what answers here does not speak TLS"
    case .protocolVersion: "no TLS version in common"
    case .handshakeFailure: "no cipher in common (alert handshake failure)"
    case .other(let text): text
    case .libraryMissing: "libssl.so.3 is not installed, so TLS could not be looked at"
    }
  }
}
