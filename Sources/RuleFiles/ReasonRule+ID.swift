extension ReasonRule {
  /// The id of a reason that writes none: its group and its first text, `network/connection-refused`. It stays the same
  /// as long as they do, so that files elsewhere can name it.
  static func madeUpID(group: String, contains: [String], enhancedCodes: [String], codes: [String]) -> String {
    let text = contains.first ?? enhancedCodes.first.map { "dsn \($0)" } ?? codes.first.map { "code \($0)" } ?? ""
    return "\(group)/\(slug(of: text))"
  }

  /// Letters and digits in lower case, everything else a dash.
  private static func slug(of text: String) -> String {
    var slug = ""
    for byte in text.utf8 where slug.utf8.count < 48 {
      let isPlain = byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: ".")
      if isPlain {
        slug.unicodeScalars.append(Unicode.Scalar(byte &- 0x41 < 26 ? byte | 0x20 : byte))
      } else if !slug.isEmpty, !slug.hasSuffix("-") {
        slug += "-"
      }
    }
    while slug.hasSuffix("-") { slug.removeLast() }
    return slug.isEmpty ? "text" : slug
  }

  /// Numbers made-up ids that several rules of a set would share, in their order: `network/timed-out`, `…-2`.
  static func distinguish(_ rules: inout [ReasonRule]) {
    var taken = Set(rules.lazy.filter(\.hasOwnID).map(\.id))
    for index in rules.indices where !rules[index].hasOwnID {
      let base = rules[index].id
      var number = 2
      while !taken.insert(rules[index].id).inserted {
        rules[index].id = "\(base)-\(number)"
        number += 1
      }
    }
  }
}
