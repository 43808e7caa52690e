import Diagnosis
import MailEvents

/// One line for Nagios, Icinga and their kin, with its exit status (Monitoring Plugins Development Guidelines).
public enum NagiosLine {
  public static func render(_ analysis: Analysis) -> (text: String, status: Int32) {
    let problems = FindingTree(analysis.findings).roots.map(\.finding).filter { $0.severity >= .warning }
    let (word, status): (String, Int32)
    if problems.contains(where: { $0.severity == .critical && $0.ongoing }) {
      (word, status) = ("CRITICAL", 2)
    } else if !problems.isEmpty {
      (word, status) = ("WARNING", 1)
    } else if analysis.lines.recognised == 0 || analysis.isIncomplete {
      (word, status) = ("UNKNOWN", 3)
    } else {
      (word, status) = ("OK", 0)
    }
    // `|` begins the performance data.
    let text = Escaping.terminal(Headline(analysis).text).map { $0 == "|" ? "/" : $0 }
    let critical = problems.count { $0.severity == .critical }
    let data = [
      "critical=\(critical)", "warning=\(problems.count - critical)", "delivered=\(analysis.messages.delivered)",
      "waiting=\(analysis.messages.waiting)", "bounced=\(analysis.messages.bounced)", "rejected=\(analysis.rejects)",
      "unrecognised=\(analysis.lines.unrecognised)",
    ]
    return ("LOGSCAN \(word) - \(String(text)) | \(data.joined(separator: " "))", status)
  }
}
