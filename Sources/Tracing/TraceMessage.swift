import MailEvents
import MailFlow

/// What became of a message, or of one of its recipients.
public enum TraceStatus: String, Sendable, CaseIterable {
  case delivered, waiting, held, bounced, expired, rejected, discarded, filtered, unknown
}

/// One message on its whole way: all queue IDs it had here, and what other services wrote of it.
public struct TraceMessage: Sendable {
  /// One recipient's story.
  public struct Recipient: Sendable {
    public var address: String
    public var status = TraceStatus.unknown
    /// Tries of the last queue ID that carried it.
    public var attempts = 0
    public var first = Timestamp.unknown
    public var last = Timestamp.unknown
    /// Where it went or failed: relay, mailbox or command.
    public var place = ""
    /// What the mail store's own line says, which comes before that of the server.
    var mailbox = ""
    /// The last answer or error, as logged (untrusted).
    public var response = ""
    public var reason = ""
  }

  /// A step of the way; steps that repeat are one.
  public struct Step: Sendable {
    public var time: Timestamp
    public var until: Timestamp
    public var count = 1
    public var what: String
    public var detail = ""
    public var queueID = ""
    public var place: LinePlace
    public var isFailure = false
  }

  public var queueIDs: [String] = []
  public var messageID = ""
  /// Envelope sender; empty for the null sender, nil when it is not in the log.
  public var sender: String?
  public var user = ""
  public var client = ""
  public var size: Int?
  public var recipients: [Recipient] = []
  public var steps: [Step] = []
  public var events: [TraceEvent] = []
  public var status = TraceStatus.unknown
  /// Arrival, or the first line there is.
  public var first = Timestamp.unknown
  public var last = Timestamp.unknown
  /// The first line is its arrival.
  public var hasBeginning = false
  /// When a waiting message is likely tried next, by the server's usual schedule.
  public var nextTry: Timestamp?
}

/// What a trace found.
public struct Trace: Sendable {
  public var messages: [TraceMessage] = []
  /// Lines that match and belong to no message: refused commands, logins, connections. Repetitions are one.
  public var others: [TraceMessage.Step] = []
  public var logEnd = Timestamp.unknown
  /// Lines that found no room.
  public var dropped = 0
}
