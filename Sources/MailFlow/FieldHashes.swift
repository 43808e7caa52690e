import EventRules
import MailEvents

/// Places and hashes of one event's values, each found once however many tables ask for it.
struct FieldHashes: Sendable {
  private var ranges = ContiguousArray<ByteRange>(repeating: .none, count: 128)
  private var hashes = ContiguousArray<UInt64>(repeating: 0, count: 128)
  /// By field: the number of the event the entry belongs to.
  private var numbers = ContiguousArray<UInt32>(repeating: 0, count: 128)
  private var number: UInt32 = 0

  /// Forgets the event before.
  mutating func beginEvent() {
    number &+= 1
    if number == 0 {
      for i in numbers.indices { numbers[i] = 0 }
      number = 1
    }
  }

  /// The hash of a field's value; nil when the event has none, or an empty one.
  @inline(__always)
  mutating func hash(
    _ field: Field, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) -> UInt64? {
    let i = Int(field.rawValue)
    if numbers[i] != number { find(field, bytes, constants, values) }
    return ranges[i].isEmpty ? nil : hashes[i]
  }

  /// The place of a value whose hash was asked for.
  func range(_ field: Field) -> ByteRange { ranges[Int(field.rawValue)] }

  private mutating func find(
    _ field: Field, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    let i = Int(field.rawValue)
    numbers[i] = number
    let range = DerivedFields.range(field, values, bytes) ?? .none
    ranges[i] = range
    guard !range.isEmpty else { return }
    if range.isConstant {
      let start = range.constantOffset
      hashes[i] = ByteHash.hash(constants, ByteRange(start, start + range.count), seed: ByteHash.seed)
    } else {
      hashes[i] = ByteHash.hash(
        bytes, range, folding: DerivedFields.ignoresCase(field), seed: ByteHash.seed)
    }
  }
}
