import MailEvents

/// Times as a report writes them: `2026-11-23T00:14:02Z`, with or without a fraction.
enum ISOTime {
  /// nil when it is no such time.
  static func read(_ text: String) -> Timestamp? {
    let bytes = Array(text.utf8)
    func number(_ start: Int, _ count: Int) -> Int64? {
      var value: Int64 = 0
      for byte in bytes[start..<(start + count)] {
        guard byte &- 0x30 < 10 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    guard (20...30).contains(bytes.count), bytes.last == UInt8(ascii: "Z"),
      Array("--T::".utf8) == [4, 7, 10, 13, 16].map({ bytes[$0] }),
      let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
      let minute = number(14, 2), let second = number(17, 2), year >= 1970, (1...12).contains(month),
      (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    // Days from civil after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    let y = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = y % 400 * 365 + y % 400 / 4 - y % 400 / 100 + dayOfYear
    let days = y / 400 * 146_097 + dayOfEra - 719_468
    return Timestamp(seconds: days * 86400 + hour * 3600 + minute * 60 + second)
  }
}
