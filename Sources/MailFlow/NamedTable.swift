import MailEvents

/// A table from names to values, bounded.
struct NamedTable<Value: Sendable & Equatable>: Sendable, Equatable {
  private var index = HashIndex()
  private var names = TextArena(limit: 1 << 25)
  private var hashes: ContiguousArray<UInt64> = []
  var values: ContiguousArray<Value> = []
  private(set) var overflow = 0
  /// Names held at most.
  private let limit: Int
  static var longestName: Int { 512 }

  init(limit: Int) { self.limit = limit }

  /// The place of a name's value, or -1.
  @inline(__always)
  func find(_ hash: UInt64) -> Int { index.find(hash) }

  /// Room for a name that is not there yet, of at most so many bytes; the caller appends its text. False, and counted,
  /// when there is none.
  mutating func makeRoom(for count: Int) -> Bool {
    if values.count < limit, count <= Self.longestName, names.hasRoom(for: count) { return true }
    overflow += 1
    return false
  }

  mutating func append(_ byte: UInt8) { names.append(byte) }

  /// Ends the name whose text was appended.
  mutating func close(_ hash: UInt64, _ value: Value) -> Int {
    _ = names.close()
    hashes.append(hash)
    values.append(value)
    index.add(hash, values.count - 1)
    return values.count - 1
  }

  func name(_ i: Int) -> ArraySlice<UInt8> { names[i] }

  mutating func merge(_ other: NamedTable, _ join: (inout Value, Value) -> Void) {
    overflow += other.overflow
    for (i, value) in other.values.enumerated() {
      let mine = find(other.hashes[i])
      if mine >= 0 {
        join(&values[mine], value)
      } else if makeRoom(for: other.names[i].count) {
        for byte in other.names[i] { append(byte) }
        _ = close(other.hashes[i], value)
      }
    }
  }

  /// The names with the largest values, at most `limit`; equal ones by name.
  func largest(_ limit: Int, by size: (Value) -> Int) -> [(name: String, value: Value)] {
    let ranked = values.indices.sorted { a, b in
      let (x, y) = (size(values[a]), size(values[b]))
      return x != y ? x > y : names[a].lexicographicallyPrecedes(names[b])
    }
    return ranked.prefix(limit).map { (String(decoding: names[$0], as: UTF8.self), values[$0]) }
  }

  /// By name, in no order.
  var dictionary: [String: Value] {
    var result: [String: Value] = [:]
    for (i, value) in values.enumerated() { result[String(decoding: names[i], as: UTF8.self)] = value }
    return result
  }

  static func == (a: Self, b: Self) -> Bool { a.dictionary == b.dictionary && a.overflow == b.overflow }
}
