import Glibc

/// Whether what was counted in two periods differs by more than chance.
enum RateTest {
  enum Outcome: Equatable { case more, less, noDifference }

  /// A difference of less than this is of no interest, however sure.
  static let leastRatio = 1.5
  /// How seldom chance may make such a difference.
  static let level = 0.01

  /// Compares two rates: of all that was counted, the share of the later period follows a binomial distribution when the
  /// rates are equal (Przyborowski and Wilenski 1940). Trouble comes in bursts, which the test takes for certainty, so the
  /// rates must also differ by half.
  static func compare(_ now: Int, seconds nowSeconds: Double, _ then: Int, seconds thenSeconds: Double) -> Outcome {
    let (a, b) = (Double(max(now, 0)), Double(max(then, 0)))
    let (s, t) = (max(nowSeconds, 1), max(thenSeconds, 1))
    guard a + b > 0 else { return .noDifference }
    let (rateNow, rateThen) = (a / s, b / t)
    if rateNow >= leastRatio * rateThen, tail(a, of: a + b, share: s / (s + t)) < level / 2 { return .more }
    if rateThen >= leastRatio * rateNow, tail(b, of: a + b, share: t / (s + t)) < level / 2 { return .less }
    return .noDifference
  }

  /// The probability that `n` tries give `k` or more successes, each with probability `share`.
  static func tail(_ k: Double, of n: Double, share: Double) -> Double {
    if k <= 0 { return 1 }
    let mean = n * share
    guard n <= 2000 else {
      // Normal approximation with continuity correction.
      let deviation = (mean * (1 - share)).squareRoot()
      return deviation > 0 ? 0.5 * erfc((k - 0.5 - mean) / deviation / 2.0.squareRoot()) : (k > mean ? 0 : 1)
    }
    var sum = 0.0
    for i in Int(k)...Int(n) {
      let x = Double(i)
      sum += exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x * log(share) + (n - x) * log1p(-share))
    }
    return min(sum, 1)
  }
}
