import MailEvents
import Yams

/// Reads `logscan: vocabulary/1`.
struct VocabularyReader {
  let cursor: YAMLCursor

  func read(_ root: Node) -> RuleVocabulary {
    var vocabulary = RuleVocabulary()
    guard
      let top = cursor.mapping(root, of: "a vocabulary", keys: ["logscan", "events", "reasons", "fields", "probes"])
    else { return vocabulary }
    if let events = top["events"] {
      for (key, name, value) in cursor.pairs(events, of: "events") {
        guard let entry = cursor.mapping(value, of: "an event type", keys: ["outcome", "means"]) else {
          continue
        }
        if EventType.named[name] == nil {
          cursor.report(
            key,
            "event type '\(name)' is not one the program knows\(Suggestion.hint(for: name, among: EventType.named.keys))"
          )
        }
        vocabulary.events[name] = (
          entry["outcome"]?.scalarText ?? "unknown", entry["means"]?.scalarText ?? ""
        )
      }
      for type in EventType.allCases where vocabulary.events[type.name] == nil {
        cursor.report(events, "event type '\(type.name)' is missing")
      }
    }
    if let reasons = top["reasons"] {
      for (_, name, value) in cursor.pairs(reasons, of: "reasons") {
        vocabulary.reasons.append((name, value.scalarText ?? ""))
      }
    }
    if let fields = top["fields"] {
      for (key, name, value) in cursor.pairs(fields, of: "fields") {
        guard let entry = cursor.mapping(value, of: "a field", keys: ["type", "means"]) else { continue }
        if Field.named[name] == nil {
          cursor.report(key, "field '\(name)' is not one the program knows")
        }
        vocabulary.fields[name] = (entry["type"]?.scalarText ?? "text", entry["means"]?.scalarText ?? "")
      }
      for field in Field.allCases where !field.isDerived && vocabulary.fields[field.name] == nil {
        cursor.report(fields, "field '\(field.name)' is missing")
      }
    }
    if let probes = top["probes"] {
      for (_, name, value) in cursor.pairs(probes, of: "probes") {
        vocabulary.probes[name] = value.scalarText ?? ""
      }
    }
    return vocabulary
  }
}
