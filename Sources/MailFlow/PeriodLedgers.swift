import EventRules
import LogSyntax
import MailEvents

/// Two ledgers filled in one pass: of a period, and of the time before it.
public struct PeriodLedgers: EventSink, Sendable {
  public var earlier: Ledger
  public var later: Ledger
  private let split: Timestamp

  /// - Parameter split: when the later period begins. Events without a time belong to it.
  public init(setup: Ledger.Setup, split: Timestamp) {
    earlier = Ledger(setup: setup, startsStream: true)
    later = Ledger(setup: setup, startsStream: true)
    self.split = split
  }

  public mutating func register(program: Int32, name: String) {
    earlier.register(program: program, name: name)
    later.register(program: program, name: name)
  }

  @inline(__always)
  public mutating func receive(
    _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    if event.time.isKnown, event.time < split {
      earlier.add(event, bytes, constants, values)
    } else {
      later.add(event, bytes, constants, values)
    }
  }
}
