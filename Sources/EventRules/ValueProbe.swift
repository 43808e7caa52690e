import RuleFiles

/// Asks what a typed field would take at a place, for the drafting of templates. Not for the hot path.
public enum ValueProbe {
  /// Where a value of the type that begins at `position` ends, or nil when there is none.
  public static func end(of type: Template.FieldType, in bytes: [UInt8], at position: Int) -> Int? {
    let next = ValueScanner.scan(type, bytes.span, position, bytes.count).next
    return next < 0 ? nil : next
  }

  /// Whether a `word` takes the byte.
  public static func isWord(_ byte: UInt8) -> Bool { ByteClasses.isWord(byte) }

  /// Whether a `host` takes the byte.
  public static func isHost(_ byte: UInt8) -> Bool { ByteClasses.isHost(byte) }
}
