import MailEvents
import MailFlow

/// Makes messages of lines.
public enum TraceBuilder {
  public static func build(_ collector: TraceCollector) -> Trace {
    let threads = Incarnations(collector.events)
    var trace = Trace()
    trace.logEnd = collector.logEnd
    trace.dropped = collector.dropped
    for group in threads.groups {
      let events = group.sorted(by: isBefore)
      var notices: [UInt64: TraceMessage] = [:]
      for event in events where isNotice(event.type) && event.nextHash != 0 {
        let lines = threads.events(of: event.nextHash, after: event.time).sorted(by: isBefore)
        notices[event.nextHash] = message(lines, notices: [:], logEnd: collector.logEnd)
      }
      trace.messages.append(message(events, notices: notices, logEnd: collector.logEnd))
    }
    trace.messages.sort { ($0.first, $0.queueIDs.first ?? "") < ($1.first, $1.queueIDs.first ?? "") }
    trace.others = StepFolder.others(threads.loose.sorted(by: isBefore))
    return trace
  }

  static func isBefore(_ a: TraceEvent, _ b: TraceEvent) -> Bool {
    a.time != b.time && a.time.isKnown && b.time.isKnown ? a.time < b.time : a.place < b.place
  }

  private static func message(
    _ events: [TraceEvent], notices: [UInt64: TraceMessage], logEnd: Timestamp
  ) -> TraceMessage {
    var message = TraceMessage()
    message.events = events
    for event in events {
      if let id = event[.emailLocalId], !id.isEmpty, !message.queueIDs.contains(id) { message.queueIDs.append(id) }
      if message.messageID.isEmpty, let id = event[.emailMessageId] { message.messageID = id }
      if message.sender == nil, isArrival(event.type) || event.type == .messageQueued {
        message.sender = event[.smtpEnvelopeFrom]
      }
      if message.size == nil, let size = event[.smtpSize] { message.size = Int(size) }
      if message.user.isEmpty, isArrival(event.type), let user = event[.userName] { message.user = user }
      if message.client.isEmpty, isArrival(event.type) {
        message.client = event.peer(.clientDomain, .clientIp) ?? ""
      }
    }
    message.first = events.first { $0.time.isKnown }?.time ?? .unknown
    message.last = events.last { $0.time.isKnown }?.time ?? .unknown
    message.hasBeginning = events.contains { isArrival($0.type) }
    RecipientStories.tell(&message, logEnd: logEnd)
    message.steps = StepFolder.steps(message, notices: notices)
    return message
  }

  /// A message about this one to its sender, which has its own way.
  static func isNotice(_ type: EventType) -> Bool { type == .messageBounceSent || type == .messageDelayWarned }

  static func isArrival(_ type: EventType) -> Bool {
    type == .messageClient || type == .messagePickup || type == .messageReceived
  }
}

/// Groups lines by message. A queue ID that is used again is another message; queue IDs that hand a message on to each
/// other, and lines of other services with its message-id, are one.
struct Incarnations {
  private struct Life {
    var events: [TraceEvent] = []
    var hasMatch = false
    var hasArrival = false
    var isOver = false
    var first: Timestamp { events.first?.time ?? .unknown }
    var last: Timestamp { events.last?.time ?? .unknown }
  }

  private(set) var groups: [[TraceEvent]] = []
  private(set) var loose: [TraceEvent] = []
  private var lives: [Life] = []
  private var parents: [Int] = []
  /// Queue IDs and message-ids in use → their lives, in time order.
  private var byQueue: [UInt64: [Int]] = [:]
  private var byMessage: [UInt64: [Int]] = [:]

  /// Lines that share a message-id over a longer time have nothing to do with each other (seconds).
  private static let messageIDReach: Int64 = 14 * 86_400
  /// Queue IDs that share a message-id and are more than these are a mailing.
  private static let mailingSize = 20

