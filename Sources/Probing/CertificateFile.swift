import COpenSSL

/// Certificates and keys in files (PEM).
///
/// Unsafe inside, safe outside. Invariant: each object is freed where it was made; buffers live for the call.
enum CertificateFile {
  static var isAvailable: Bool { OpenSSL.functions != nil }

  /// The first certificate in the text.
  static func certificate(_ text: [UInt8]) -> Certificate? {
    guard let f = OpenSSL.functions, let found = read(text, f) else { return nil }
    defer { f.X509_free(found) }
    return OpenSSL.read(found, f)
  }

  /// Whether the key belongs to the first certificate; nil when there is no readable key. A key with a passphrase is not
  /// readable: no server could ask for it.
  static func matches(_ certificate: [UInt8], _ key: [UInt8]) -> Bool? {
    guard let f = OpenSSL.functions, let found = read(certificate, f) else { return nil }
    defer { f.X509_free(found) }
    guard let memory = f.BIO_new_mem_buf(key, Int32(key.count)) else { return nil }
    defer { _ = f.BIO_free(memory) }
    // An empty passphrase, so that nothing is ever asked for at the terminal.
    var passphrase: [CChar] = [0]
    let parsed = passphrase.withUnsafeMutableBytes {
      f.PEM_read_bio_PrivateKey(memory, nil, nil, $0.baseAddress)
    }
    f.ERR_clear_error()
    guard let parsed else { return nil }
    defer { f.EVP_PKEY_free(parsed) }
    defer { f.ERR_clear_error() }
    return f.X509_check_private_key(found, parsed) == 1
  }

  private static func read(_ text: [UInt8], _ f: openssl_table) -> OpaquePointer? {
    guard let memory = f.BIO_new_mem_buf(text, Int32(text.count)) else { return nil }
    defer { _ = f.BIO_free(memory) }
    defer { f.ERR_clear_error() }
    return f.PEM_read_bio_X509(memory, nil, nil, nil)
  }
}
