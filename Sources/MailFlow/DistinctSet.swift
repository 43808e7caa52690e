import MailEvents

/// How many different values there are: exact up to 1,024, then HyperLogLog with 1,024 registers (standard error 3.25 %;
/// Flajolet et al. 2007). The result depends on the set of values alone, so sets merge exactly.
public struct DistinctSet: Sendable, Equatable {
  static let exactLimit = 1024
  private static let registerBits: UInt64 = 10

  /// The only value's hash, so that a set of one needs no memory of its own; 0 when the set is empty or has more.
  private var single: UInt64 = 0
  /// Hashes of the values, sorted; empty while there is one, and once there are registers.
  private var hashes: ContiguousArray<UInt64> = []
  private var registers: ContiguousArray<UInt8> = []

  public init() {}

  public var isExact: Bool { registers.isEmpty }
  var isEmpty: Bool { single == 0 && hashes.isEmpty && registers.isEmpty }

  mutating func insert(_ hash: UInt64) {
    let hash = max(1, hash)
    if single == hash { return }
    if single != 0 {
      hashes = [min(single, hash), max(single, hash)]
      single = 0
    } else if !registers.isEmpty {
      raise(hash)
    } else if hashes.isEmpty {
      single = hash
    } else {
      insertSorted(hash)
    }
  }

  private mutating func insertSorted(_ hash: UInt64) {
    let position = place(of: hash)
    if position < hashes.count, hashes[position] == hash { return }
    if hashes.count < Self.exactLimit {
      hashes.insert(hash, at: position)
    } else {
      makeApproximate()
      raise(hash)
    }
  }

  /// Where a hash stands in the sorted ones, or would.
  private func place(of hash: UInt64) -> Int {
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func merge(_ other: DistinctSet) {
    if other.isExact {
      if other.single != 0 { insert(other.single) }
      for hash in other.hashes { insert(hash) }
      return
    }
    if isExact { makeApproximate() }
    for i in registers.indices { registers[i] = max(registers[i], other.registers[i]) }
  }

  /// Whether the value is in the set; nil when the set is no longer exact.
  func contains(_ hash: UInt64) -> Bool? {
    guard isExact else { return nil }
    let hash = max(1, hash)
    let position = place(of: hash)
    return single == hash || position < hashes.count && hashes[position] == hash
  }

  public var count: Int {
    if isExact { return single != 0 ? 1 : hashes.count }
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

  private mutating func makeApproximate() {
    registers = ContiguousArray(repeating: 0, count: 1 << Int(Self.registerBits))
    if single != 0 { raise(single) }
    for hash in hashes { raise(hash) }
    single = 0
    hashes = []
  }

  private mutating func raise(_ hash: UInt64) {
    let index = Int(hash >> (64 - Self.registerBits))
    let rest = hash << Self.registerBits | 1
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
