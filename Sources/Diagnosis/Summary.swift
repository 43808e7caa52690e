import MailEvents
import MailFlow

/// Fills the sentence of a cause: `{events}`, `{distinct FIELD}`, `{scope}`, `{FIELD}`.
enum Summary {
  static func placeholders(_ text: String) -> [String] {
    var names: [String] = []
    for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
      if let close = part.firstIndex(of: "}") { names.append(String(part[..<close])) }
    }
    return names
  }

  static func fill(_ text: String, _ value: (String) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { break }
      result += rest[..<open]
      let name = String(rest[rest.index(after: open)..<close])
      result += value(name) ?? "?"
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// 1204331 → `1,204,331`
  static func grouped(_ number: Int) -> String {
    let digits = String(abs(number))
    var result = ""
    for (i, digit) in digits.enumerated() {
      if i > 0, (digits.count - i) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return number < 0 ? "-" + result : result
  }
}
