import Glibc
import MailEvents

@testable import LogSyntax

/// A framed line with its ranges as text, so that an expectation reads like the line.
struct FramedLine {
  let frame: LineFrame
  /// Whether every range lies inside the line, or inside the scratch buffer, and header comes before message.
  let isSound: Bool
  let host: String
  let tag: String
  let process: String
  let user: String
  let session: String
  let client: String
  let message: String
  let messageBytes: [UInt8]

  /// Seconds and microseconds since 1970; nil without a time.
  var seconds: Int64? { frame.time.isKnown ? frame.time.seconds : nil }
  var microsecond: Int64? { frame.time.isKnown ? frame.time.microseconds % 1_000_000 : nil }

  /// - Parameter limits: where the line stands in `bytes`.
  init(_ frame: LineFrame, _ bytes: [UInt8], limits: Range<Int>) {
    func bytesOf(_ range: ByteRange) -> [UInt8] {
      range.isEmpty || range.start < 0 || range.upper > bytes.count ? [] : Array(bytes[range.lower..<range.upper])
    }
    func text(_ range: ByteRange) -> String { String(decoding: bytesOf(range), as: UTF8.self) }
    self.frame = frame
    host = text(frame.host)
    tag = text(frame.tag)
    process = text(frame.process)
    user = text(frame.user)
    session = text(frame.session)
    client = text(frame.client)
    messageBytes = bytesOf(frame.message)
    message = text(frame.message)
    isSound = Self.isSound(frame, limits)
  }

  private static func isSound(_ frame: LineFrame, _ limits: Range<Int>) -> Bool {
    let inner = [frame.process, frame.user, frame.session, frame.client]
    let areInside = ([frame.host, frame.tag, frame.message] + inner).allSatisfy { range in
      range.start <= range.end
        && (range.isEmpty || range.lower >= limits.lowerBound && range.upper <= limits.upperBound)
    }
    // The journal writes its fields in any order; everything else is a line from left to right.
    guard frame.form != .journalJSON else { return areInside }
    let header = [frame.host, frame.tag, frame.process, frame.user].filter { !$0.isEmpty }
    let isInOrder = zip(header, header.dropFirst()).allSatisfy { $0.upper <= $1.lower }
    let isBeforeMessage = frame.message.isEmpty || (header + inner).allSatisfy { $0.upper <= frame.message.lower }
    return areInside && isInOrder && isBeforeMessage
  }
}

/// 2026-11-23 03:44:04 UTC.
let novemberMorning: Int64 = 1_795_405_444

/// One input's lines, framed one after the other.
final class Framing {
  private var framer: LineFramer

  /// - Parameters:
  ///   - reference: when the input was last written, in seconds since 1970.
  ///   - isLocal: stamps without zone are of the process's zone, not of UTC.
  init(reference: Int64 = novemberMorning + 3600, isLocal: Bool = false) {
    if !isLocal { LocalZone.useUTC() }
    framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: reference)))
  }

  var inferredYears: Bool { framer.inferredYears }
  var usedLocalZone: Bool { framer.usedLocalZone }
  var clockStepsBack: Int { framer.clockStepsBack }

  @discardableResult
  func frame(_ line: String) -> FramedLine { frame(Array(line.utf8)) }

  /// Frames `line` where it stands in a bigger buffer, so that a range from 0 is not taken for the right one by chance.
  @discardableResult
  func frame(_ line: [UInt8]) -> FramedLine {
    let before = Array("before\n".utf8)
    let bytes = before + line + Array("\nNov 23 03:44:04 after".utf8)
    let limits = before.count..<(before.count + line.count)
    let frame = framer.frame(bytes.span, ByteRange(limits.lowerBound, limits.upperBound))
    guard frame.inScratch else { return FramedLine(frame, bytes, limits: limits) }
    return FramedLine(frame, framer.scratch, limits: 0..<framer.scratch.count)
  }

  /// A line that stands alone.
  static func frame(_ line: String) -> FramedLine { Framing().frame(line) }
}

/// The zone belongs to the process: tests run side by side in UTC, and a test of another zone in a process of its own.
enum LocalZone {
  private static let isUTC: Bool = {
    use("UTC")
    return true
  }()

  static func useUTC() { _ = isUTC }

  /// As in `TZ`. For a process of one's own.
  static func use(_ name: String) {
    setenv("TZ", name, 1)
    tzset()
  }
}

/// Repeatable randomness (SplitMix64): a failure is found again by its seed.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
