/// How a text report is drawn: what the terminal can show, and how much the reader asked for.
///
/// The command line fills this in from the terminal, `NO_COLOR`, the locale and `--all`; the
/// reports themselves look at nothing outside their arguments, so that the same analysis always
/// gives the same text.
public struct TextStyle: Sendable {
  /// Width of the terminal. No line is wider. Below `TextStyle.minimumColumns` that number is used.
  public var columns = 80
  /// Colour sequences are written. Nothing is said by colour alone.
  public var color = false
  /// The terminal shows UTF-8. Otherwise the text is plain ASCII, and what is not is written out as
  /// `\u00e9`.
  public var unicode = true
  /// At most so many numbered findings; nil shows all.
  public var maximumFindings: Int? = 10
  /// The clock that times are shown in.
  public var clock = WallClock.system

  public static let minimumColumns = 40

  public init(
    columns: Int = 80, color: Bool = false, unicode: Bool = true, maximumFindings: Int? = 10,
    clock: WallClock = .system
  ) {
    self.columns = columns
    self.color = color
    self.unicode = unicode
    self.maximumFindings = maximumFindings
    self.clock = clock
  }
}
