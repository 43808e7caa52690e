import Diagnosis
import MailEvents

/// A report of an earlier run (`logscan --format json`), read back as far as a comparison needs it.
///
/// The file may have been changed by anybody: what is no report is refused in one line, and what it says is text of a
/// stranger like a log's.
public enum SavedReport {
  /// What is wrong with the file, in one line and lower case.
  public struct Problem: Error, Sendable, Equatable {
    public var text: String
  }

  /// Larger files are not read.
  public static let sizeLimit = 1 << 26
  /// More findings than a report ever has.
  private static let findingLimit = 100_000

  /// - Parameter schema: the version that this program writes.
  public static func read(_ bytes: [UInt8], name: String, schema: Int) throws(Problem) -> EarlierPeriod {
    let report: [String: JSONValue]
    do {
      report = try JSONParser.object(bytes, keeping: ["logscan", "findings", "window"])
    } catch {
      throw Problem(text: "is no saved report: \(error.text) at byte \(error.offset + 1)")
    }
    guard let version = report["logscan"]?["schema"]?.number, let listed = report["findings"]?.items else {
      throw Problem(text: "is no saved report; write one with: logscan --format json -o FILE")
    }
    guard version == Double(schema) else {
      throw Problem(
        text: "is of another version (schema \(words(version)); this logscan reads \(schema)); save a new one")
    }
    guard listed.count <= findingLimit else { throw Problem(text: "is no saved report: too many findings") }
    var findings: [Finding] = []
    for (number, value) in listed.enumerated() {
      let finding = try finding(value, number: number + 1)
      if finding.change?.kind != .gone { findings.append(finding) }
    }
    let window = report["window"]
    let since = window?["since"]?.text.flatMap(ISOTime.read)
    let until = window?["until"]?.text.flatMap(ISOTime.read)
    let span = since.flatMap { since in until.map { Double($0.seconds - since.seconds) } }
    return EarlierPeriod(
      name: name, since: since, until: until,
      coveredSeconds: max(window?["covered"]?.number ?? span ?? 0, 0), findings: findings)
  }

  private static func words(_ version: Double) -> String {
    version == version.rounded() && abs(version) < 1e9 ? "\(Int(version))" : "\(version)"
  }

  private static func finding(_ value: JSONValue, number: Int) throws(Problem) -> Finding {
    func missing(_ key: String) -> Problem { Problem(text: "is no saved report: finding \(number) has no '\(key)'") }
    guard let cause = value["cause"]?.text else { throw missing("cause") }
    guard let title = value["title"]?.text else { throw missing("title") }
    guard let severity = value["severity"]?.text.flatMap({ Severity.named[$0] }) else { throw missing("severity") }
    guard let act = value["act"]?.text.flatMap(Actor.init) else { throw missing("act") }
    guard case .object(let scope)? = value["scope"] else { throw missing("scope") }
    var finding = Finding(
      cause: cause, title: title, severity: severity, act: act, category: value["category"]?.text ?? "",
      confidence: min(max(value["confidence"]?.number ?? 0, 0), 1))
    finding.scope = scope.sorted { $0.key < $1.key }.map { (field: $0.key, value: $0.value.text ?? "") }
    finding.since = value["since"]?.text.flatMap(ISOTime.read)
    finding.until = value["until"]?.text.flatMap(ISOTime.read)
    finding.ongoing = value["ongoing"] == .bool(true)
    finding.consequenceOf = value["consequence_of"]?.text
    finding.summary = value["summary"]?.text ?? ""
    let impact = value["impact"]
    finding.impact.messages = impact?["messages"]?.count ?? 0
    finding.impact.recipients = impact?["recipients"]?.count ?? 0
    finding.impact.senders = impact?["senders"]?.count ?? 0
    finding.impact.users = impact?["users"]?.count ?? 0
    finding.impact.isApproximate = impact?["approximate"] == .bool(true)
    finding.evidence = (value["evidence"]?.items ?? []).prefix(1).map { evidence in
      Finding.Evidence(
        event: evidence["event"]?.text ?? "", reason: evidence["reason"]?.text, count: evidence["count"]?.count ?? 0,
        first: nil, last: nil)
    }
    if value["change"]?.text == Finding.Change.Kind.gone.rawValue { finding.change = Finding.Change(kind: .gone) }
    return finding
  }
}
