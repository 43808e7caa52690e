import EventRules
import MailEvents

/// An event on its way into the ledger: what, when and where.
public struct FlowEvent: Sendable {
  public var head: EventHead
  public var time: Timestamp
  public var pid: Int32
  public var server: MailServer
  public var place: LinePlace
  /// The whole line, for the texts that evidence shows.
  public var line: ByteRange

  public init(
    head: EventHead, time: Timestamp, pid: Int32, server: MailServer, place: LinePlace, line: ByteRange
  ) {
    self.head = head
    self.time = time
    self.pid = pid
    self.server = server
    self.place = place
    self.line = line
  }
}
