/// Membership of ASCII bytes in the character classes of field types, as two 64-bit masks: no table in memory.
@usableFromInline
enum ByteClasses {
  @inline(__always)
  static func contains(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
    if byte < 64 { return low >> UInt64(byte) & 1 != 0 }
    if byte < 128 { return high >> UInt64(byte - 64) & 1 != 0 }
    return false
  }

  /// Letters, digits, `.`, `-`, `_`.
  @inline(__always)
  static func isHost(_ byte: UInt8) -> Bool {
    contains(byte, 0x03FF_6000_0000_0000, 0x07FF_FFFE_87FF_FFFE)
  }

  /// Printable and not one of `, ; : ( ) [ ] < > " ' = { }`; bytes above ASCII count as letters.
  @inline(__always)
  static func isWord(_ byte: UInt8) -> Bool {
    byte >= 128 || contains(byte, 0x83FF_EC7A_0000_0000, 0x57FF_FFFF_D7FF_FFFF)
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  static func isHexDigit(_ byte: UInt8) -> Bool { contains(byte, 0x03FF_0000_0000_0000, 0x7E_0000_007E) }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  @inline(__always)
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    contains(byte, 0x03FF_0000_0000_0000, 0x07FF_FFFE_07FF_FFFE)
  }

  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  static let hexForm: UInt8 = 1
  static let base52Form: UInt8 = 2
  /// Letter, digit or dash.
  static let anyForm: UInt8 = 4

  /// Which queue ID forms a byte may stand in; 0: none.
  @inline(__always)
  static func queueIDForms(_ byte: UInt8) -> UInt8 {
    if byte &- 0x30 < 10 { return hexForm | base52Form | anyForm }
    let letter = byte | 0x20
    guard letter &- 0x61 < 26 else { return byte == UInt8(ascii: "-") ? anyForm : 0 }
    // Base 52 is digits and consonants (Postfix global/safe_ultostr.c).
    let vowels: UInt32 = 1 << 0 | 1 << 4 | 1 << 8 | 1 << 14 | 1 << 20
    var forms = anyForm
    if byte &- 0x41 < 6 { forms |= hexForm }
    if vowels >> UInt32(letter &- 0x61) & 1 == 0 { forms |= base52Form }
    return forms
  }
}
