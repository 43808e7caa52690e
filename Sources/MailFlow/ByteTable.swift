import MailEvents

/// An open-addressing table from byte strings to dense indices 0, 1, 2, …; keys are copied into one arena.
/// Bounded: past `limit` keys nothing is added.
struct ByteTable: Sendable {
  private var slots: ContiguousArray<Int32>
  private var hashes: ContiguousArray<UInt64> = []
  private var ends: ContiguousArray<Int> = []
  private var arena: ContiguousArray<UInt8> = []
  let limit: Int

  init(limit: Int) {
    self.limit = limit
    slots = ContiguousArray(repeating: 0, count: 16)
  }

  var count: Int { hashes.count }

  func key(_ index: Int) -> ArraySlice<UInt8> {
    let start = index == 0 ? 0 : ends[index - 1]
    return ArraySlice(arena[start..<ends[index]])
  }

  /// The index of a key, or -1.
  func find(_ key: borrowing Span<UInt8>, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = Int(slots[slot]) - 1
      if found < 0 { return -1 }
      if hashes[found] == hash, equals(found, key) { return found }
      slot = (slot + 1) & mask
    }
  }

  /// The index of a key, adding it when it is new; -1 when the table is full.
  mutating func insert(_ key: borrowing Span<UInt8>, hash: UInt64) -> Int {
    insert(key, ByteRange(0, key.count), folding: false, hash: hash)
  }

  /// The same for the key bytes[range], in lower case when `folding`; `hash` is that of the key as it is stored.
  mutating func insert(_ bytes: borrowing Span<UInt8>, _ range: ByteRange, folding: Bool, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = Int(slots[slot]) - 1
      if found < 0 { break }
      if hashes[found] == hash, equals(found, bytes, range, folding) { return found }
      slot = (slot + 1) & mask
    }
    guard hashes.count < limit else { return -1 }
    hashes.append(hash)
    for i in range.lower..<range.upper { arena.append(Self.byte(bytes[i], folding)) }
    ends.append(arena.count)
    slots[slot] = Int32(hashes.count)
    if hashes.count * 2 > slots.count { grow() }
    return hashes.count - 1
  }

  /// The index of the empty key, in a table that has no other.
  mutating func insertEmpty() -> Int {
    if hashes.isEmpty {
      hashes.append(0)
      ends.append(0)
    }
    return 0
  }

  @inline(__always)
  private static func byte(_ byte: UInt8, _ folding: Bool) -> UInt8 {
    folding && byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  private func equals(_ index: Int, _ bytes: borrowing Span<UInt8>, _ range: ByteRange, _ folding: Bool) -> Bool {
    let start = index == 0 ? 0 : ends[index - 1]
    guard ends[index] - start == range.count else { return false }
    for i in 0..<range.count where arena[start + i] != Self.byte(bytes[range.lower + i], folding) { return false }
    return true
  }

  private func equals(_ index: Int, _ key: borrowing Span<UInt8>) -> Bool {
    let start = index == 0 ? 0 : ends[index - 1]
    guard ends[index] - start == key.count else { return false }
    for i in 0..<key.count where arena[start + i] != key[i] { return false }
    return true
  }

  private mutating func grow() {
    slots = ContiguousArray(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index + 1)
    }
  }
}
