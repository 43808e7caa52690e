import Diagnosis
import FoundationEssentials
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
    let (version, saved): (VersionOnly, SavedAnalysis)
    do {
      let decoder = JSONDecoder()
      version = try decoder.decode(VersionOnly.self, from: Data(bytes))
      guard version.logscan.schema == schema else {
        throw Problem(
          text:
            "is of another version (schema \(version.logscan.schema); this logscan reads \(schema)); save a new one")
      }
      saved = try decoder.decode(SavedAnalysis.self, from: Data(bytes))
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(text: "is no saved report: \(words(error)); write one with: logscan --format json -o FILE")
    }
    guard saved.findings.count <= findingLimit else { throw Problem(text: "is no saved report: too many findings") }
    let since = saved.window?.since.flatMap(time)
    let until = saved.window?.until.flatMap(time)
    let span = since.flatMap { since in until.map { Double($0.microseconds - since.microseconds) / 1e6 } }
    return EarlierPeriod(
      name: name, since: since, until: until, coveredSeconds: max(saved.window?.covered ?? span ?? 0, 0),
      findings: saved.findings.filter { $0.change != Finding.Change.Kind.gone.rawValue }.map(\.finding))
  }

  /// `2026-11-23T00:14:02Z`, with or without a fraction; nil when it is no such time.
  static func time(_ text: String) -> Timestamp? {
    for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
      if let date = try? style.parse(text) {
        let microseconds = (date.timeIntervalSince1970 * 1e6).rounded()
        return abs(microseconds) < 1e18 ? Timestamp(microseconds: Int64(microseconds)) : nil
      }
    }
    return nil
  }

  /// What is wrong and where: `findings.0.cause is missing`.
  private static func words(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context) where !context.codingPath.isEmpty,
      .valueNotFound(_, let context) where !context.codingPath.isEmpty,
      .dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "\(place(context.codingPath)) is not what it should be"
    default: return "it is not JSON"
    }
  }
}

private struct VersionOnly: Decodable {
  struct Program: Decodable { var schema: Int }
  var logscan: Program
}

/// The members of docs/schema/analysis.schema.json that a comparison needs.
private struct SavedAnalysis: Decodable {
  struct Window: Decodable {
    var covered: Double?
    var since: String?
    var until: String?
  }
  var findings: [SavedFinding]
  var window: Window?
}

private struct SavedFinding: Decodable {
  struct Impact: Decodable {
    var approximate: Bool?
    var messages: Int?
    var recipients: Int?
    var senders: Int?
    var users: Int?
  }
  struct Evidence: Decodable {
    var count: Int?
    var event: String?
    var reason: String?
  }

  var act: String
  var category: String?
  var cause: String
  var change: String?
  var confidence: Double?
  var consequence_of: String?
  var evidence: [Evidence]?
  var impact: Impact?
  var ongoing: Bool?
  var scope: [String: String]
  var severity: String
  var since: String?
  var summary: String?
  var title: String
  var until: String?

  var finding: Finding {
    var finding = Finding(
      cause: cause, title: title, severity: Severity.named[severity] ?? .notice, act: Actor(rawValue: act) ?? .admin,
      category: category ?? "", confidence: min(max(confidence ?? 0, 0), 1))
    finding.scope = scope.sorted { $0.key < $1.key }.map { (field: $0.key, value: $0.value) }
    finding.since = since.flatMap(SavedReport.time)
    finding.until = until.flatMap(SavedReport.time)
    finding.ongoing = ongoing ?? false
    finding.consequenceOf = consequence_of
    finding.summary = summary ?? ""
    finding.impact.messages = max(impact?.messages ?? 0, 0)
    finding.impact.recipients = max(impact?.recipients ?? 0, 0)
    finding.impact.senders = max(impact?.senders ?? 0, 0)
    finding.impact.users = max(impact?.users ?? 0, 0)
    finding.impact.isApproximate = impact?.approximate ?? false
    finding.evidence = (evidence ?? []).prefix(1).map {
      Finding.Evidence(event: $0.event ?? "", reason: $0.reason, count: max($0.count ?? 0, 0), first: nil, last: nil)
    }
    return finding
  }
}
