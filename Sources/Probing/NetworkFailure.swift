import Glibc

/// Why a connection did not come about, or broke.
public enum NetworkFailure: Error, Sendable, Equatable {
  /// Answered at once that nothing listens there (RST, ICMP port unreachable).
  case refused
  /// No answer in the time allowed: filtered, or gone.
  case timedOut
  /// No route to the host, or the network is unreachable; the errno says which.
  case unreachable(Int32)
  /// The other side cut the connection (RST).
  case reset
  /// The other side closed the connection in the middle.
  case closed
  /// A local socket does not exist.
  case missing
  /// May not be used by us.
  case forbidden
  /// More than a probe reads: lines, bytes, or one line beyond its limit.
  case tooMuch
  /// The run ended.
  case cancelled
  case other(Int32)

  init(errno code: Int32) {
    switch code {
    case ECONNREFUSED: self = .refused
    case ETIMEDOUT, EAGAIN: self = .timedOut
    case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT: self = .unreachable(code)
    case ECONNRESET, EPIPE, ECONNABORTED: self = .reset
    case ENOENT, ENOTDIR, ENOTSOCK: self = .missing
    case EACCES, EPERM: self = .forbidden
    case ECANCELED: self = .cancelled
    default: self = .other(code)
    }
  }

  /// As part of a sentence: `connection refused`.
  public var words: String {
    switch self {
    case .refused: "connection refused"
    case .timedOut: "no answer in time"
    case .unreachable(let code), .other(let code): String(cString: strerror(code)).lowercased()
    case .reset: "connection reset"
    case .closed: "connection closed"
    case .missing: "no such socket"
    case .forbidden: "permission denied"
    case .tooMuch: "more text than a server of mail sends"
    case .cancelled: "stopped before it was done"
    }
  }
}
