/// Whom a certificate's chain must lead to.
public struct TrustAnchors: Sendable, Equatable {
  /// The system's collection (`/etc/ssl/certs`).
  public var usesSystem = true
  /// Files of certificates besides, such as Postfix's `smtp_tls_CAfile`.
  public var files: [String] = []
  public var directories: [String] = []
  public init() {}
}
