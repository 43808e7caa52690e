import EventRules
import MailEvents

/// Places and hashes of one event's values, each found once however many tables ask for it.
struct FieldHashes: Sendable {
  private struct Entry: Sendable {
    var hash: UInt64 = 0
    var range = ByteRange.none
    /// The event the entry belongs to.
    var number: UInt32 = 0
  }

  /// By field.
  private var entries = ContiguousArray(repeating: Entry(), count: Field.allCases.count)
  private var number: UInt32 = 0

  /// Forgets the event before.
  mutating func beginEvent() {
    number &+= 1
    if number == 0 {
      for i in entries.indices { entries[i].number = 0 }
      number = 1
    }
  }

  /// The hash of a field's value, never 0; 0 when the event has none, or an empty one.
  @inline(__always)
  mutating func hash(
    _ field: Field, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) -> UInt64 {
    let i = Int(field.rawValue)
    if entries[i].number != number { find(field, bytes, constants, values) }
    return entries[i].hash
  }

  /// The place of a value whose hash was asked for.
  func range(_ field: Field) -> ByteRange { entries[Int(field.rawValue)].range }

  private mutating func find(
    _ field: Field, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    let range = DerivedFields.range(field, values, bytes) ?? .none
    var hash: UInt64 = 0
    if range.isConstant {
      let place = ByteRange(range.constantOffset, range.constantOffset + range.count)
      hash = max(1, ByteHash.hash(constants, place, seed: ByteHash.seed))
    } else if !range.isEmpty {
      hash = max(1, ByteHash.hash(bytes, range, folding: DerivedFields.ignoresCase(field), seed: ByteHash.seed))
    }
    entries[Int(field.rawValue)] = Entry(hash: hash, range: range, number: number)
  }
}
