import Diagnosis
import MailEvents

/// Figures for the Prometheus text file collector. They are of this run's time, so they are gauges; no name of a user, host or
/// address is a label, whose number nobody could bound.
public enum PrometheusReport {
  public static func render(_ analysis: Analysis, now: Timestamp) -> String {
    var page = Page()
    page.metric("logscan_build_info", "The version of the program and the digest of its rules.")
    page.value(1, [("rules", analysis.rules), ("version", analysis.version)])
    page.metric("logscan_last_run_timestamp_seconds", "When this was written.")
    page.value(Double(now.seconds))
    page.metric("logscan_run_duration_seconds", "How long the analysis took.")
    page.value(analysis.seconds)
    if let end = analysis.end {
      page.metric("logscan_last_event_timestamp_seconds", "The time of the last line.")
      page.value(Double(end.seconds))
    }
    page.metric("logscan_window_seconds", "How much time the log covers; the counts below are of that time.")
    page.value(analysis.coveredSeconds)
    page.metric("logscan_window_lines", "Lines of the log.")
    for (result, count) in [
      ("recognised", analysis.lines.recognised), ("unrecognised", analysis.lines.unrecognised),
      ("foreign", analysis.lines.foreign), ("malformed", analysis.lines.malformed),
    ] {
      page.value(Double(count), [("result", result)])
    }
    let messages = analysis.messages
    page.metric("logscan_window_messages", "Messages by what became of them.")
    for (outcome, count) in [
      ("received", messages.received), ("delivered", messages.delivered), ("waiting", messages.waiting),
      ("bounced", messages.bounced), ("expired", messages.expired), ("discarded", messages.discarded),
      ("held", messages.held), ("unknown", messages.unknown),
    ] {
      page.value(Double(count), [("outcome", outcome)])
    }
    page.metric("logscan_window_rejects", "Messages and recipients refused at the SMTP conversation.")
    page.value(Double(analysis.rejects))
    page.metric("logscan_window_logins", "Logins by outcome.")
    page.value(Double(analysis.authenticationFailed), [("outcome", "failure")])
    page.value(Double(analysis.authenticationSucceeded), [("outcome", "success")])
    if let delay = analysis.delay {
      page.metric("logscan_window_delivery_delay_seconds", "Time to delivery: so many deliveries took no longer.")
      for (quantile, seconds) in [("0.5", delay.median), ("0.9", delay.p90), ("0.99", delay.p99)] {
        page.value(seconds, [("quantile", quantile)])
      }
    }
    if let oldest = messages.oldestWaiting, let end = analysis.end {
      page.metric("logscan_waiting_oldest_age_seconds", "How long the oldest waiting message waits.")
      page.value(Double(end.seconds - oldest.seconds))
    }
    writeFindings(analysis, to: &page)
    return page.text
  }

  /// By cause: their number, and the messages they touch.
  private static func writeFindings(_ analysis: Analysis, to page: inout Page) {
    struct Sum { var count = 0, messages = 0 }
    var sums: [[String]: Sum] = [:]
    for finding in FindingTree(analysis.findings).roots.map(\.finding) {
      let change = finding.change?.kind.rawValue ?? ""
      let key = [finding.cause, change, finding.severity.name, finding.ongoing ? "ongoing" : "over"]
      sums[key, default: Sum()].count += 1
      sums[key, default: Sum()].messages &+= finding.impact.messages
    }
    for gone in analysis.comparison?.gone ?? [] {
      sums[[gone.cause, "gone", gone.severity.name, "over"], default: Sum()].count += 1
    }
    let keys = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    func labels(_ key: [String]) -> [(String, String)] {
      var labels = [("cause", key[0])]
      if !key[1].isEmpty { labels.append(("change", key[1])) }
      return labels + [("severity", key[2]), ("state", key[3])]
    }
    page.metric("logscan_findings", "Findings by cause; none is no sample.")
    for key in keys { page.value(Double(sums[key]!.count), labels(key)) }
    page.metric("logscan_finding_messages", "Messages that a finding touches.")
    for key in keys where sums[key]!.messages > 0 { page.value(Double(sums[key]!.messages), labels(key)) }
  }

  /// The text format: `# HELP`, `# TYPE`, samples.
  private struct Page {
    var text = ""
    private var name = ""

    mutating func metric(_ name: String, _ help: String) {
      self.name = name
      text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
    }

    mutating func value(_ value: Double, _ labels: [(name: String, value: String)] = []) {
      let list = labels.map { "\($0.name)=\"\(Escaping.prometheusLabel($0.value))\"" }.joined(separator: ",")
      let isWhole = value == value.rounded() && value.magnitude < 1e15
      text += "\(name)\(list.isEmpty ? "" : "{\(list)}") \(isWhole ? "\(Int(value))" : "\(value)")\n"
    }
  }
}
