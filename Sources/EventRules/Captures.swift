import MailEvents

/// What a walk over a line has taken so far: values by position in the template, and named values from lists.
/// Backtracking cuts it back to an earlier count.
struct Captures: Sendable {
  /// 0xFF marks a value that the template names by its position.
  private(set) var fields = InlineArray<64, UInt8>(repeating: 0)
  private(set) var ranges = InlineArray<64, ByteRange>(repeating: .none)
  var count = 0

  static let capacity = 64
  static let positional: UInt8 = 0xFF

  @inline(__always)
  mutating func add(_ field: Field, _ range: ByteRange) {
    // Lists are the only source of many values; they leave room for the template's own.
    guard count < Self.capacity - 24 else { return }
    fields[count] = field.rawValue
    ranges[count] = range
    count += 1
  }

  @inline(__always)
  mutating func addPositional(_ range: ByteRange) {
    guard count < Self.capacity else { return }
    fields[count] = Self.positional
    ranges[count] = range
    count += 1
  }
}
