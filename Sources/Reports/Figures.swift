/// Numbers as people read them.
enum Figures {
  /// `1,204,331`
  static func grouped(_ number: some BinaryInteger) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// `1 message`, `12 messages`
  static func counted(_ number: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  /// Rounded to so many places, with separators: `1,204.5`.
  static func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return "?" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = (value.magnitude * Double(scale)).rounded()
    guard scaled < 1e18 else { return "\(value)" }
    let whole = Int(scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard places > 0 else { return sign + grouped(whole) }
    let fraction = String(whole % scale)
    return sign + grouped(whole / scale) + "."
      + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// `171 MB`, `1.4 GB`; powers of ten, as disks and log rotation count.
  static func bytes(_ count: Int64) -> String {
    if count < 1000 { return counted(count, "byte") }
    var value = Double(count)
    var unit = 0
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    value /= 1000
    while value >= 999.5 && unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return "\(decimal(value, places: value < 9.95 ? 1 : 0)) \(units[unit])"
  }

  /// A short time: `0.21 s`, `41 s`, `3 min 12 s`.
  static func seconds(_ value: Double) -> String {
    guard value.isFinite else { return "?" }
    if value < 0.005 { return value <= 0 ? "0 s" : "0.01 s" }
    if value < 9.95 {
      var text = decimal(value, places: value < 0.995 ? 2 : 1)
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
      return text + " s"
    }
    if value < 59.5 { return "\(decimal(value, places: 0)) s" }
    return duration(value)
  }

  /// In words, the two largest units: `3 h 12 min`, `2 days 4 h`, `45 s`.
  static func duration(_ value: Double) -> String {
    guard value.isFinite, value < 1e15 else { return "?" }
    let total = Int(value.rounded())
    func joined(_ large: String, _ small: Int, _ unit: String) -> String {
      small == 0 ? large : "\(large) \(small) \(unit)"
    }
    if total < 60 { return "\(max(total, 0)) s" }
    if total < 3600 { return joined("\(total / 60) min", total % 60, "s") }
    if total < 86400 { return joined("\(total / 3600) h", total / 60 % 60, "min") }
    return joined(counted(total / 86400, "day"), total / 3600 % 24, "h")
  }

  /// `0.001 %`, `4.2 %`, `31 %`; never rounds something to nothing or nearly all to all.
  static func percent(_ part: some BinaryInteger, of whole: some BinaryInteger) -> String {
    guard whole > 0 else { return "0 %" }
    let value = Double(part) / Double(whole) * 100
    if part == 0 { return "0 %" }
    if value < 0.0005 { return "less than 0.001 %" }
    if value < 0.01 { return "\(decimal(value, places: 3)) %" }
    if value < 0.1 { return "\(decimal(value, places: 2)) %" }
    if value < 9.95 { return "\(decimal(value, places: 1)) %" }
    if value > 99 && part < whole { return "\(decimal(min(value, 99.9), places: 1)) %" }
    return "\(decimal(value, places: 0)) %"
  }

  /// A probability as whole percent. Only certainty is 100.
  static func share(_ value: Double) -> Int {
    guard value.isFinite else { return 0 }
    let clamped = min(max(value, 0), 1)
    let rounded = Int((clamped * 100).rounded())
    if rounded == 100 && clamped < 1 { return 99 }
    if rounded == 0 && clamped > 0 { return 1 }
    return rounded
  }
}
