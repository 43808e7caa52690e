/// The places that are not a terminal. Invisible characters are written out as for the terminal,
/// because every one of these files is sooner or later shown on one.
extension Escaping {
  /// For HTML text and for attribute values in quotes.
  public static func html(_ text: String) -> String {
    var result = ""
    for character in terminal(text).unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// For running Markdown text: nothing in it is markup, a link, a list or a heading.
  public static func markdown(_ text: String) -> String {
    var result = ""
    var atStart = true
    var onlyDigits = false
    let characters = Array(terminal(text).unicodeScalars)
    for (index, character) in characters.enumerated() {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "<", ">", "&", "|", "~", "#":
        result += "\\"
      case "-", "+", "=":
        if atStart { result += "\\" }
      case ".", ")":
        // "1." at the start would begin a list; GitHub makes a link of "www.".
        if onlyDigits || result.hasSuffix("www") || result.hasSuffix("WWW") { result += "\\" }
      case ":":
        // GitHub makes a link of every https://.
        if index + 1 < characters.count && characters[index + 1] == "/" { result += "\\" }
      default: break
      }
      result.unicodeScalars.append(character)
      onlyDigits = (atStart || onlyDigits) && ("0"..."9").contains(character)
      if character != " " { atStart = false }
    }
    return result
  }

  /// One field of a CSV file (RFC 4180), quoted when it has to be.
  ///
  /// A leading `=`, `+`, `-` or `@` gets an apostrophe in front, since spreadsheets run such a cell
  /// as a formula (OWASP, "CSV Injection"). Numbers are written without this function.
  public static func csv(_ text: String) -> String {
    var value = terminal(text)
    if let first = value.unicodeScalars.first, "=+-@".unicodeScalars.contains(first) {
      value = "'" + value
    }
    let needsQuotes =
      value.unicodeScalars.contains { ",;\"".unicodeScalars.contains($0) }
      || value.hasPrefix(" ") || value.hasSuffix(" ")
    guard needsQuotes else { return value }
    var result = "\""
    for character in value.unicodeScalars {
      if character == "\"" { result += "\"" }
      result.unicodeScalars.append(character)
    }
    return result + "\""
  }

  /// What stands between the quotes of a label value in the Prometheus text format: `\`, `"` and
  /// line feed are escaped as the format says; other control characters are written out first.
  public static func prometheusLabel(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case _ where isVisible(character): result.unicodeScalars.append(character)
      default:
        for escaped in terminal(String(character)).unicodeScalars {
          if escaped == "\\" { result += "\\" }
          result.unicodeScalars.append(escaped)
        }
      }
    }
    return result
  }
}
