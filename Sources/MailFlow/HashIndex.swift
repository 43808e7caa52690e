/// Numbers by 64-bit hash, open addressing. The hashes are seeded (``ByteHash``), so nobody outside can make two values
/// share one; two values that share one by chance (one in 10^7 for a million values) would be taken for the same.
struct HashIndex: Sendable {
  private struct Slot: Sendable {
    /// 0 where nothing stands.
    var hash: UInt64
    var number: Int32
  }

  private var slots: ContiguousArray<Slot>
  private(set) var count = 0

  init() { slots = ContiguousArray(repeating: Slot(hash: 0, number: 0), count: 16) }

  /// The number of a hash, or -1.
  @inline(__always)
  func find(_ hash: UInt64) -> Int {
    let hash = max(1, hash)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = slots[slot]
      if found.hash == hash { return Int(found.number) }
      if found.hash == 0 { return -1 }
      slot = (slot + 1) & mask
    }
  }

  /// Adds a hash that ``find(_:)`` did not find.
  mutating func add(_ hash: UInt64, _ number: Int) {
    if count * 2 >= slots.count { grow() }
    place(Slot(hash: max(1, hash), number: Int32(number)))
    count += 1
  }

  private mutating func place(_ new: Slot) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: new.hash) & mask
    while slots[slot].hash != 0 { slot = (slot + 1) & mask }
    slots[slot] = new
  }

  private mutating func grow() {
    let old = slots
    slots = ContiguousArray(repeating: Slot(hash: 0, number: 0), count: old.count * 2)
    for slot in old where slot.hash != 0 { place(slot) }
  }
}

/// Texts one after the other in one piece of memory. Bounded.
struct TextArena: Sendable {
  private var bytes: ContiguousArray<UInt8> = []
  private var ends: ContiguousArray<UInt32> = []
  /// Bytes of all texts together.
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var count: Int { ends.count }

  func hasRoom(for count: Int) -> Bool { bytes.count + count <= limit }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Ends the text that was appended and returns its number.
  mutating func close() -> Int {
    ends.append(UInt32(bytes.count))
    return ends.count - 1
  }

  mutating func add(_ text: ArraySlice<UInt8>) -> Int {
    bytes.append(contentsOf: text)
    return close()
  }

  subscript(_ number: Int) -> ArraySlice<UInt8> {
    let start = number == 0 ? 0 : Int(ends[number - 1])
    return ArraySlice(bytes[start..<Int(ends[number])])
  }
}
