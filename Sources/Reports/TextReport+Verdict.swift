import Diagnosis

/// The answer when nothing is wrong, or when there is nothing to judge.
extension TextReportWriter {
  mutating func writeVerdict() {
    guard !tree.hasProblem else { return }
    let sentences = verdict
    guard !sentences.isEmpty else { return }
    page.blank()
    for sentence in sentences { page.paragraph(sentence, indent: 3) }
  }

  private var verdict: [String] { Verdict(analysis).sentences }
}

/// Two sentences on a log without problems; none when the findings say it themselves.
struct Verdict {
  let analysis: Analysis

  init(_ analysis: Analysis) { self.analysis = analysis }

  var sentences: [String] {
    let lines = analysis.lines
    if lines.total == 0 && lines.recognised == 0 {
      guard analysis.findings.isEmpty else { return [] }
      return [
        analysis.isIncomplete
          ? "Nothing was read." : "The log is empty: there is nothing to analyse."
      ]
    }
    if lines.recognised == 0 {
      guard analysis.findings.isEmpty else { return [] }
      return [
        "No mail lines: none of \(Figures.counted(lines.total, "line")) is known to be from a mail server.",
        "Mail servers often write to /var/log/mail.log, or to the journal: logscan --journal",
      ]
    }
    return [
      analysis.isIncomplete ? "No problems found in what could be read." : "No problems found.",
      flow,
    ]
  }

  /// Whether mail moves.
  private var flow: String {
    let messages = analysis.messages
    let waiting =
      messages.waiting == 0 ? "none waiting" : "\(Figures.grouped(messages.waiting)) waiting"
    if messages.delivered > 0 {
      return
        "Mail is flowing: \(Figures.counted(messages.delivered, "message")) delivered, \(waiting)."
    }
    if analysis.deliveries.sent > 0 {
      return
        "Mail is flowing: \(Figures.counted(analysis.deliveries.sent, "delivery", "deliveries")), \(waiting)."
    }
    if messages.received > 0 || messages.waiting > 0 {
      return "No message was delivered in this time: "
        + "\(Figures.grouped(messages.received)) received, \(waiting)."
    }
    if analysis.authenticationSucceeded > 0 {
      return
        "No mail passed in this time. Logins work: \(Figures.grouped(analysis.authenticationSucceeded)) succeeded."
    }
    return "No mail passed in this time."
  }
}
