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
}
