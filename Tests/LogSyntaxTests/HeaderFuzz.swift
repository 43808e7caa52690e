import MailEvents
import Testing

@testable import LogSyntax

/// No bytes may crash the framer, and whatever it finds lies inside the line, the header before the message.
@Suite struct HeaderFuzz {
  static let lines = MixedFormsTests.lines.map(\.text)
  static let seeds = 1...8

  func isSound(_ line: some Sequence<UInt8>) -> Bool { Framing().frame(Array(line)).isSound }

  @Test("every beginning and every end of every form", arguments: lines)
  func cuts(line: String) {
    let bytes = Array(line.utf8)
    let unsound = bytes.indices.filter { !isSound(bytes[..<$0]) || !isSound(bytes[$0...]) }
    #expect(unsound.isEmpty)
  }

  @Test("lines with bytes changed, dropped and doubled", arguments: seeds)
  func mutations(seed: Int) {
    var random = SeededRandom(seed: seed)
    let pieces = Array("0 9:[](){}<>\"\\,=-+.|\0\r\n\u{1B}\u{FF}".utf8)
    for line in Self.lines {
      for _ in 0..<60 {
        var bytes = Array(line.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes.remove(at: place)
          case 2: bytes.insert(bytes[place], at: place)
          default: bytes[place] = pieces[Int.random(in: pieces.indices, using: &random)]
          }
        }
        guard isSound(bytes) else {
          Issue.record("not sound: \(bytes)")
          return
        }
      }
    }
  }

  @Test("a beginning of one form with the end of another", arguments: seeds)
  func crosses(seed: Int) {
    var random = SeededRandom(seed: seed)
    for head in Self.lines {
      for tail in Self.lines {
        let line =
          head.utf8.prefix(Int.random(in: 0...head.utf8.count, using: &random))
          + tail.utf8.suffix(Int.random(in: 0...tail.utf8.count, using: &random))
        guard isSound(line) else {
          Issue.record("not sound: \(Array(line))")
          return
        }
      }
    }
  }

  @Test("bytes of no meaning", arguments: seeds)
  func noise(seed: Int) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      guard isSound(bytes) else {
        Issue.record("not sound: \(bytes)")
        return
      }
    }
  }

  @Test(
    "deeply nested wrappers end",
    arguments: ["2026-11-23T03:44:04Z stdout F ", "a | ", #"{"log":""#, #"{"a":["#, "<22>", "[", "(", "\u{1B}[1m"])
  func nesting(wrapper: String) {
    #expect(isSound((String(repeating: wrapper, count: 5000) + "x").utf8))
  }
}

/// A time that is written in any form is read back.
@Suite struct ClockFuzz {
  static let seeds = 1...8

  @Test("any second of 1971 to 2199, in every form that writes the year", arguments: seeds)
  func fullDates(seed: Int) {
    var random = SeededRandom(seed: seed)
    let log = Framing()
    for _ in 0..<300 {
      let seconds = Int64.random(in: 31_536_000..<7_258_118_400, using: &random)
      for form in [
        "%Y-%m-%dT%H:%M:%SZ mx exim[1]: x", "%Y-%m-%d %H:%M:%S x", "<22>1 %Y-%m-%dT%H:%M:%S+00:00 mx exim - - - x",
        "%a %Y-%m-%d %H:%M:%S UTC mx exim[1]: x", "%b %e %Y %H:%M:%S mx exim[1]: x",
        "%a %b %e %H:%M:%S %Y mx exim[1]: x",
      ] {
        let line = formatted(seconds, form)
        #expect(log.frame(line).seconds == seconds, "\(line)")
      }
    }
  }

  @Test("a year of lines that leave the year out, up to the file's modification time", arguments: seeds)
  func yearsLeftOut(seed: Int) {
    var random = SeededRandom(seed: seed)
    let end = Int64.random(in: 946_684_800..<4_102_444_800, using: &random)
    let log = Framing(reference: end)
    for seconds in (0..<300).map({ _ in end - Int64.random(in: 0..<360 * 86_400, using: &random) }).sorted() {
      let line = formatted(seconds, "%b %e %H:%M:%S mx exim[1]: x")
      #expect(log.frame(line).seconds == seconds, "\(line), last written \(inWords(end))")
    }
    #expect(log.clockStepsBack == 0)
  }

  @Test("any offset", arguments: seeds)
  func offsets(seed: Int) {
    var random = SeededRandom(seed: seed)
    let log = Framing()
    for _ in 0..<300 {
      let minutes = Int64.random(in: -15 * 60...15 * 60, using: &random)
      let parts = (abs(minutes) / 60, abs(minutes) % 60)
      let digits = [parts.0, parts.1].map { $0 < 10 ? "0\($0)" : "\($0)" }
      let zone = (minutes < 0 ? "-" : "+") + digits.joined(separator: Bool.random(using: &random) ? ":" : "")
      let line = formatted(novemberMorning + minutes * 60, "%Y-%m-%dT%H:%M:%S") + zone + " mx exim[1]: x"
      #expect(log.frame(line).seconds == novemberMorning, "\(line)")
    }
  }
}
