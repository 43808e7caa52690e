import MailEvents
import MailFlow
import Tracing

/// A trace for scripts. Keys are sorted, times are ISO 8601 in UTC, what is not known has no key.
enum TraceJSON {
  static func write(_ trace: Trace, _ frame: TraceReport.Frame, to json: inout JSONWriter) {
    json.beginObject()
    json.field("dropped_lines", trace.dropped)
    json.field("hidden_messages", frame.hidden)
    json.field("log_end", known(trace.logEnd))
    json.array("messages") { json in
      for message in trace.messages { write(message, trace.logEnd, frame, to: &json) }
    }
    json.array("others") { json in
      for step in trace.others { write(step, frame, to: &json) }
    }
    json.field("query", frame.query)
    json.field("schema", 1)
    json.endObject()
  }

  private static func known(_ time: Timestamp) -> Timestamp? { time.isKnown ? time : nil }

  private static func write(
    _ message: TraceMessage, _ logEnd: Timestamp, _ frame: TraceReport.Frame, to json: inout JSONWriter
  ) {
    json.beginObject()
    if !message.client.isEmpty { json.field("client", message.client) }
    json.array("events") { json in
      for event in message.events {
        json.beginObject()
        json.field("event", event.type.name)
        writePlace(event.place, frame, to: &json)
        if let id = event[.emailLocalId] { json.field("queue_id", id) }
        if !event.reason.isEmpty { json.field("reason", event.reason) }
        json.field("rule", event.rule)
        json.field("text", event.text)
        json.field("time", known(event.time))
        json.endObject()
      }
    }
    json.field("first", known(message.first))
    json.field("last", known(message.last))
    if !message.messageID.isEmpty { json.field("message_id", message.messageID) }
    json.field("next_try", message.nextTry)
    json.field("queue_ids", message.queueIDs)
    json.array("recipients") { json in
      for recipient in message.recipients {
        json.beginObject()
        json.field("address", recipient.address)
        json.field("attempts", recipient.attempts)
        json.field("first", known(recipient.first))
        json.field("last", known(recipient.last))
        if !recipient.place.isEmpty { json.field("place", recipient.place) }
        if !recipient.reason.isEmpty { json.field("reason", recipient.reason) }
        if !recipient.response.isEmpty { json.field("response", recipient.response) }
        json.field("status", recipient.status.rawValue)
        json.endObject()
      }
    }
    if message.hasBeginning, message.first.isKnown, message.last.isKnown {
      json.field("seconds", Double(message.last.microseconds - message.first.microseconds) / 1_000_000)
    }
    if let sender = message.sender { json.field("sender", sender) }
    if let size = message.size { json.field("size", size) }
    json.field("status", message.status.rawValue)
    json.array("steps") { json in
      for step in message.steps { write(step, frame, to: &json) }
    }
    if !message.user.isEmpty { json.field("user", message.user) }
    let times = TimeWords(end: logEnd, clock: .utc)
    json.field("verdict", TraceVerdict(message: message, logEnd: logEnd, times: times).text)
    json.endObject()
  }

  private static func write(_ step: TraceMessage.Step, _ frame: TraceReport.Frame, to json: inout JSONWriter) {
    json.beginObject()
    json.field("count", step.count)
    if !step.detail.isEmpty { json.field("detail", step.detail) }
    json.field("failure", step.isFailure)
    writePlace(step.place, frame, to: &json)
    if !step.queueID.isEmpty { json.field("queue_id", step.queueID) }
    json.field("time", known(step.time))
    if step.until > step.time { json.field("until", known(step.until)) }
    json.field("what", step.what)
    json.endObject()
  }

  private static func writePlace(_ place: LinePlace, _ frame: TraceReport.Frame, to json: inout JSONWriter) {
    if frame.paths.indices.contains(Int(place.file)) { json.field("file", frame.paths[Int(place.file)]) }
    json.field("line", place.line)
  }
}
