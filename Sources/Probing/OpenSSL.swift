import COpenSSL
import Glibc

/// The system's OpenSSL, loaded when the first probe needs it.
///
/// Unsafe inside, safe outside. Invariant: objects of the library are freed by those who made them, `get0` results are used
/// only while their owner lives, and no object is used by two threads at a time.
enum OpenSSL {
  /// Nil where libssl.so.3 is missing.
  static var functions: openssl_table? { openssl_load()?.pointee }

  /// Reads all that a probe shows of a certificate; `certificate` stays the caller's.
  static func read(_ certificate: OpaquePointer, _ f: openssl_table) -> Certificate {
    var result = Certificate()
    let subject = f.X509_get_subject_name(certificate)
    let issuer = f.X509_get_issuer_name(certificate)
    result.subject = commonName(subject, f)
    result.issuer = commonName(issuer, f)
    result.isSelfSigned = f.X509_NAME_cmp(subject, issuer) == 0
    result.names = alternativeNames(certificate, f)
    if result.names.isEmpty, !result.subject.isEmpty { result.names = [result.subject] }
    result.notBefore = seconds(f.X509_get0_notBefore(certificate), f)
    result.notAfter = seconds(f.X509_get0_notAfter(certificate), f)
    if let name = f.OBJ_nid2sn(f.X509_get_signature_nid(certificate)) { result.signature = String(cString: name) }
    if let key = f.X509_get_pubkey(certificate) {
      result.keyBits = Int(f.EVP_PKEY_get_bits(key))
      result.keyType =
        switch f.EVP_PKEY_get_base_id(key) {
        case NID_rsaEncryption: "RSA"
        case NID_X9_62_id_ecPublicKey: "EC"
        default: "other"
        }
      f.EVP_PKEY_free(key)
    }
    result.digests.certificate = encoded(f) { f.i2d_X509(certificate, $0) }
    result.digests.key = encoded(f) { f.i2d_X509_PUBKEY(f.X509_get_X509_PUBKEY(certificate), $0) }
    result.digests.certificateSHA256 = digest(result.digests.certificate, f.EVP_sha256(), f)
    result.digests.certificateSHA512 = digest(result.digests.certificate, f.EVP_sha512(), f)
    result.digests.keySHA256 = digest(result.digests.key, f.EVP_sha256(), f)
    result.digests.keySHA512 = digest(result.digests.key, f.EVP_sha512(), f)
    return result
  }

  private static func commonName(_ name: OpaquePointer?, _ f: openssl_table) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard f.X509_NAME_get_text_by_NID(name, NID_commonName, &text, 256) > 0 else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func alternativeNames(_ certificate: OpaquePointer, _ f: openssl_table) -> [String] {
    guard let list = f.X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
    let names = OpaquePointer(list)
    defer { f.GENERAL_NAMES_free(names) }
    var result: [String] = []
    for i in 0..<min(f.OPENSSL_sk_num(names), 200) {
      guard let entry = f.OPENSSL_sk_value(names, i) else { continue }
      var type: Int32 = 0
      let value = f.GENERAL_NAME_get0_value(entry.assumingMemoryBound(to: GENERAL_NAME.self), &type)
      guard type == GEN_DNS, let value else { continue }
      let text = value.assumingMemoryBound(to: ASN1_STRING.self)
      let count = Int(f.ASN1_STRING_length(text))
      guard count > 0, count <= 255, let bytes = f.ASN1_STRING_get0_data(text) else { continue }
      result.append(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
    }
    return result
  }

  private static func seconds(_ time: UnsafePointer<ASN1_TIME>?, _ f: openssl_table) -> Int64 {
    var civil = tm()
    guard let time, f.ASN1_TIME_to_tm(time, &civil) == 1 else { return 0 }
    return Int64(timegm(&civil))
  }

  private static func encoded(
    _ f: openssl_table, _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
  ) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = write(&bytes)
    guard let bytes, count > 0 else { return [] }
    defer { f.CRYPTO_free(bytes, nil, 0) }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  private static func digest(_ bytes: [UInt8], _ kind: OpaquePointer?, _ f: openssl_table) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 0
    guard !bytes.isEmpty, f.EVP_Digest(bytes, bytes.count, &result, &count, kind, nil) == 1 else { return [] }
    return Array(result[..<Int(count)])
  }

  /// The first error of the thread's queue, and what kind it is.
  static func takeFailure(_ f: openssl_table) -> TLSFailure {
    let code = f.ERR_peek_error()
    defer { f.ERR_clear_error() }
    guard code != 0 else { return .network(.closed) }
    switch Int32(truncatingIfNeeded: code & 0x7F_FFFF) {
    case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_UNEXPECTED_MESSAGE:
      return .notTLS
    case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_NO_PROTOCOLS_AVAILABLE,
      SSL_R_UNSUPPORTED_SSL_VERSION, SSL_R_VERSION_TOO_LOW:
      return .protocolVersion
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, SSL_R_NO_SHARED_CIPHER, SSL_R_NO_CIPHERS_AVAILABLE,
      SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY, SSL_R_WRONG_CIPHER_RETURNED:
      return .handshakeFailure
    case SSL_R_UNEXPECTED_EOF_WHILE_READING: return .network(.closed)
    default: break
    }
    guard let words = f.ERR_reason_error_string(code) else { return .other("the handshake failed") }
    return .other(String(cString: words))
  }
}
