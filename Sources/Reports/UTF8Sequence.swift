/// One step of reading bytes that claim to be UTF-8.
///
/// An invalid part is as long as the Unicode Standard recommends (chapter 3, "maximal subpart"), as
/// in `String(decoding:as:)`: every way of escaping here sees the same mistakes in the same bytes.
struct UTF8Sequence {
  /// Bytes taken, at least 1.
  var count: Int
  /// nil when the bytes are not UTF-8.
  var scalar: Unicode.Scalar?

  init(_ bytes: Span<UInt8>, at index: Int) {
    count = 1
    scalar = nil
    let lead = bytes[index]
    if lead < 0x80 {
      scalar = Unicode.Scalar(lead)
      return
    }
    let length: Int
    var value: UInt32
    // The second byte's range excludes overlong forms, surrogates and values above U+10FFFF.
    var allowed: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: (length, value) = (2, UInt32(lead & 0x1F))
    case 0xE0...0xEF:
      (length, value) = (3, UInt32(lead & 0x0F))
      if lead == 0xE0 { allowed = 0xA0...0xBF }
      if lead == 0xED { allowed = 0x80...0x9F }
    case 0xF0...0xF4:
      (length, value) = (4, UInt32(lead & 0x07))
      if lead == 0xF0 { allowed = 0x90...0xBF }
      if lead == 0xF4 { allowed = 0x80...0x8F }
    default: return
    }
    while count < length {
      guard index + count < bytes.count else { return }
      let byte = bytes[index + count]
      guard allowed.contains(byte) else { return }
      value = value << 6 | UInt32(byte & 0x3F)
      allowed = 0x80...0xBF
      count += 1
    }
    scalar = Unicode.Scalar(value)
  }
}
