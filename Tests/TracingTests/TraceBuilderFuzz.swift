import EventRules
import LogSyntax
import MailEvents
import MailFlow
import RuleFiles
import Testing

@testable import Tracing

/// Any lines in any order make a trace that holds each line once.
@Suite struct TraceBuilderFuzz {
  static let types: [EventType] = [
    .messageClient, .messagePickup, .messageReceived, .messageId, .messageQueued, .messageRemoved, .messageHeld,
    .messageReleased, .messageBounceSent, .messageStored, .deliverySent, .deliveryDeferred, .deliveryBounced,
    .deliverySuspended, .smtpRejected, .authFailed, .connectionOpened, .messageDiscarded, .messageExpired,
  ]

  /// A line with a few values out of a few names, so that they meet.
  static func event(_ line: Int64, _ random: inout SystemRandomNumberGenerator) -> TraceEvent {
    var values: [Field: String] = [:]
    func name(_ letters: String) -> (text: String, hash: UInt64) {
      let number = Int.random(in: 0...3, using: &random)
      return ("\(letters)\(number)", number == 0 ? 0 : UInt64(letters.utf8.first!) << 8 | UInt64(number))
    }
    let (queue, next, message) = (name("Q"), name("Q"), name("M"))
    if queue.hash != 0 { values[.emailLocalId] = queue.text }
    values[.smtpEnvelopeTo] = "\(name("r").text)@example.org"
    values[.smtpResponseText] = "said\u{1B}[0m"
    return TraceEvent(
      time: Bool.random(using: &random) ? Timestamp(seconds: 1_700_000_000 + line * 10) : .unknown,
      type: types.randomElement(using: &random)!, direction: .unknown, reason: "", server: .postfix,
      program: "postfix/smtp", rule: "r", place: LinePlace(file: 0, line: line), text: "line \(line)", values: values,
      isMatch: Int.random(in: 0...2, using: &random) == 0, queueHash: queue.hash,
      nextHash: Bool.random(using: &random) ? next.hash : 0, messageHash: message.hash, sessionHash: 0)
  }

  @Test("each line is in one group at most, and every group holds a line that was looked for")
  func groups() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let count = Int.random(in: 0...40, using: &random)
      let events = (0..<count).map { Self.event(Int64($0), &random) }
      let found = Incarnations(events)
      let grouped = found.groups.joined().map(\.place.line) + found.loose.map(\.place.line)
      #expect(Set(grouped).count == grouped.count, "\(events)")
      for group in found.groups { #expect(group.contains { $0.isMatch }) }
      let matches = events.filter { $0.isMatch && $0.queueHash != 0 }.map(\.place.line)
      #expect(Set(matches).isSubset(of: Set(grouped)), "\(events)")
    }
  }
}
