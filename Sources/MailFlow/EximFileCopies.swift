import EventRules
import LogSyntax
import MailEvents

/// What Exim refuses stands in its main log and, with the message's header, in its reject log (Exim specification, "Log
/// files"): where both files are read, the second is no second event. Known by time and text; a line that is there twice in
/// one file is two events.
struct EximFileCopies: Sendable {
  /// Lines kept at most; beyond that copies are counted as events.
  static let limit = 200_000
  /// How often a line stood in one of the files before, and in this one, by hash.
  private var before: [UInt64: UInt16] = [:]
  private var here: [UInt64: UInt16] = [:]
  /// Lines that found no room.
  private(set) var overflow = 0

  /// The next lines are of another file.
  mutating func beginFile() {
    before.merge(here) { max($0, $1) }
    here = [:]
  }

  /// Whether a line was counted when it was read in another file.
  mutating func isCopy(_ frame: LineFrame, _ head: EventHead, _ bytes: borrowing Span<UInt8>) -> Bool {
    guard frame.form == .eximLog, Self.isRefusal(head.event), frame.time.isKnown else { return false }
    let text = ByteHash.hash(bytes, frame.message, seed: ByteHash.seed)
    let hash = ByteHash.mix(text ^ UInt64(bitPattern: frame.time.microseconds), 0x9E37_79B9_7F4A_7C15)
    guard here[hash] != nil || before.count + here.count < Self.limit else {
      overflow += 1
      return before[hash] != nil
    }
    let count = here[hash, default: 0] &+ 1
    here[hash] = count
    return count <= before[hash, default: 0]
  }

  private static func isRefusal(_ event: EventType) -> Bool {
    switch event {
    case .smtpRejected, .authFailed, .connectionRefused, .connectionProtocolError, .connectionLost: true
    default: false
    }
  }
}
