import EventRules
import MailEvents

/// Values that are a part of another value: the domain of an address, the network of an IP address.
enum DerivedFields {
  /// The place of a field's value, derived ones included.
  @inline(__always)
  static func range(_ field: Field, _ values: borrowing FieldValues, _ bytes: borrowing Span<UInt8>)
    -> ByteRange?
  {
    if !field.isDerived { return values[field] }
    switch field {
    case .destinationDomain: return domain(values[.smtpEnvelopeTo], bytes)
    case .destinationProvider: return provider(values, bytes)
    case .senderDomain: return domain(values[.smtpEnvelopeFrom], bytes)
    case .smtpRelayNetwork: return network(values[.smtpRelayIp], bytes, ipv6Groups: 3)
    case .clientNetwork: return network(values[.clientIp], bytes, ipv6Groups: 4)
    case .smtpDelaysConnect: return wholeSeconds(part: 2, of: values[.smtpDelays], bytes)
    default: return nil
    }
  }

  /// `0.1/0/5.9/0.4` → `5` for part 2, counted from 0.
  private static func wholeSeconds(part: Int, of delays: ByteRange?, _ bytes: borrowing Span<UInt8>) -> ByteRange? {
    guard let delays, !delays.isConstant else { return nil }
    var number = 0
    var start = delays.lower
    while number < part, start < delays.upper {
      if bytes[start] == UInt8(ascii: "/") { number += 1 }
      start += 1
    }
    var end = start
    while end < delays.upper, bytes[end] &- 0x30 < 10 { end += 1 }
    return end > start ? ByteRange(start, end) : nil
  }

  /// Who runs the relay, or the recipient's domain where no relay is named.
  static func provider(_ values: borrowing FieldValues, _ bytes: borrowing Span<UInt8>) -> ByteRange? {
    if let relay = registrableDomain(values[.smtpRelayAddress], bytes) { return relay }
    return domain(values[.smtpEnvelopeTo], bytes)
  }

  /// A host name's last two labels, three where the last but one is as short as in `co.uk`: without a list of public
  /// suffixes the best guess at who runs it. Nil for what is no host name (`none`, `unknown`, a socket).
  static func registrableDomain(_ host: ByteRange?, _ bytes: borrowing Span<UInt8>) -> ByteRange? {
    guard let host, !host.isConstant, !host.isEmpty, bytes[host.lower] != 0x2F, !isBareWord(host, bytes)
    else { return nil }
    var labels = 0
    var previousDot = host.upper
    var i = host.upper - 1
    while i >= host.lower {
      if bytes[i] == UInt8(ascii: ".") {
        labels += 1
        let isShort = labels == 2 && previousDot - i <= 4 && host.upper - previousDot == 3
        if labels == 3 || labels == 2 && !isShort { return ByteRange(i + 1, host.upper) }
        previousDot = i
      }
      i -= 1
    }
    return host
  }

  /// A value without a dot, as `none` or `local`, names no host of others.
  private static func isBareWord(_ host: ByteRange, _ bytes: borrowing Span<UInt8>) -> Bool {
    for i in host.lower..<host.upper where bytes[i] == UInt8(ascii: ".") { return false }
    return true
  }

  /// What follows the last `@`.
  private static func domain(_ address: ByteRange?, _ bytes: borrowing Span<UInt8>) -> ByteRange? {
    guard let address, !address.isConstant else { return nil }
    var i = address.upper - 1
    while i >= address.lower {
      if bytes[i] == UInt8(ascii: "@") {
        return i + 1 < address.upper ? ByteRange(i + 1, address.upper) : nil
      }
      i -= 1
    }
    return nil
  }

  /// The text of the first three parts of an IPv4 address (/24) or of the first groups of an IPv6 address.
  static func network(_ ip: ByteRange?, _ bytes: borrowing Span<UInt8>, ipv6Groups: Int) -> ByteRange? {
    guard let ip, !ip.isConstant else { return nil }
    var dots = 0
    var colons = 0
    for i in ip.lower..<ip.upper {
      if bytes[i] == UInt8(ascii: ".") {
        dots += 1
        if dots == 3, colons == 0 { return ByteRange(ip.lower, i) }
      } else if bytes[i] == UInt8(ascii: ":") {
        colons += 1
        let endsEarly = i + 1 < ip.upper && bytes[i + 1] == UInt8(ascii: ":")
        if colons == ipv6Groups || endsEarly { return ByteRange(ip.lower, i) }
      }
    }
    return ip
  }

  /// Whether values of the field compare without regard to case (names of hosts and domains).
  static func ignoresCase(_ field: Field) -> Bool {
    switch field {
    case .destinationDomain, .destinationProvider, .senderDomain, .smtpRelayAddress, .clientDomain, .blocklistName,
      .smtpEnvelopeTo, .smtpEnvelopeFrom, .userName:
      true
    default: false
    }
  }
}
