import MailEvents

/// How many different values there are: exact up to 256, then HyperLogLog with 1,024 registers (standard error 3.25 %;
/// Flajolet et al. 2007). The result depends on the set of values alone, so sets merge exactly.
public struct DistinctSet: Sendable, Equatable {
  static let exactLimit = 256
  private static let registerBits: UInt64 = 10

  /// Hashes of the values, sorted; empty once there are registers.
  private var hashes: ContiguousArray<UInt64> = []
  private var registers: ContiguousArray<UInt8> = []

  public init() {}

  public var isExact: Bool { registers.isEmpty }

  mutating func insert(_ hash: UInt64) {
    if !registers.isEmpty {
      raise(hash)
      return
    }
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    if low < hashes.count, hashes[low] == hash { return }
    if hashes.count < Self.exactLimit {
      hashes.insert(hash, at: low)
    } else {
      makeApproximate()
      raise(hash)
    }
  }

  mutating func merge(_ other: DistinctSet) {
    if other.isExact {
      for hash in other.hashes { insert(hash) }
      return
    }
    if isExact { makeApproximate() }
    for i in registers.indices { registers[i] = max(registers[i], other.registers[i]) }
  }

  /// Whether the value is in the set; nil when the set is no longer exact.
  func contains(_ hash: UInt64) -> Bool? {
    guard isExact else { return nil }
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low < hashes.count && hashes[low] == hash
  }

  public var count: Int {
    if isExact { return hashes.count }
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
    for hash in hashes { raise(hash) }
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
