import EventRules
import LogSyntax
import MailEvents

/// Exim writes rejects and failed logins to its main and its reject log. In syslog both arrive in one stream, as two equal
/// lines (option `syslog_duplication`, on by default); the second is no second event.
struct EximCopies: Sendable {
  private static let size = 64
  /// Hashes of lines whose copy is awaited, the oldest overwritten first; 0 is free.
  private var awaited = ContiguousArray<UInt64>(repeating: 0, count: size)
  private var next = 0

  /// Whether a line is the copy of one that was counted a moment ago.
  mutating func isCopy(
    _ frame: LineFrame, _ head: EventHead, _ bytes: borrowing Span<UInt8>
  ) -> Bool {
    guard frame.origin == .tagged, head.event == .smtpRejected || head.event == .authFailed,
      TagParser.isExim(bytes, frame.tag)
    else { return false }
    let text = ByteHash.hash(bytes, frame.message, seed: ByteHash.seed)
    let moment = UInt64(bitPattern: frame.time.seconds) ^ UInt64(UInt32(bitPattern: frame.pid)) << 32
    let hash = max(1, ByteHash.mix(text ^ moment, 0x9E37_79B9_7F4A_7C15))
    if let place = awaited.firstIndex(of: hash) {
      awaited[place] = 0
      return true
    }
    awaited[next] = hash
    next = (next + 1) % Self.size
    return false
  }
}
