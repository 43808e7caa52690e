/// A DNS answer (RFC 1035), read with all lengths checked: it comes from anywhere.
struct DNSMessage: Sendable {
  var responseCode = 0
  /// The resolver vouches for it (the bit AD, RFC 4035).
  var isAuthenticated = false
  /// Of the answer section, with names in lower case and without the last dot.
  var records: [DNSRecord] = []

  /// Records that are read at most; a name's answer has fewer in life.
  static let recordLimit = 500

  /// Nil when the bytes are no DNS message. What follows a record that cannot be read is left out.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 12 else { return nil }
    responseCode = Int(bytes[3] & 15)
    isAuthenticated = bytes[3] & 0x20 != 0
    let questions = Self.number(bytes, 4)
    let answers = Self.number(bytes, 6)
    var position = 12
    for _ in 0..<questions {
      guard Self.name(bytes, &position) != nil, position + 4 <= bytes.count else { return nil }
      position += 4
    }
    for _ in 0..<min(answers, Self.recordLimit) {
      guard let name = Self.name(bytes, &position), position + 10 <= bytes.count else { return }
      let type = Self.number(bytes, position)
      let count = Self.number(bytes, position + 8)
      let data = position + 10
      guard data + count <= bytes.count else { return }
      if let known = DNSType(rawValue: type), let value = Self.value(known, bytes, data..<(data + count)) {
        records.append(DNSRecord(name: name, type: known, value: value))
      }
      position = data + count
    }
  }

  private static func value(_ type: DNSType, _ bytes: [UInt8], _ data: Range<Int>) -> DNSRecord.Value? {
    var position = data.lowerBound
    switch type {
    case .a where data.count == 4, .aaaa where data.count == 16:
      return IPAddress(bytes: bytes[data]).map { .address($0) }
    case .ns, .cname, .ptr:
      guard let name = name(bytes, &position) else { return nil }
      return type == .cname ? .alias(name) : .name(name)
    case .mx where data.count >= 3:
      let preference = number(bytes, position)
      position += 2
      return name(bytes, &position).map { .mailExchange(preference: preference, host: $0) }
    case .txt:
      var text: [UInt8] = []
      while position < data.upperBound {
        let count = Int(bytes[position])
        guard position + 1 + count <= data.upperBound else { return nil }
        text += bytes[(position + 1)..<(position + 1 + count)]
        position += 1 + count
      }
      return .text(String(decoding: text, as: UTF8.self))
    case .tlsa where data.count > 3:
      return .association(
        usage: Int(bytes[position]), selector: Int(bytes[position + 1]), matching: Int(bytes[position + 2]),
        data: Array(bytes[(position + 3)..<data.upperBound]))
    default: return nil
    }
  }

  private static func number(_ bytes: [UInt8], _ position: Int) -> Int {
    Int(bytes[position]) << 8 | Int(bytes[position + 1])
  }

  /// A name with its compression resolved; `position` moves behind it. Pointers must lead backwards, so there is no circle.
  private static func name(_ bytes: [UInt8], _ position: inout Int) -> String? {
    var labels: [String] = []
    var length = 0
    var i = position
    var isMoved = false
    var lowest = position
    while i < bytes.count {
      let count = Int(bytes[i])
      if count == 0 {
        if !isMoved { position = i + 1 }
        return labels.joined(separator: ".")
      }
      if count & 0xC0 == 0xC0 {
        guard i + 1 < bytes.count else { return nil }
        let target = (count & 0x3F) << 8 | Int(bytes[i + 1])
        guard target < lowest else { return nil }
        if !isMoved { position = i + 2 }
        isMoved = true
        lowest = target
        i = target
        continue
      }
      guard count < 64, i + 1 + count <= bytes.count else { return nil }
      length += count + 1
      guard length <= 255 else { return nil }
      // A dot inside a label would look like the end of it.
      let label = bytes[(i + 1)..<(i + 1 + count)].map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "?") : $0 }
      labels.append(String(decoding: label, as: UTF8.self).lowercased())
      i += 1 + count
    }
    return nil
  }
}

/// The record types that probes ask for.
public enum DNSType: Int, Sendable {
  case a = 1
  case ns = 2
  case cname = 5
  case ptr = 12
  case mx = 15
  case txt = 16
  case aaaa = 28
  case tlsa = 52
}

/// One record of an answer. Texts and names are a stranger's.
public struct DNSRecord: Sendable, Equatable {
  public enum Value: Sendable, Equatable {
    case address(IPAddress)
    case name(String)
    case alias(String)
    case mailExchange(preference: Int, host: String)
    case text(String)
    case association(usage: Int, selector: Int, matching: Int, data: [UInt8])
  }
  public var name: String
  public var type: DNSType
  public var value: Value
}
