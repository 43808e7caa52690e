/// An address that a report is sent to or comes from: `alice@example.com`, or a local user's name.
public struct MailAddress: Sendable, Equatable, CustomStringConvertible {
  public let description: String

  /// nil when it is none. Quoted local parts are not taken: nobody has reports sent there, and they need care in a header.
  public init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), text.utf8.count <= 254, Self.isDotAtom(parts[0]),
      parts.count == 1 || Self.isDotAtom(parts[1])
    else { return nil }
    description = text
  }

  /// RFC 5322 section 3.2.3; a leading `-` could be taken for an option.
  private static func isDotAtom(_ text: Substring) -> Bool {
    guard !text.hasPrefix("-") else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty
        && atom.utf8.allSatisfy { byte in
          byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }
  }
}
