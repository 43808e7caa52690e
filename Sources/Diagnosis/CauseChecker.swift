import EventRules
import LogSyntax
import MailEvents
import MailFlow
import RuleFiles

/// Runs the samples of causes: small logs that must give the finding, and look-alikes that must not.
public enum CauseChecker {
  /// - Parameter only: ids of the causes to check; nil for all.
  public static func check(_ rules: RuleSet, only: Set<String>? = nil) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    let known = Set(rules.causes.map(\.id))
    let rules = rules.inForce
    let classifier = LineClassifier(rules: rules)
    let plan = CausePlan(rules: rules, classifier: classifier)
    for cause in rules.causes where only?.contains(cause.id) ?? true {
      let named = cause.supersedes + cause.follows + cause.lookAlikes.map(\.cause) + cause.rivals.map(\.cause)
      for name in named where !known.contains(name) && !name.hasSuffix("*") {
        problems.append(
          RuleProblem(
            cause.place, "\(cause.id) names an unknown cause '\(name)'\(Suggestion.hint(for: name, among: known))"))
      }
      for sample in cause.samples {
        let found = findings(in: sample.log, plan, classifier)
        if found.contains(cause.id) != sample.mustFind {
          let others = found.isEmpty ? "nothing" : found.joined(separator: ", ")
          problems.append(
            RuleProblem(
              sample.place,
              sample.mustFind ? "sample of \(cause.id) gives \(others)" : "healthy sample of \(cause.id) gives it"))
        }
      }
    }
    return problems
  }

  /// The causes found in a small log.
  static func findings(in log: String, _ plan: CausePlan, _ classifier: LineClassifier) -> [String] {
    let bytes = Array(log.utf8)
    var scanner = LineScanner(classifier: classifier)
    var ledger = Ledger(setup: Ledger.Setup(plan: plan.tallies, classifier: classifier), startsStream: true)
    // A year after the longest log a sample can be.
    var framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: 1_798_761_600)))
    scanner.scan(
      bytes.span, count: bytes.count, firstLine: 1, file: 0, framer: &framer, into: &ledger)
    scanner.observeLog(into: &ledger)
    scanner.complete(&ledger)
    var diagnostician = Diagnostician(plan: plan, ledger: ledger, fileNames: ["sample"])
    let found = diagnostician.diagnose()
    return (found.findings + found.noise).map(\.cause)
  }
}
