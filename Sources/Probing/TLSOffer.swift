/// What a probe offers in a handshake.
public enum TLSOffer: Sendable, Equatable {
  /// TLS 1.2 and 1.3 with forward secrecy: what a well kept client asks for (RFC 9325).
  case modern
  /// Everything the library can do, down to TLS 1.0 and its ciphers.
  case everything
  /// TLS 1.0 and 1.1 only.
  case old

  /// OpenSSL's numbers of the versions.
  var versions: (least: Int, most: Int) {
    switch self {
    case .modern: (0x0303, 0x0304)
    case .everything: (0x0301, 0x0304)
    case .old: (0x0301, 0x0302)
    }
  }

  /// Of TLS 1.2 and older; those of 1.3 are all modern.
  var ciphers: String {
    switch self {
    case .modern: "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:DHE+AES:!aNULL:@SECLEVEL=1"
    case .everything, .old: "ALL:!aNULL:@SECLEVEL=0"
    }
  }
}
