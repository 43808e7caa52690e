import MailEvents

/// How many different values there are: exact up to 1,024, then HyperLogLog with 1,024 registers (standard error 3.25 %;
/// Flajolet et al. 2007). The result depends on the set of values alone, so sets merge exactly.
public struct DistinctSet: Sendable, Equatable {
  static let exactLimit = 1024
  private static let registerBits: UInt64 = 10

  /// A set of one value, which most are, needs no memory of its own.
  private enum State: Equatable {
    case empty
    case one(UInt64)
    /// Hashes of the values, sorted.
    case exact(ContiguousArray<UInt64>)
    case registers(ContiguousArray<UInt8>)
  }

  private var state = State.empty

  public init() {}

  public var isExact: Bool { if case .registers = state { false } else { true } }
  var isEmpty: Bool { state == .empty }

  mutating func insert(_ hash: UInt64) {
    switch state {
    case .empty: state = .one(hash)
    case .one(let known): if known != hash { state = .exact([min(known, hash), max(known, hash)]) }
    case .exact(var hashes):
      let position = Self.place(of: hash, in: hashes)
      if position < hashes.count, hashes[position] == hash { return }
      state = .empty
      if hashes.count < Self.exactLimit {
        hashes.insert(hash, at: position)
        state = .exact(hashes)
      } else {
        var registers = Self.registers(hashes)
        Self.raise(&registers, hash)
        state = .registers(registers)
      }
    case .registers(var registers):
      state = .empty
      Self.raise(&registers, hash)
      state = .registers(registers)
    }
  }

  /// Where a hash stands in the sorted ones, or would.
  private static func place(of hash: UInt64, in hashes: ContiguousArray<UInt64>) -> Int {
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func merge(_ other: DistinctSet) {
    switch other.state {
    case .empty: break
    case .one(let hash): insert(hash)
    case .exact(let hashes): for hash in hashes { insert(hash) }
    case .registers(let theirs):
      var mine: ContiguousArray<UInt8>
      switch state {
      case .empty: mine = Self.registers([])
      case .one(let hash): mine = Self.registers([hash])
      case .exact(let hashes): mine = Self.registers(hashes)
      case .registers(let registers): mine = registers
      }
      for i in mine.indices { mine[i] = max(mine[i], theirs[i]) }
      state = .registers(mine)
    }
  }

  /// Whether the value is in the set; nil when the set is no longer exact.
  func contains(_ hash: UInt64) -> Bool? {
    switch state {
    case .empty: return false
    case .one(let known): return known == hash
    case .exact(let hashes):
      let position = Self.place(of: hash, in: hashes)
      return position < hashes.count && hashes[position] == hash
    case .registers: return nil
    }
  }

  public var count: Int {
    switch state {
    case .empty: 0
    case .one: 1
    case .exact(let hashes): hashes.count
    case .registers(let registers): estimate(registers)
    }
  }

  private func estimate(_ registers: ContiguousArray<UInt8>) -> Int {
    let m = Double(registers.count)
    var sum = 0.0
    var zeros = 0
    for register in registers {
      sum += 1 / Double(UInt64(1) << UInt64(register))
      if register == 0 { zeros += 1 }
    }
    let estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum
    if estimate <= 2.5 * m, zeros > 0 { return Int((m * logarithm(m / Double(zeros))).rounded()) }
    return Int(estimate.rounded())
  }

  private static func registers(_ hashes: ContiguousArray<UInt64>) -> ContiguousArray<UInt8> {
    var registers = ContiguousArray<UInt8>(repeating: 0, count: 1 << Int(registerBits))
    for hash in hashes { raise(&registers, hash) }
    return registers
  }

  private static func raise(_ registers: inout ContiguousArray<UInt8>, _ hash: UInt64) {
    let index = Int(hash >> (64 - registerBits))
    let rest = hash << registerBits | 1
    registers[index] = max(registers[index], UInt8(rest.leadingZeroBitCount + 1))
  }

  /// Natural logarithm by the series of artanh; no C library needed here.
  private func logarithm(_ x: Double) -> Double {
    var value = x
    var powers = 0.0
    while value > 1.5 {
      value /= 2
      powers += 1
    }
    let y = (value - 1) / (value + 1)
    var term = y
    var sum = 0.0
    for k in stride(from: 1.0, through: 41, by: 2) {
      sum += term / k
      term *= y * y
    }
    return 2 * sum + powers * 0.693_147_180_559_945_3
  }
}
