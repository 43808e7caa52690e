import COpenSSL
import Glibc

/// TLS over a connected socket, as the client. Certificates are read, never insisted upon: a probe wants to see the bad ones.
///
/// Unsafe inside, safe outside. Invariant: `session` and `context` are this object's alone until `deinit` frees them, and
/// the descriptor outlives them (``Conversation`` owns both and drops this first). Used by one thread.
final class TLSSession {
  private let session: OpaquePointer
  private let context: OpaquePointer
  private let f: openssl_table

  /// The functions are loaded and a session is made; nothing is sent yet.
  init(descriptor: Int32, name: String?, offer: TLSOffer, trust: TrustAnchors) throws(TLSFailure) {
    guard let functions = OpenSSL.functions else { throw .libraryMissing }
    f = functions
    guard let context = f.SSL_CTX_new(f.TLS_client_method()) else { throw .libraryMissing }
    _ = f.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, offer.versions.least, nil)
    _ = f.SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, offer.versions.most, nil)
    _ = f.SSL_CTX_set_cipher_list(context, offer.ciphers)
    if trust.usesSystem { _ = f.SSL_CTX_set_default_verify_paths(context) }
    for file in trust.files { _ = f.SSL_CTX_load_verify_locations(context, file, nil) }
    for directory in trust.directories { _ = f.SSL_CTX_load_verify_locations(context, nil, directory) }
    // Dates are judged on their own, so that a chain can be sound and out of date at once.
    _ = f.X509_VERIFY_PARAM_set_flags(f.SSL_CTX_get0_param(context), UInt(X509_V_FLAG_NO_CHECK_TIME))
    guard let session = f.SSL_new(context) else {
      f.SSL_CTX_free(context)
      throw .libraryMissing
    }
    self.context = context
    self.session = session
    _ = f.SSL_set_fd(session, descriptor)
    if let name, IPAddress(name) == nil {
      var text = Array(name.utf8CString)
      _ = f.SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &text)
    }
  }

  deinit {
    f.SSL_free(session)
    f.SSL_CTX_free(context)
  }

  /// `wait` waits until the socket can be read (`POLLIN`) or written (`POLLOUT`).
  func handshake(name: String?, _ wait: (Int32) throws(NetworkFailure) -> Void) throws(TLSFailure) -> TLSDetails {
    f.ERR_clear_error()
    while true {
      let result = f.SSL_connect(session)
      if result == 1 { return details(name: name) }
      switch f.SSL_get_error(session, result) {
      case SSL_ERROR_WANT_READ: do { try wait(POLLIN) } catch { throw .network(error) }
      case SSL_ERROR_WANT_WRITE: do { try wait(POLLOUT) } catch { throw .network(error) }
      case SSL_ERROR_SYSCALL where f.ERR_peek_error() == 0:
        throw .network(errno == 0 ? .closed : NetworkFailure(errno: errno))
      default: throw OpenSSL.takeFailure(f)
      }
    }
  }

  func read(_ limit: Int, _ wait: (Int32) throws(NetworkFailure) -> Void) throws(NetworkFailure) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: limit)
    while true {
      f.ERR_clear_error()
      let count = f.SSL_read(session, &buffer, Int32(limit))
      if count > 0 { return Array(buffer[..<Int(count)]) }
      switch f.SSL_get_error(session, count) {
      case SSL_ERROR_WANT_READ: try wait(POLLIN)
      case SSL_ERROR_WANT_WRITE: try wait(POLLOUT)
      case SSL_ERROR_ZERO_RETURN: return []
      case SSL_ERROR_SYSCALL where errno == ECONNRESET: throw .reset
      default: return []
      }
    }
  }

  func write(_ bytes: [UInt8], _ wait: (Int32) throws(NetworkFailure) -> Void) throws(NetworkFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      f.ERR_clear_error()
      let count = f.SSL_write(session, Array(rest), Int32(rest.count))
      if count > 0 {
        rest = rest.dropFirst(Int(count))
        continue
      }
      switch f.SSL_get_error(session, count) {
      case SSL_ERROR_WANT_READ: try wait(POLLIN)
      case SSL_ERROR_WANT_WRITE: try wait(POLLOUT)
      default: throw .reset
      }
    }
  }

  private func details(name: String?) -> TLSDetails {
    var details = TLSDetails()
    if let version = f.SSL_get_version(session) { details.version = String(cString: version) }
    if let cipher = f.SSL_CIPHER_get_name(f.SSL_get_current_cipher(session)) {
      details.cipher = String(cString: cipher)
    }
    if let chain = f.SSL_get_peer_cert_chain(session) {
      for i in 0..<min(f.OPENSSL_sk_num(chain), 20) {
        guard let certificate = f.OPENSSL_sk_value(chain, i) else { continue }
        details.chain.append(OpenSSL.read(OpaquePointer(certificate), f))
      }
    }
    details.chainResult = f.SSL_get_verify_result(session)
    if let words = f.X509_verify_cert_error_string(details.chainResult) {
      details.chainWords = String(cString: words)
    }
    if let name, let own = f.SSL_get1_peer_certificate(session) {
      details.matchesName = f.X509_check_host(own, name, name.utf8.count, 0, nil) == 1
      f.X509_free(own)
    }
    return details
  }
}
