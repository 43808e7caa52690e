import Diagnosis
import MailEvents

/// Findings with what follows from them: a root failure takes the noise it makes under its wing.
struct FindingTree {
  struct Root {
    var finding: Finding
    /// In the analysis' order; consequences of consequences are here too.
    var consequences: [Finding] = []
  }

  var roots: [Root] = []

  init(_ findings: [Finding]) {
    var firstOfCause: [String: Int] = [:]
    for (index, finding) in findings.enumerated() where firstOfCause[finding.cause] == nil {
      firstOfCause[finding.cause] = index
    }
    /// The finding nothing of this report precedes; itself when the chain goes in a circle.
    func root(of index: Int) -> Int {
      var seen: Set<Int> = [index]
      var at = index
      while let cause = findings[at].consequenceOf, let next = firstOfCause[cause] {
        guard seen.insert(next).inserted else { return index }
        at = next
      }
      return at
    }
    let rootOf = findings.indices.map(root(of:))
    var place: [Int: Int] = [:]
    for index in findings.indices where rootOf[index] == index {
      place[index] = roots.count
      roots.append(Root(finding: findings[index]))
    }
    for index in findings.indices where rootOf[index] != index {
      roots[place[rootOf[index]]!].consequences.append(findings[index])
    }
  }

  /// A warning or worse that is no consequence.
  var hasProblem: Bool { roots.contains { $0.finding.severity >= .warning } }
}

extension FindingTree {
  /// The order of the text report: each root, then what follows from it.
  static func inOrder(_ findings: [Finding]) -> [Finding] {
    FindingTree(findings).roots.flatMap { [$0.finding] + $0.consequences }
  }
}
