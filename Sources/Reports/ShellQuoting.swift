/// Words for a shell: a file's name in a command that the reader will copy.
enum ShellQuoting {
  /// As it is when every shell takes it for one plain word, else in single quotes.
  static func word(_ name: String) -> String {
    // A name that begins with a dash would be taken for an option.
    let text = name.hasPrefix("-") ? "./" + name : name
    let isPlain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "/", "-", "+", ":", "@", "%", ",", "=": true
        default: scalar.value >= 0xA0
        }
      }
    if isPlain { return text }
    var result = "'"
    for scalar in text.unicodeScalars {
      if scalar == "'" { result += "'\\''" } else { result.unicodeScalars.append(scalar) }
    }
    return result + "'"
  }
}
