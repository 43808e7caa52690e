/// A part of a message: fixed words, punctuation, or a value that another line of the same kind may have otherwise.
struct MessagePiece: Equatable, Sendable {
  enum Kind: UInt8, Sendable {
    /// Letters that stand in every line of the kind, as far as one line can tell.
    case word
    /// One byte of punctuation, or a blank.
    case mark
    case ip, host, int, decimal, duration, code, dsn, queueID, address, path, url, table
    /// With its quotes.
    case quoted
    /// A name, an identifier or another run without blanks.
    case name
    /// What stands between marks that close it (`'…'`, `<…>`): anything but the closing mark.
    case enclosed
    /// Control characters: text that no template can spell.
    case odd

    var isFixed: Bool { self == .word || self == .mark }
  }

  var kind: Kind
  /// Where it stands in the message.
  var range: Range<Int>
}
