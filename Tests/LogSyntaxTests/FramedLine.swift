import Glibc
import MailEvents

@testable import LogSyntax

/// A framed line with its ranges as text, so that an expectation reads like the line.
struct FramedLine {
  let frame: LineFrame
  let host: String
  let tag: String
  let process: String
  let user: String
  let session: String
  let client: String
  let message: String

  /// Seconds and microseconds since 1970; nil without a time.
  var seconds: Int64? { frame.time.isKnown ? frame.time.seconds : nil }
  var microsecond: Int64? { frame.time.isKnown ? frame.time.microseconds % 1_000_000 : nil }

  init(_ frame: LineFrame, _ bytes: [UInt8]) {
    func text(_ range: ByteRange) -> String {
      range.isEmpty ? "" : String(decoding: bytes[range.lower..<range.upper], as: UTF8.self)
    }
    self.frame = frame
    host = text(frame.host)
    tag = text(frame.tag)
    process = text(frame.process)
    user = text(frame.user)
    session = text(frame.session)
    client = text(frame.client)
    message = text(frame.message)
  }

  /// Whether all ranges lie inside a buffer of `count` bytes, in order.
  static func isInside(_ frame: LineFrame, _ count: Int) -> Bool {
    let ranges = [
      frame.host, frame.tag, frame.process, frame.user, frame.session, frame.client, frame.message,
    ]
    return ranges.allSatisfy { $0.start >= 0 && $0.start <= $0.end && Int($0.end) <= count }
  }
}

/// 2026-11-23 03:44:04 UTC.
let novemberMorning: Int64 = 1_795_405_444

extension LineFramer {
  /// Frames `line` where it stands in a bigger buffer, so that a range from 0 is not taken for the right one by chance.
  mutating func framed(_ line: String) -> FramedLine { framed(Array(line.utf8)) }

  mutating func framed(_ line: [UInt8]) -> FramedLine {
    let before = Array("before\n".utf8)
    let bytes = before + line + Array("\nNov 23 03:44:04 after".utf8)
    let frame = frame(bytes.span, ByteRange(before.count, before.count + line.count))
    return FramedLine(frame, frame.inScratch ? scratch : bytes)
  }
}

/// The zone of stamps that do not write theirs.
enum LocalZone {
  static func use(_ name: String) {
    setenv("TZ", name, 1)
    tzset()
  }
}
