import LogSyntax
import MailEvents

/// Entries of Exim's reject log go over several lines: the reject, then the envelope and the headers of the message, then a
/// line of dashes (Exim specification, section 52.10).
struct EximEntry: Sendable {
  /// The last line with a header was Exim's.
  private var isOpen = false

  mutating func note(_ frame: LineFrame) {
    if frame.form != .bare { isOpen = frame.origin == .exim }
  }

  /// Whether a line without a header belongs to the entry before it.
  func continues(_ bytes: borrowing Span<UInt8>, _ frame: LineFrame) -> Bool {
    guard isOpen, frame.message.count > 0 else { return isOpen }
    let first = bytes[frame.message.lower]
    if first == 0x20 || first == 0x09 || first == UInt8(ascii: "-") { return true }
    // `P Received: …`, `* Return-path: …`, `Envelope-from: …`: a name and a colon, with a mark before it or without.
    var i = frame.message.lower
    let end = min(frame.message.upper, i + 80)
    if i + 2 < end, bytes[i + 1] == 0x20 { i += 2 }
    let name = i
    while i < end, bytes[i] > 0x20, bytes[i] < 0x7F, bytes[i] != UInt8(ascii: ":") { i += 1 }
    return i < end && i > name && bytes[i] == UInt8(ascii: ":")
  }
}