  init(_ events: [TraceEvent]) {
    let ordered = Self.withoutCopies(events.sorted(by: TraceBuilder.isBefore))
    for event in ordered where event.queueHash != 0 { put(event) }
    for event in ordered where event.queueHash == 0 {
      if event.messageHash != 0 { putByMessageID(event) } else { loose.append(event) }
    }
    parents = Array(lives.indices)
    joinByHandOver()
    joinByMessageID()
    var members: [Int: [Int]] = [:]
    for life in lives.indices { members[root(life), default: []].append(life) }
    for group in members.values where group.contains(where: { lives[$0].hasMatch }) {
      groups.append(group.flatMap { lives[$0].events })
    }
  }

  /// The same line in two files (Exim's own log and syslog) is one line.
  private static func withoutCopies(_ events: [TraceEvent]) -> [TraceEvent] {
    struct Line: Hashable {
      var second: Int64
      var rule: String
      var values: [Field: String]
    }
    var seen: [Line: Int32] = [:]
    return events.filter { event in
      guard event.queueHash != 0, event.time.isKnown else { return true }
      let line = Line(second: event.time.seconds, rule: event.rule, values: event.values)
      guard let file = seen[line] else {
        seen[line] = event.place.file
        return true
      }
      return file == event.place.file
    }
  }

  private mutating func put(_ event: TraceEvent) {
    let isArrival = TraceBuilder.isArrival(event.type)
    if let known = byQueue[event.queueHash]?.last, !(isArrival && (lives[known].hasArrival || lives[known].isOver)) {
      add(event, to: known)
      return
    }
    lives.append(Life())
    byQueue[event.queueHash, default: []].append(lives.count - 1)
    add(event, to: lives.count - 1)
  }

  private mutating func add(_ event: TraceEvent, to life: Int) {
    lives[life].events.append(event)
    lives[life].hasMatch = lives[life].hasMatch || event.isMatch
    if TraceBuilder.isArrival(event.type) { lives[life].hasArrival = true }
    if event.type == .messageRemoved || event.type == .messageDeleted { lives[life].isOver = true }
    if event.messageHash != 0, byMessage[event.messageHash]?.contains(life) != true {
      byMessage[event.messageHash, default: []].append(life)
    }
  }

  /// A line without queue ID, as Dovecot writes them: to the life with its message-id that is nearest before it.
  private mutating func putByMessageID(_ event: TraceEvent) {
    let candidates = (byMessage[event.messageHash] ?? []).filter { isNear(lives[$0].first, event.time) }
    let before = candidates.last { lives[$0].first <= event.time || !event.time.isKnown }
    if let life = before ?? candidates.first {
      lives[life].events.append(event)
      lives[life].hasMatch = lives[life].hasMatch || event.isMatch
      return
    }
    lives.append(Life())
    add(event, to: lives.count - 1)
  }

  /// The lines of a queue ID's life that began about a time.
  func events(of queueHash: UInt64, after time: Timestamp) -> [TraceEvent] {
    let all = byQueue[queueHash] ?? []
    let near = all.first { !time.isKnown || lives[$0].last.seconds >= time.seconds - 60 }
    return near.map { lives[$0].events } ?? []
  }

  private func isNear(_ a: Timestamp, _ b: Timestamp) -> Bool {
    !a.isKnown || !b.isKnown || abs(a.seconds - b.seconds) <= Self.messageIDReach
  }

  private mutating func joinByHandOver() {
    for life in lives.indices {
      for event in lives[life].events where event.nextHash != 0 && !TraceBuilder.isNotice(event.type) {
        // The life of the next queue ID that began last before the line that names it (the line is written after).
        let next = byQueue[event.nextHash] ?? []
        let began = next.last { !event.time.isKnown || lives[$0].first.seconds <= event.time.seconds + 60 }
        if let other = began ?? next.first { join(life, other) }
      }
    }
  }

  private mutating func joinByMessageID() {
    for list in byMessage.values where list.count > 1 && list.count <= Self.mailingSize {
      for (a, b) in zip(list, list.dropFirst()) where isNear(lives[a].last, lives[b].first) { join(a, b) }
    }
  }

  private func root(_ life: Int) -> Int {
    var life = life
    while parents[life] != life { life = parents[life] }
    return life
  }

  private mutating func join(_ a: Int, _ b: Int) {
    let (first, second) = (root(a), root(b))
    parents[max(first, second)] = min(first, second)
  }
}
