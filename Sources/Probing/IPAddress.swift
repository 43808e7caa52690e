import Glibc

/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// 4 or 16 bytes in network order.
  public let bytes: [UInt8]

  public init?(bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// From its text, with or without brackets. IPv6 addresses with a zone are refused.
  public init?(_ text: String) {
    var text = text[...]
    if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
    if text.lowercased().hasPrefix("ipv6:") { text = text.dropFirst(5) }
    var short = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, String(text), &short) == 1 {
      bytes = short
      return
    }
    var long = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, String(text), &long) == 1 else { return nil }
    bytes = long
  }

  public var isIPv6: Bool { bytes.count == 16 }

  public var description: String {
    var text = [CChar](repeating: 0, count: 64)
    guard inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, 64) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`), or that a 6to4 (RFC 3056) or NAT64 (RFC 6052)
  /// address leads to.
  public var embeddedIPv4: IPAddress? {
    guard isIPv6 else { return nil }
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      return IPAddress(bytes: bytes[12...])
    }
    if bytes[0] == 0x20, bytes[1] == 0x02 { return IPAddress(bytes: bytes[2..<6]) }
    if bytes[..<12].elementsEqual([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
      return IPAddress(bytes: bytes[12...])
    }
    return nil
  }

  public var isLoopback: Bool {
    if isIPv6 { return bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1 || embeddedIPv4?.isLoopback == true }
    return bytes[0] == 127
  }

  /// Whether the first `bits` bits are those of `other`. False for addresses of different families.
  public func shares(_ bits: Int, with other: IPAddress) -> Bool {
    guard other.bytes.count == bytes.count, bits >= 0, bits <= bytes.count * 8 else { return false }
    let whole = bits / 8
    guard bytes[..<whole] == other.bytes[..<whole] else { return false }
    let rest = bits % 8
    return rest == 0 || (bytes[whole] ^ other.bytes[whole]) >> UInt8(8 - rest) == 0
  }

  /// For a look-up of its name or in a blocklist: `1.2.0.192` or 32 nibbles (RFC 3596).
  public var reversed: String {
    guard isIPv6 else { return bytes.reversed().map(String.init).joined(separator: ".") }
    return bytes.reversed().flatMap { [$0 & 15, $0 >> 4] }.map { String($0, radix: 16) }.joined(separator: ".")
  }

  public var reverseName: String { reversed + (isIPv6 ? ".ip6.arpa" : ".in-addr.arpa") }
}
