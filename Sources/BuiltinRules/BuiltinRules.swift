import RuleFiles

/// The rules that come with the program, compiled when it was built.
public enum BuiltinRules {
  /// Decodes the embedded rules; about a millisecond per thousand rules.
  /// - Parameter clients: also what clients show, which an analysis does not need.
  public static func load(clients: Bool = false) -> RuleSet {
    var rules = RuleArchive.decode(RuleTable.archive)
    if clients { RuleArchive.decodeClients(RuleTable.clients, into: &rules) }
    return rules
  }

  /// A digest of the rules, to tell one build's from another's.
  public static var digest: String {
    RuleTable.archive.withUTF8Buffer { bytes in
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      return String(hash, radix: 16)
    }
  }
}
