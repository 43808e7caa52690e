/// Makes text that a stranger may have written safe for the place it goes to.
///
/// A mail log holds what remote servers and clients chose to say: terminal commands, invisible
/// characters that turn text around, HTML, spreadsheet formulas. One function for each place, and
/// every report calls it for every value.
public enum Escaping {
  /// For a terminal or a text mail: what has no visible form is written out.
  ///
  /// Control characters become `\x1b`; other invisible characters (bidirectional overrides,
  /// zero-width characters, C1 controls, line separators) become `\u202e`. The result has no line
  /// break.
  public static func terminal(_ text: String) -> String {
    terminal(text, ascii: false)
  }

  /// As above for bytes; those that are not UTF-8 become `\xff`.
  public static func terminal(_ bytes: Span<UInt8>) -> String {
    terminal(bytes, ascii: false)
  }

  static func terminal(_ text: String, ascii: Bool) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = ""
    for scalar in text.unicodeScalars { appendVisible(scalar, ascii: ascii, to: &result) }
    return result
  }

  static func terminal(_ bytes: Span<UInt8>, ascii: Bool) -> String {
    var result = ""
    var index = 0
    while index < bytes.count {
      let sequence = UTF8Sequence(bytes, at: index)
      if let scalar = sequence.scalar {
        appendVisible(scalar, ascii: ascii, to: &result)
      } else {
        for offset in 0..<sequence.count {
          result += "\\x" + hex(UInt32(bytes[index + offset]), digits: 2)
        }
      }
      index += sequence.count
    }
    return result
  }

  private static func appendVisible(_ scalar: Unicode.Scalar, ascii: Bool, to result: inout String) {
    let value = scalar.value
    switch value {
    case 0x20..<0x7F: result.unicodeScalars.append(scalar)
    case ..<0x80: result += "\\x" + hex(value, digits: 2)
    case 0x1_0000... where ascii || !isVisible(scalar): result += "\\U" + hex(value, digits: 8)
    case _ where ascii || !isVisible(scalar): result += "\\u" + hex(value, digits: 4)
    default: result.unicodeScalars.append(scalar)
    }
  }

  /// The character leaves a mark on the page, or changes the mark before it.
  static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F: return true
    case ..<0xA0: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
    default: return true
    }
  }

  static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
