import MailEvents
import MailFlow

/// Fills the sentence of a cause: `{events}`, `{distinct FIELD}`, `{scope}`, `{FIELD}`.
enum Summary {
  static func placeholders(_ text: String) -> [String] {
    var names: [String] = []
    _ = fill(text) { name in
      names.append(name)
      return nil
    }
    return names
  }

  /// Braces around anything that is no placeholder are text (configuration has braces too). A placeholder without a value
  /// becomes `?`.
  static func fill(_ text: String, _ value: (String) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      let start = rest.index(after: open)
      guard let close = rest[start...].firstIndex(of: "}"), isPlaceholder(rest[start..<close]) else {
        result += "{"
        rest = rest[start...]
        continue
      }
      let text = value(String(rest[start..<close])) ?? "?"
      result += text
      rest = rest[rest.index(after: close)...]
      if text == "1" { result += takeSingular(&rest) }
    }
    return result + rest
  }

  /// ` addresses` becomes ` address` behind a 1; a word that is no plural stays.
  private static func takeSingular(_ rest: inout Substring) -> String {
    guard rest.first == " " else { return "" }
    let word = rest.dropFirst().prefix { $0.isLetter }
    guard word.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us") else { return "" }
    rest = rest.dropFirst(word.count + 1)
    return " " + (word.hasSuffix("sses") ? word.dropLast(2) : word.dropLast())
  }

  private static func isPlaceholder(_ name: Substring) -> Bool {
    if name == "events" || name == "scope" { return true }
    let field = name.hasPrefix("distinct ") ? name.dropFirst(9) : name
    return Field.named[String(field)] != nil
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
