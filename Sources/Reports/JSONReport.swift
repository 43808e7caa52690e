import Diagnosis
import MailEvents

/// The analysis for scripts, as `docs/schema/analysis.schema.json` describes it.
///
/// Keys are sorted, times are ISO 8601 in UTC, and what is not known has no key: the same log gives
/// the same bytes.
public enum JSONReport {
  /// Counts up when a script that reads the old form could fail. Additions do not count.
  public static let schema = 1

  /// One pretty-printed object and a line break.
  public static func render(_ analysis: Analysis) -> String {
    String(decoding: bytes(analysis), as: UTF8.self)
  }

  /// The same as `render`, for a caller that writes a file.
  public static func bytes(_ analysis: Analysis) -> [UInt8] {
    var writer = JSONWriter(pretty: true, capacity: 16384)
    write(analysis, to: &writer)
    writer.endLine()
    return writer.bytes
  }

  private static func write(_ analysis: Analysis, to json: inout JSONWriter) {
    json.beginObject()
    json.field("assumptions", analysis.assumptions)
    json.object("authentication") {
      $0.field("failed", analysis.authenticationFailed)
      $0.field("succeeded", analysis.authenticationSucceeded)
    }
    if let comparison = analysis.comparison {
      json.object("comparison") {
        $0.field("covered", comparison.coveredSeconds)
        $0.field("since", comparison.since)
        $0.field("until", comparison.until)
        $0.field("with", comparison.name)
      }
    }
    if let delay = analysis.delay {
      json.object("delay") {
        $0.field("median", delay.median)
        $0.field("p90", delay.p90)
        $0.field("p99", delay.p99)
      }
    }
    json.object("deliveries") {
      $0.field("bounced", analysis.deliveries.bounced)
      $0.field("deferred", analysis.deliveries.deferred)
      $0.field("expired", analysis.deliveries.expired)
      $0.field("sent", analysis.deliveries.sent)
      $0.field("suspended", analysis.deliveries.suspended)
    }
    json.array("domains") { json in
      for domain in analysis.domains { write(domain, to: &json) }
    }
    json.field("domains_total", analysis.domainCount)
    json.array("findings") { json in
      for finding in FindingTree.inOrder(analysis.findings) { write(finding, to: &json) }
      for finding in analysis.comparison?.gone ?? [] { write(finding, to: &json) }
    }
    json.field("hosts", analysis.hosts)
    json.array("inputs") { json in
      for input in analysis.inputs { write(input, to: &json) }
    }
    json.object("lines") {
      $0.field("continued", analysis.lines.continued)
      $0.field("copies", analysis.lines.copies)
      $0.field("cut", analysis.lines.cut)
      $0.field("foreign", analysis.lines.foreign)
      $0.field("malformed", analysis.lines.malformed)
      $0.field("recognised", analysis.lines.recognised)
      $0.field("total", analysis.lines.total)
      $0.field("unrecognised", analysis.lines.unrecognised)
    }
    json.object("logscan") {
      $0.field("rules", analysis.rules.isEmpty ? nil : analysis.rules)
      $0.field("schema", schema)
      if analysis.seconds > 0 { $0.field("seconds", analysis.seconds) }
      $0.field("version", analysis.version.isEmpty ? nil : analysis.version)
    }
    write(analysis.messages, to: &json)
    json.array("noise") { json in
      for finding in analysis.noise { write(finding, to: &json) }
    }
    if analysis.isPartial { json.field("partial", true) }
    json.object("reasons") { json in
      for (reason, count) in analysis.reasons.sorted(by: { precedes($0.key, $1.key) }) {
        json.field(reason, count)
      }
    }
    json.field("rejects", analysis.rejects)
    json.array("timeline") { json in
      for hour in analysis.timeline where hour.start.isKnown { write(hour, to: &json) }
    }
    json.array("unrecognised") { json in
      for shape in analysis.unrecognised {
        json.beginObject()
        json.field("count", shape.count)
        write(shape.example, as: "example", to: &json)
        json.field("shape", shape.shape)
        json.endObject()
      }
    }
    json.field("unrecognised_shapes", max(analysis.unrecognisedShapes, analysis.unrecognised.count))
    json.array("users") { json in
      for user in analysis.users { write(user, to: &json) }
    }
    json.field("users_total", analysis.userCount)
    json.object("window") {
      if analysis.coveredSeconds > 0 { $0.field("covered", analysis.coveredSeconds) }
      $0.field("since", analysis.since)
      $0.field("until", analysis.until)
    }
    json.endObject()
  }

  private static func write(_ input: Analysis.Input, to json: inout JSONWriter) {
    json.beginObject()
    json.field("bytes", input.bytes)
    json.field("first", input.first)
    json.field("last", input.last)
    json.field("lines", input.lines)
    json.field("path", input.path)
    json.field("problem", input.problem)
    json.endObject()
  }

  private static func write(_ messages: Analysis.Messages, to json: inout JSONWriter) {
    json.object("messages") {
      $0.field("bounced", messages.bounced)
      $0.field("deferred", messages.deferred)
      $0.field("delivered", messages.delivered)
      $0.field("discarded", messages.discarded)
      $0.field("expired", messages.expired)
      $0.field("held", messages.held)
      $0.field("notices", messages.notices)
      $0.field("oldest_waiting", messages.oldestWaiting)
      $0.field("received", messages.received)
      $0.field("unknown", messages.unknown)
      $0.field("waiting", messages.waiting)
    }
  }

  private static func write(_ domain: Analysis.Domain, to json: inout JSONWriter) {
    json.beginObject()
    json.field("bounced", domain.deliveries.bounced)
    json.field("deferred", domain.deliveries.deferred)
    json.field("domain", domain.name)
    json.field("expired", domain.deliveries.expired)
    json.field("sent", domain.deliveries.sent)
    json.endObject()
  }

  private static func write(_ user: Analysis.User, to json: inout JSONWriter) {
    json.beginObject()
    json.field("delivered", user.delivered)
    json.field("failed", user.failed)
    json.field("sent", user.sent)
    json.field("succeeded", user.succeeded)
    json.field("user", user.name)
    json.endObject()
  }

  private static func write(_ hour: Analysis.Hour, to json: inout JSONWriter) {
    json.beginObject()
    json.field("bounced", hour.bounced)
    json.field("deferred", hour.deferred)
    json.field("delivered", hour.delivered)
    json.field("rejected", hour.rejected)
    json.field("start", hour.start)
    json.endObject()
  }

  /// The order of keys: that of code points, as in `jq --sort-keys`. Swift's own order depends on
  /// normalisation.
  static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  static func write(_ place: Place?, as name: String, to json: inout JSONWriter) {
    guard let place else { return }
    json.object(name) {
      $0.field("file", place.file)
      $0.field("line", place.line)
      $0.field("text", place.text)
    }
  }
}
