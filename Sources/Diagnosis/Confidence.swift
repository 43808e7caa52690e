import Glibc
import RuleFiles

/// How sure a finding is: log-odds from the evidence's kind, number, spread and exclusivity (docs/inference.md).
enum Confidence {
  /// Lower bound of the 95 % Wilson interval of a share.
  static func wilsonLower(_ hits: Int, of total: Int) -> Double {
    guard total > 0 else { return 0 }
    let n = Double(total)
    let p = Double(hits) / n
    let z = 1.96
    let centre = p + z * z / (2 * n)
    let spread = z * ((p * (1 - p) + z * z / (4 * n)) / n).squareRoot()
    return (centre - spread) / (1 + z * z / n)
  }

  static func judge(_ c: inout Candidate) {
    var reasons: [String] = []
    let specificity: Double
    switch c.rule.specificity {
    case .definitive:
      specificity = 6
      reasons.append("the program itself reports this fault")
    case .explicit:
      specificity = 3.5
      reasons.append("the text of the failure names it")
    case .pattern:
      specificity = 2
      reasons.append("the pattern of failures fits")
    case .absence:
      specificity = 1
      reasons.append("what is missing points to it")
    }
    let number = 1 - exp(-Double(c.units) / 3)
    reasons.append(c.units == 1 ? "one independent case" : "\(Summary.grouped(c.units)) independent cases")

    var breadth = 0.0
    if c.hasControl {
      breadth = 1
      reasons.append("others were seen to work at the same time")
    } else if c.rule.scope.isEmpty, c.rule.specificity == .pattern {
      breadth = 1
    } else if !c.rule.scope.isEmpty {
      breadth = 0.4
    }

    var share = 0.0
    var failShare = 0.0
    var timing = 0.0
    if c.plan.success != nil {
      let total = c.units + c.successes
      share = Double(c.successes) / Double(max(1, total))
      failShare = max(-1, 2 * (wilsonLower(c.units, of: total) - 0.5))
      if c.successes == 0 { reasons.append("nothing succeeded since it began") }
      if c.successes > 0 {
        reasons.append("\(Summary.grouped(c.successes)) succeeded meanwhile, which speaks against it")
      }
      if c.hadSuccessBefore, c.successesAfter == 0 {
        timing = 1
        reasons.append("it worked before")
      } else if !c.hadSuccessBefore {
        timing = 0.5
      }
    }
    if c.corroborations > 0 { reasons.append("other lines agree") }

    var logOdds = -2 + specificity + 2 * number + 2.5 * breadth + 2 * failShare + timing
    logOdds += Double(min(2, c.corroborations)) - 4 * share
    var probability = 1 / (1 + exp(-logOdds))
    let isDefinitive = c.rule.specificity == .definitive
    probability = min(probability, isDefinitive ? 0.98 : 0.95)
    if c.units == 1, !isDefinitive, c.rule.specificity != .explicit { probability = min(probability, 0.85) }
    if c.rule.specificity == .absence { probability = min(probability, 0.85) }
    c.confidence = probability
    c.because = reasons
  }
}

extension Confidence {
  static func decimalLogarithm(_ x: Double) -> Double { log10(x) }
}
