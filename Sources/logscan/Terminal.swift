import Glibc
import Reports

/// What the terminal can show.
enum Terminal {
  static func style(color: Analyse.When, all: Bool, toFile: Bool = false) -> TextStyle {
    let isTerminal = isatty(1) == 1 && !toFile
    var style = TextStyle()
    switch color {
    case .always: style.color = true
    case .never: style.color = false
    case .auto: style.color = isTerminal && getenv("NO_COLOR") == nil && !isDumb
    }
    style.unicode = isUTF8
    if isTerminal, let columns { style.columns = max(TextStyle.minimumColumns, min(columns, 120)) }
    style.maximumFindings = all ? nil : 10
    return style
  }

  private static var isDumb: Bool {
    getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
  }

  private static var columns: Int? { size.columns > 0 ? size.columns : nil }

  /// Lines that fit on the terminal.
  static var rows: Int { size.rows > 0 ? size.rows : 24 }

  private static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0 else { return (0, 0) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// By the locale, as POSIX ranks its variables.
  private static var isUTF8: Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let value = getenv(name).map({ String(cString: $0).lowercased() }), !value.isEmpty else { continue }
      return value.contains("utf-8") || value.contains("utf8")
    }
    return false
  }
}
