/// Decides which addresses of others may be contacted: none that lead back into our own networks, whatever DNS says.
public struct AddressGuard: Sendable {
  /// Our own addresses: always allowed.
  public var own: Set<IPAddress>
  /// Private networks count as public ones: for laboratories.
  public var allowsPrivate: Bool

  public init(own: Set<IPAddress>, allowsPrivate: Bool = false) {
    self.own = own
    self.allowsPrivate = allowsPrivate
  }

  /// Why an address of somebody else may not be contacted, or nil.
  ///
  /// Networks of the IANA special-purpose registries (RFC 6890), metadata services of clouds among them, and IPv6 forms
  /// that carry such an IPv4 address.
  public func objection(to address: IPAddress) -> String? {
    if own.contains(address) { return "it is our own address" }
    let inner = address.embeddedIPv4 ?? address
    if inner.isLoopback || address.isLoopback { return "it is a loopback address" }
    if allowsPrivate { return nil }
    for (network, bits) in inner.isIPv6 ? Self.special6 : Self.special4 where inner.shares(bits, with: network) {
      return "it is not an address of the public Internet"
    }
    return nil
  }

  private static let special4 = networks([
    ("0.0.0.0", 8), ("10.0.0.0", 8), ("100.64.0.0", 10), ("127.0.0.0", 8), ("169.254.0.0", 16), ("172.16.0.0", 12),
    ("192.0.0.0", 24), ("192.0.2.0", 24), ("192.168.0.0", 16), ("198.18.0.0", 15), ("198.51.100.0", 24),
    ("203.0.113.0", 24), ("224.0.0.0", 4), ("240.0.0.0", 4),
  ])
  private static let special6 = networks([
    ("::", 127), ("::", 96), ("100::", 64), ("2001:db8::", 32), ("fc00::", 7), ("fe80::", 10), ("ff00::", 8),
  ])

  private static func networks(_ list: [(String, Int)]) -> [(IPAddress, Int)] {
    list.compactMap { text, bits in IPAddress(text).map { ($0, bits) } }
  }
}
