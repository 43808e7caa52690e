import Explanations
import MailEvents

/// The answer of `logscan explain` for scripts, as `docs/schema/explanation.schema.json` describes it.
public enum ExplanationJSON {
  public static let schema = 1

  /// One pretty-printed object and a line break. Keys are sorted; what is not known has no key.
  public static func render(_ explanation: Explanation, version: String, rules: String) -> String {
    var json = JSONWriter(pretty: true)
    json.beginObject()
    json.array("causes") { json in
      for cause in explanation.causes { write(cause, to: &json) }
    }
    json.field("event", explanation.event)
    json.array("kinds") { json in
      for kind in explanation.kinds { json.value(kind.rawValue) }
    }
    json.object("logscan") {
      $0.field("rules", rules)
      $0.field("schema", schema)
      $0.field("version", version)
    }
    json.array("meanings") { json in
      for meaning in explanation.meanings {
        json.beginObject()
        json.field("by", meaning.by)
        json.field("name", meaning.name)
        json.field("rule", meaning.rule)
        if meaning.isSimilar { json.field("similar", true) }
        json.field("text", meaning.text)
        json.endObject()
      }
    }
    write(explanation.probes, to: &json)
    json.field("provider", explanation.provider)
    json.field("query", explanation.query)
    json.field("reasons", explanation.reasons)
    json.field("references", explanation.references)
    json.field("signs", explanation.signs)
    json.field("steps", explanation.steps)
    json.endObject()
    json.endLine()
    return json.text
  }

  private static func write(_ cause: Explanation.Likely, to json: inout JSONWriter) {
    json.beginObject()
    json.field("act", cause.act.rawValue)
    json.field("category", cause.category.isEmpty ? nil : cause.category)
    json.field("cause", cause.id)
    json.array("evidence") { json in
      for way in cause.evidence {
        json.beginArray()
        for piece in way { json.value(piece) }
        json.endArray()
      }
    }
    json.field("explain", cause.explain.isEmpty ? nil : cause.explain)
    json.object("fix") { json in
      // A server named twice would be a key given twice; the first stands.
      var seen: Set<String> = []
      for fix in cause.fixes.sorted(by: { JSONReport.precedes($0.server, $1.server) })
      where seen.insert(fix.server).inserted {
        json.field(fix.server, fix.steps)
      }
    }
    if !cause.lookAlikes.isEmpty {
      json.array("look_alikes") { json in
        for other in cause.lookAlikes {
          json.beginObject()
          json.field("cause", other.cause)
          json.field("difference", other.difference)
          json.endObject()
        }
      }
    }
    json.field("noise", cause.isNoise)
    write(cause.probes, to: &json)
    json.field("references", cause.references)
    json.field("severity", cause.severity.name)
    json.field("title", cause.title)
    json.endObject()
  }

  private static func write(_ probes: [Explanation.Probe], to json: inout JSONWriter) {
    guard !probes.isEmpty else { return }
    json.array("probes") { json in
      for probe in probes {
        json.beginObject()
        json.field("does", probe.does.isEmpty ? nil : probe.does)
        json.field("name", probe.name)
        json.endObject()
      }
    }
  }
}
