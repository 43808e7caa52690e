import Diagnosis
import MailEvents

/// What was found in the time that a log is compared with.
public struct EarlierPeriod: Sendable {
  /// What it is called: `the period before`, or the file it was saved in.
  public var name: String
  public var since: Timestamp?
  public var until: Timestamp?
  /// Seconds of log that the findings are from.
  public var coveredSeconds: Double
  public var findings: [Finding]

  public init(
    name: String, since: Timestamp? = nil, until: Timestamp? = nil, coveredSeconds: Double, findings: [Finding]
  ) {
    self.name = name
    self.since = since
    self.until = until
    self.coveredSeconds = coveredSeconds
    self.findings = findings
  }
}
