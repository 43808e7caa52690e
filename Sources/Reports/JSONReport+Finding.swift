import Diagnosis
import MailEvents

/// A finding, in `findings` and in `noise`.
extension JSONReport {
  static func write(_ finding: Finding, to json: inout JSONWriter) {
    json.beginObject()
    json.field("act", finding.act.rawValue)
    json.field("because", finding.because)
    json.field("category", finding.category.isEmpty ? nil : finding.category)
    json.field("cause", finding.cause)
    json.field("change", finding.change?.kind.rawValue)
    json.field("confidence", rounded(finding.confidence))
    json.field("consequence_of", finding.consequenceOf)
    json.array("evidence") { json in
      for evidence in finding.evidence { write(evidence, to: &json) }
    }
    write(finding.example, as: "example", to: &json)
    json.field("explain", finding.explain.isEmpty ? nil : finding.explain)
    json.field("fix", finding.fix)
    json.object("impact") {
      if finding.impact.isApproximate { $0.field("approximate", true) }
      $0.field("messages", finding.impact.messages)
      $0.field("recipients", finding.impact.recipients)
      $0.field("senders", finding.impact.senders)
      $0.field("users", finding.impact.users)
      $0.field("waiting", finding.impact.waiting)
    }
    if !finding.incidents.isEmpty {
      json.array("incidents") { json in
        for incident in finding.incidents {
          json.beginObject()
          json.field("events", incident.events)
          json.field("since", incident.since)
          json.field("until", incident.until)
          json.endObject()
        }
      }
    }
    json.field("ongoing", finding.ongoing)
    if let change = finding.change, let then = change.then {
      json.object("previous") {
        $0.field("events", then.events)
        $0.field("messages", then.messages)
        $0.field("turn", change.turn?.rawValue)
        if change.isUncertain { $0.field("uncertain", true) }
        $0.field("users", then.users)
      }
    }
    if let probe = finding.probe {
      json.object("probe") {
        $0.field("seen", probe.seen)
        $0.field("verdict", probe.verdict)
      }
    }
    json.field("probes", finding.probes)
    json.field("references", finding.references)
    if !finding.rivals.isEmpty {
      json.array("rivals") { json in
        for rival in finding.rivals {
          json.beginObject()
          json.field("cause", rival.cause)
          json.field("share", rounded(rival.share))
          json.endObject()
        }
      }
    }
    if !finding.ruledOut.isEmpty {
      json.array("ruled_out") { json in
        for other in finding.ruledOut {
          json.beginObject()
          json.field("cause", other.cause)
          json.field("why", other.why)
          json.endObject()
        }
      }
    }
    json.object("scope") { json in
      // A field given twice would be a key given twice; the first stands.
      var seen: Set<String> = []
      for part in finding.scope.sorted(by: { precedes($0.field, $1.field) })
      where seen.insert(part.field).inserted {
        json.field(part.field, part.value)
      }
    }
    json.field("severity", finding.severity.name)
    json.field("since", finding.since)
    json.field("summary", finding.summary.isEmpty ? nil : finding.summary)
    json.field("title", finding.title)
    json.field("until", finding.until)
    json.endObject()
  }

  private static func write(_ evidence: Finding.Evidence, to json: inout JSONWriter) {
    json.beginObject()
    if !evidence.approximate.isEmpty { json.field("approximate", evidence.approximate) }
    json.field("count", evidence.count)
    json.object("distinct") { json in
      for (field, count) in evidence.distinct.sorted(by: { precedes($0.key, $1.key) }) {
        json.field(field, count)
      }
    }
    json.field("event", evidence.event)
    write(evidence.first, as: "first", to: &json)
    write(evidence.last, as: "last", to: &json)
    json.field("reason", evidence.reason)
    json.endObject()
  }

  /// Three places, so that noise in the last digit is no change.
  private static func rounded(_ share: Double) -> Double {
    guard share.isFinite else { return 0 }
    return (min(max(share, 0), 1) * 1000).rounded() / 1000
  }
}
