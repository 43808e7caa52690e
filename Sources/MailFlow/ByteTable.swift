import MailEvents

/// An open-addressing table from byte strings to dense indices 0, 1, 2, …; keys are copied into one arena.
/// Bounded: past `limit` keys nothing is added.
struct ByteTable: Sendable {
  private var slots: ContiguousArray<Int32>
  /// A key's hash and its place in the arena, side by side for the processor's cache.
  private struct Entry: Sendable {
    var hash: UInt64
    var start: UInt32
    var count: UInt32
  }
  private var entries: ContiguousArray<Entry> = []
  private var arena: ContiguousArray<UInt8> = []
  let limit: Int
  /// Bytes of all keys together.
  private static let arenaLimit = 1 << 24
  /// Strangers write keys (HELO names, senders): a longer one finds no room.
  private static let longestKey = 512

  init(limit: Int) {
    self.limit = limit
    slots = ContiguousArray(repeating: 0, count: 16)
  }

  var count: Int { entries.count }

  func key(_ index: Int) -> ArraySlice<UInt8> {
    let start = Int(entries[index].start)
    return ArraySlice(arena[start..<start + Int(entries[index].count)])
  }

  /// The index of a key, or -1.
  func find(_ key: borrowing Span<UInt8>, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = Int(slots[slot]) - 1
      if found < 0 { return -1 }
      if entries[found].hash == hash, equals(found, key, ByteRange(0, key.count), false) { return found }
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
      if entries[found].hash == hash, equals(found, bytes, range, folding) { return found }
      slot = (slot + 1) & mask
    }
    guard entries.count < limit, range.count <= Self.longestKey, arena.count + range.count <= Self.arenaLimit else {
      return -1
    }
    entries.append(Entry(hash: hash, start: UInt32(arena.count), count: UInt32(range.count)))
    for i in range.lower..<range.upper { arena.append(Self.byte(bytes[i], folding)) }
    slots[slot] = Int32(entries.count)
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
  }

  /// The index of the empty key, in a table that has no other.
  mutating func insertEmpty() -> Int {
    if entries.isEmpty { entries.append(Entry(hash: 0, start: 0, count: 0)) }
    return 0
  }

  @inline(__always)
  private static func byte(_ byte: UInt8, _ folding: Bool) -> UInt8 {
    folding && byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  private func equals(_ index: Int, _ bytes: borrowing Span<UInt8>, _ range: ByteRange, _ folding: Bool) -> Bool {
    let start = Int(entries[index].start)
    guard Int(entries[index].count) == range.count else { return false }
    for i in 0..<range.count where arena[start + i] != Self.byte(bytes[range.lower + i], folding) { return false }
    return true
  }

  private mutating func grow() {
    slots = ContiguousArray(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index + 1)
    }
  }
}
