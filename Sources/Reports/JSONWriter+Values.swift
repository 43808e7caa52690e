import MailEvents

/// Values, and members of an object in one call.
extension JSONWriter {
  public mutating func value(_ text: String) {
    beginValue()
    appendQuoted(text.utf8Span.span)
  }

  /// Bytes that should be UTF-8; those that are not become U+FFFD.
  public mutating func value(_ bytes: Span<UInt8>) {
    beginValue()
    appendQuoted(bytes)
  }

  public mutating func value(_ number: some BinaryInteger) {
    beginValue()
    if let small = Int64(exactly: number) { append(small) } else { append(ascii: String(number)) }
  }

  /// The shortest form that reads back the same. JSON has no infinity: such a number becomes 0, so
  /// a caller leaves it out instead.
  public mutating func value(_ number: Double) {
    beginValue()
    guard number.isFinite else { return bytes.append(UInt8(ascii: "0")) }
    if let whole = Int64(exactly: number), whole.magnitude < 1 << 53 { return append(whole) }
    append(ascii: number.description)
  }

  public mutating func value(_ flag: Bool) {
    beginValue()
    append(ascii: flag ? "true" : "false")
  }

  /// ISO 8601 in UTC: `2026-11-23T00:14:02Z`, with six digits of fraction when there is one.
  public mutating func value(_ time: Timestamp) {
    beginValue()
    bytes.append(UInt8(ascii: "\""))
    append(time)
    bytes.append(UInt8(ascii: "\""))
  }

  // An absent key means that the value is not known, so nil writes nothing.

  public mutating func field(_ name: String, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  public mutating func field(_ name: String, _ bytes: Span<UInt8>) {
    key(name)
    value(bytes)
  }

  public mutating func field(_ name: String, _ number: (some BinaryInteger)?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  /// Nothing for infinity and NaN.
  public mutating func field(_ name: String, _ number: Double?) {
    guard let number, number.isFinite else { return }
    key(name)
    value(number)
  }

  public mutating func field(_ name: String, _ flag: Bool?) {
    guard let flag else { return }
    key(name)
    value(flag)
  }

  /// Nothing for `Timestamp.unknown`.
  public mutating func field(_ name: String, _ time: Timestamp?) {
    guard let time, time.isKnown else { return }
    key(name)
    value(time)
  }

  /// Nothing for an empty list.
  public mutating func field(_ name: String, _ texts: [String]) {
    guard !texts.isEmpty else { return }
    beginArray(name)
    for text in texts { value(text) }
    endArray()
  }

  // MARK: Digits

  private mutating func append(ascii text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func append(_ number: Int64) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    var divisor: UInt64 = 1
    while rest / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }

  private mutating func appendPadded(_ number: Int, digits: Int) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  private mutating func append(_ time: Timestamp) {
    let civil = CivilTime(seconds: time.seconds, offset: 0)
    if (0...9999).contains(civil.year) {
      appendPadded(civil.year, digits: 4)
    } else {
      // ISO 8601's expanded form.
      bytes.append(UInt8(ascii: civil.year < 0 ? "-" : "+"))
      appendPadded(abs(civil.year), digits: 6)
    }
    bytes.append(UInt8(ascii: "-"))
    appendPadded(civil.month, digits: 2)
    bytes.append(UInt8(ascii: "-"))
    appendPadded(civil.day, digits: 2)
    bytes.append(UInt8(ascii: "T"))
    appendPadded(civil.hour, digits: 2)
    bytes.append(UInt8(ascii: ":"))
    appendPadded(civil.minute, digits: 2)
    bytes.append(UInt8(ascii: ":"))
    appendPadded(civil.second, digits: 2)
    let fraction = Int(time.microseconds - time.seconds * 1_000_000)
    if fraction != 0 {
      bytes.append(UInt8(ascii: "."))
      appendPadded(fraction, digits: 6)
    }
    bytes.append(UInt8(ascii: "Z"))
  }
}
