import COpenSSL
import Glibc

/// HMAC-SHA-256 (RFC 2104) with one key, by the system's OpenSSL.
struct KeyedHash: Sendable {
  private let inner: [UInt8]
  private let outer: [UInt8]
  private let functions: openssl_table

  /// Nil where libssl.so.3 is missing.
  init?(key: [UInt8]) {
    guard let functions = openssl_load()?.pointee else { return nil }
    self.functions = functions
    var block = key.count > 64 ? Self.digest(key, functions) : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    inner = block.map { $0 ^ 0x36 }
    outer = block.map { $0 ^ 0x5C }
  }

  /// 32 bytes.
  func hash(_ text: String) -> [UInt8] {
    Self.digest(outer + Self.digest(inner + Array(text.utf8), functions), functions)
  }

  private static func digest(_ bytes: [UInt8], _ f: openssl_table) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 0
    _ = f.EVP_Digest(bytes, bytes.count, &result, &count, f.EVP_sha256(), nil)
    return Array(result[..<Int(count)])
  }

  /// 32 bytes nobody can foretell, for a run whose pseudonyms nobody is to compare with another's; nil when there are none.
  static func randomKey() -> [UInt8]? {
    var key = [UInt8](repeating: 0, count: 32)
    return getentropy(&key, key.count) == 0 ? key : nil
  }
}
