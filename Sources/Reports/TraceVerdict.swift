import MailEvents
import Tracing

/// The last line of a message's story: what became of it, why, and what comes next.
struct TraceVerdict {
  let message: TraceMessage
  let logEnd: Timestamp
  let times: TimeWords

  var text: String {
    switch message.status {
    case .delivered: delivered
    case .waiting: waiting
    case .held: "held: it stays in the queue until an administrator releases it"
    case .bounced: failed("bounced", .bounced)
    case .expired: failed("given up", .expired)
    case .rejected: failed("rejected", .rejected)
    case .discarded: "discarded on purpose; nobody was told"
    case .filtered: "taken by a filter rule"
    case .unknown: "unknown: the log ends before this message does, or its end was not logged"
    }
  }

  private var delivered: String {
    let done = message.recipients.filter { $0.status == .delivered }
    guard let last = done.map(\.last).max() else { return "delivered" }
    let place = done.count == 1 && !done[0].place.isEmpty ? " to \(done[0].place)" : ""
    let recipients = done.count > 1 ? " to \(Figures.counted(done.count, "recipient"))" : ""
    let refused = message.recipients.count { $0.status == .rejected }
    let also = refused > 0 ? "; \(Figures.counted(refused, "recipient")) refused" : ""
    return "delivered" + place + recipients + duration(until: last, " after") + also
  }

  private var waiting: String {
    let open = message.recipients.filter { $0.status == .waiting }
    guard let worst = open.max(by: { $0.last < $1.last }) else {
      return "waiting\(duration(until: logEnd, " for")): nothing was tried yet"
    }
    let who = open.count > 1 ? " for \(Figures.counted(open.count, "recipient"))" : ""
    var text = "waiting\(who)" + duration(until: logEnd, ", for") + ": " + why(worst)
    text += ", " + Figures.counted(worst.attempts, "attempt")
    if let next = message.nextTry {
      text += next > logEnd ? ", next try about \(times.moment(next))" : ", the next try was due \(times.moment(next))"
    }
    for status in [TraceStatus.delivered, .bounced] {
      let others = message.recipients.count { $0.status == status }
      if others > 0 { text += "; \(status.rawValue) for \(Figures.counted(others, "other"))" }
    }
    return text
  }

  private func failed(_ word: String, _ status: TraceStatus) -> String {
    let failed = message.recipients.filter { $0.status == status }
    let done = message.recipients.count { $0.status == .delivered }
    var text = word
    if failed.count > 1 { text += " for \(Figures.counted(failed.count, "recipient"))" }
    if let first = failed.first ?? message.recipients.first { text += ": " + why(first) }
    if done > 0 { text += "; delivered to \(Figures.counted(done, "other"))" }
    return text
  }

  private func why(_ recipient: TraceMessage.Recipient) -> String {
    switch (recipient.reason, recipient.response) {
    case ("", ""): "no reason is logged"
    case ("", let response): response
    case (let reason, ""): reason
    case (let reason, let response): "\(reason) (\(response))"
    }
  }

  private func duration(until end: Timestamp, _ word: String) -> String {
    guard message.hasBeginning, message.first.isKnown, end.isKnown, end >= message.first else { return "" }
    return "\(word) \(Figures.duration(Double(end.microseconds - message.first.microseconds) / 1_000_000))"
  }
}
