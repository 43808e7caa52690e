import Diagnosis
import LogInput
import MailEvents
import MailFlow

extension ScanSession {
  /// What was read, for the report.
  func describe(in analysis: inout Analysis) {
    for input in inputs {
      var described = Analysis.Input(path: input.source.path)
      described.bytes = input.bytes
      described.lines = input.lines
      described.first = input.first.isKnown ? input.first : nil
      described.last = input.last.isKnown ? input.last : nil
      described.problem = input.problem
      analysis.inputs.append(described)
    }
    for problem in failed where !inputs.contains(where: { $0.source.path == problem.path }) {
      var described = Analysis.Input(path: problem.path)
      described.problem = problem.text
      analysis.inputs.append(described)
    }
    analysis.lines.cut = scanner.counts.cut
    analysis.lines.copies = scanner.counts.copies
    analysis.lines.continued = scanner.counts.continued
    analysis.assumptions += assumptions.sorted()
    analysis.isPartial = isPartial
    analysis.seconds = seconds
  }
}
