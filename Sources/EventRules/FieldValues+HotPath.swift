import MailEvents

/// The values of one event: a byte range for each field that is present. Reused from line to line; clearing it is two stores.
///
/// Unsafe inside, safe outside. Invariant: `ranges` is memory of this value alone for 128 ranges, initialised, freed in
/// `deinit`; a field's raw value is below 128, and a field without its bit in `low` or `high` is not read.
public struct FieldValues: ~Copyable, @unchecked Sendable {
  @usableFromInline let ranges: UnsafeMutablePointer<ByteRange>
  @usableFromInline var low: UInt64 = 0
  @usableFromInline var high: UInt64 = 0

  public init() {
    precondition(Field.allCases.count <= 128)
    ranges = .allocate(capacity: 128)
    ranges.initialize(repeating: .none, count: 128)
  }

  deinit { ranges.deallocate() }

  @inlinable public mutating func removeAll() {
    low = 0
    high = 0
  }

  @inlinable public func has(_ field: Field) -> Bool {
    let bit = Int(field.rawValue)
    return bit < 64 ? low >> UInt64(bit) & 1 != 0 : high >> UInt64(bit - 64) & 1 != 0
  }

  @inlinable public func hasAny(_ one: Field, _ other: Field) -> Bool {
    if has(one) { return true }
    return has(other)
  }

  /// The value's place, or nil when the event has no such field.
  @inlinable public subscript(_ field: Field) -> ByteRange? {
    has(field) ? ranges[Int(field.rawValue)] : nil
  }

  /// The fields that are present.
  public var fields: [Field] {
    var present: [Field] = []
    for (word, base) in [(low, 0), (high, 64)] {
      var rest = word
      while rest != 0 {
        if let field = Field(rawValue: UInt8(base + rest.trailingZeroBitCount)) { present.append(field) }
        rest &= rest - 1
      }
    }
    return present
  }

  @inlinable public mutating func set(_ field: Field, _ range: ByteRange) {
    let bit = Int(field.rawValue)
    ranges[bit] = range
    if bit < 64 { low |= 1 << UInt64(bit) } else { high |= 1 << UInt64(bit - 64) }
  }

  @inlinable public mutating func remove(_ field: Field) {
    let bit = Int(field.rawValue)
    if bit < 64 { low &= ~(1 << UInt64(bit)) } else { high &= ~(1 << UInt64(bit - 64)) }
  }
}

extension ByteRange {
  /// A value that does not stand in the line but in the rules' own texts (`set:`). Such ranges are negative.
  @inlinable public init(constant start: Int, count: Int) {
    self.init(0, 0)
    self.start = -Int32(start) - 1
    self.end = self.start + Int32(count)
  }

  @inlinable public var isConstant: Bool { start < 0 }
  @inlinable public var constantOffset: Int { -Int(start) - 1 }
}

/// Where the bytes of values are: the line's buffer and the rules' constants. Passed along as two spans because a span
/// cannot be stored.
@inlinable
public func byteValue(
  _ range: ByteRange, _ offset: Int, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
) -> UInt8 {
  range.isConstant ? constants[range.constantOffset + offset] : bytes[Int(range.start) + offset]
}

/// The text of a value; invalid UTF-8 is repaired. For reports, not for the hot path.
public func textValue(
  _ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
) -> String {
  var copy: [UInt8] = []
  copy.reserveCapacity(range.count)
  for i in 0..<max(0, range.count) { copy.append(byteValue(range, i, bytes, constants)) }
  return String(decoding: copy, as: UTF8.self)
}
