import MailEvents

/// The forms of journalctl whose stamps are counts of seconds.
extension LineFramer {
  /// `1795405444.000657 host tag[pid]: message`: journalctl short-unix.
  func unixHeader(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame
  ) -> Bool {
    var next = start
    while next < end, next - start < 12, bytes[next] &- 0x30 < 10 { next += 1 }
    let dot = next
    guard dot - start >= 9, dot + 7 < end, bytes[dot] == UInt8(ascii: "."), bytes[dot + 7] == 0x20,
      let seconds = Self.microseconds(bytes, ByteRange(start, dot)),
      let fraction = Self.microseconds(bytes, ByteRange(dot + 1, dot + 7))
    else { return false }
    frame.time = Timestamp(microseconds: seconds * 1_000_000 + fraction)
    frame.form = .journalSeconds
    hostAndTag(bytes, dot + 8, end, &frame)
    return true
  }

  /// `[ 5534.543509] host tag[pid]: message`: journalctl short-monotonic. When the machine was started it does not say.
  func monotonicHeader(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame
  ) -> Bool {
    var next = start + 1
    while next < end, bytes[next] == 0x20 { next += 1 }
    let digits = next
    while next < end, next - digits < 12, bytes[next] &- 0x30 < 10 { next += 1 }
    guard next > digits, next + 8 < end, bytes[next] == UInt8(ascii: "."),
      Self.microseconds(bytes, ByteRange(next + 1, next + 7)) != nil, bytes[next + 7] == UInt8(ascii: "]"),
      bytes[next + 8] == 0x20
    else { return false }
    frame.form = .journalSeconds
    hostAndTag(bytes, next + 9, end, &frame)
    return true
  }
}
