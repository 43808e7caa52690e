import MailEvents

/// What a mail server writes between the header and the message: taken off, so that rules see the message alone.
enum ServerPrefix {
  static func strip(_ bytes: borrowing Span<UInt8>, _ frame: inout LineFrame) {
    switch frame.origin {
    case .dovecot: DovecotPrefix.strip(bytes, &frame)
    case .exim: stripExim(bytes, &frame)
    case .tagged:
      guard frame.tag.count >= 4 else { return }
      let first = bytes[frame.tag.lower] | 0x20
      if first == UInt8(ascii: "d"), frame.tag.count == 7 || frame.tag.count == 15,
        TagParser.starts(bytes, frame.tag, "dovecot")
      {
        DovecotPrefix.strip(bytes, &frame)
      } else if first == UInt8(ascii: "e"), TagParser.starts(bytes, frame.tag, "exim") {
        stripExim(bytes, &frame)
      }
    }
  }

  /// Exim in syslog: its own stamp again (unless `syslog_timestamp` is off), `[pid] `, and the marks `[1\3]`, `[2/3]` of
  /// split entries.
  private static func stripExim(_ bytes: borrowing Span<UInt8>, _ frame: inout LineFrame) {
    var i = frame.message.lower
    let end = frame.message.upper
    i = splitMarkEnd(bytes, i, end)
    i = stampEnd(bytes, i, end)
    if i < end, bytes[i] == UInt8(ascii: "[") {
      var j = i + 1
      var pid: Int32 = 0
      while j < end, j - i < 10, bytes[j] &- 0x30 < 10 {
        pid = pid * 10 + Int32(bytes[j] &- 0x30)
        j += 1
      }
      if j > i + 1, j + 1 < end, bytes[j] == UInt8(ascii: "]"), bytes[j + 1] == 0x20 {
        frame.pid = pid
        i = j + 2
      }
    }
    i = splitMarkEnd(bytes, i, end)
    frame.message = ByteRange(i, end)
  }

  private static func splitMarkEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard start + 6 <= end, bytes[start] == UInt8(ascii: "[") else { return start }
    var i = start + 1
    var hasSlash = false
    while i < end, i - start < 10, bytes[i] != UInt8(ascii: "]") {
      if bytes[i] == UInt8(ascii: "\\") || bytes[i] == UInt8(ascii: "/") {
        hasSlash = true
      } else if bytes[i] &- 0x30 >= 10 {
        return start
      }
      i += 1
    }
    guard hasSlash, i + 1 < end, bytes[i] == UInt8(ascii: "]"), bytes[i + 1] == 0x20 else { return start }
    return i + 2
  }

  private static func stampEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard end - start > 20, bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
      bytes[start + 10] == 0x20, bytes[start + 13] == UInt8(ascii: ":"), bytes[start + 16] == UInt8(ascii: ":"),
      bytes[start] &- 0x30 < 10
    else { return start }
    var i = start + 19
    while i < end, bytes[i] == UInt8(ascii: ".") || bytes[i] &- 0x30 < 10 { i += 1 }
    if i + 6 < end, bytes[i] == 0x20, bytes[i + 1] == UInt8(ascii: "+") || bytes[i + 1] == UInt8(ascii: "-"),
      bytes[i + 6] == 0x20, LogClock.offset(bytes, i + 1, i + 6) != nil
    {
      i += 6
    }
    return i < end && bytes[i] == 0x20 ? i + 1 : start
  }
}
