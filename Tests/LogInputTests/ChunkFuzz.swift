import Testing

@testable import LogInput

/// How the bytes arrive does not change the lines.
@Suite struct ChunkFuzz {
  static let seeds = 1...12

  /// Lines of any length and any bytes; some longer than a small buffer, the last perhaps not ended.
  static func log(_ random: inout SeededRandom) -> [UInt8] {
    var bytes = Array(lines(0..<3).utf8)
    for _ in 0..<60 {
      let length = Int.random(in: 0...9, using: &random) == 0 ? 4000 : 200
      for _ in 0..<Int.random(in: 0...length, using: &random) {
        let byte = UInt8.random(in: 0x20...0xFF, using: &random)
        bytes.append(Int.random(in: 0...50, using: &random) == 0 ? [0x00, 0x0D, 0x1B][Int(byte) % 3] : byte)
      }
      bytes.append(0x0A)
    }
    if Bool.random(using: &random) { bytes.removeLast() }
    return bytes
  }

  @Test("lines are the same for any size of the source's reads and any chunk size", arguments: seeds)
  func lineBorders(seed: Int) {
    var random = SeededRandom(seed: seed)
    let bytes = Self.log(&random)
    var expected = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    if bytes.last == 0x0A { expected.removeLast() }
    for (atMost, chunkSize) in [(1, 8192), (7, 5000), (300, 4096), (5000, 4500), (1 << 20, 1 << 20)] {
      for isStandardInput in [false, true] {
        let stream = Dribble(bytes, atMost: atMost, seed: seed)
        let got = Reading(stream, chunkSize: chunkSize, isStandardInput: isStandardInput)
        #expect(got.lines == expected, "reads of at most \(atMost), chunks of \(chunkSize)")
        #expect(got.hasWholeLines)
        #expect(got.problem == nil)
      }
    }
  }

  @Test("lines longer than the chunk are cut at the same place, however they arrive", arguments: seeds)
  func longLines(seed: Int) {
    var random = SeededRandom(seed: seed)
    let bytes = Self.log(&random)
    var expected = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0.prefix(1024)) }
    if bytes.last == 0x0A { expected.removeLast() }
    for atMost in [1, 50, 2000, 1 << 20] {
      let got = Reading(Dribble(bytes, atMost: atMost, seed: seed), chunkSize: 1024)
      #expect(got.lines == expected, "reads of at most \(atMost)")
    }
  }

  @Test("a compressed log gives the same lines as the plain one", arguments: seeds)
  func compressed(seed: Int) {
    var random = SeededRandom(seed: seed)
    let bytes = Self.log(&random)
    let middle = Int.random(in: 0...bytes.count, using: &random)
    let members = gzip(Array(bytes[..<middle])) + gzip(Array(bytes[middle...]))
    for atMost in [1, 100, 1 << 20] {
      let got = Reading(Dribble(members, atMost: atMost, seed: seed))
      #expect(got.bytes == bytes)
      #expect(got.problem == nil)
    }
  }

  @Test("a journal export gives the same lines however it arrives", arguments: seeds)
  func export(seed: Int) {
    let bytes = Array(String(repeating: JournalExportTests.entry, count: 30).utf8) + JournalExportTests.binaryEntry
    let expected = Reading(Dribble(bytes, atMost: 1 << 20)).lines
    #expect(expected.count == 31)
    for atMost in [1, 5, 100] {
      #expect(Reading(Dribble(bytes, atMost: atMost, seed: seed)).lines == expected)
    }
  }

  @Test("a compressed log that is cut anywhere gives a beginning of the text, and a reason", arguments: seeds)
  func cutGzip(seed: Int) {
    var random = SeededRandom(seed: seed)
    let bytes = Self.log(&random)
    let whole = gzip(bytes)
    for _ in 0..<20 {
      let got = Reading(Dribble(Array(whole[..<Int.random(in: 2..<whole.count, using: &random)]), atMost: 4096))
      #expect(bytes.starts(with: got.bytes))
      #expect(got.problem?.text.hasPrefix("truncated gzip stream") == true)
    }
  }

  @Test(
    "damage to any kind of input is survived: some lines, and at most one line to say why no more", arguments: seeds)
  func damage(seed: Int) {
    var random = SeededRandom(seed: seed)
    let entry = Array(JournalExportTests.entry.utf8)
    let inputs = [gzip(lines(0..<200)), entry + JournalExportTests.binaryEntry + entry, gzip(entry + entry)]
    for input in inputs {
      for _ in 0..<60 {
        var bytes = input
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        expectSurvival(bytes, seed)
      }
    }
  }

  @Test("bytes of no meaning are read or refused", arguments: seeds)
  func noise(seed: Int) {
    var random = SeededRandom(seed: seed)
    let starts: [[UInt8]] = [
      [], [0x1F, 0x8B], [0x1F, 0x8B, 8, 0], Array("__CURSOR=".utf8), Array("_BOOT_ID=\n".utf8),
    ]
    for start in starts {
      for _ in 0..<20 {
        let length = Int.random(in: 0...3000, using: &random)
        expectSurvival(start + (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, seed)
      }
    }
  }

  func expectSurvival(_ bytes: [UInt8], _ seed: Int) {
    let got = Reading(Dribble(bytes, atMost: 777, seed: seed), chunkSize: 2048)
    guard let problem = got.problem else { return }
    #expect(!problem.text.contains("\n"), "\(bytes)")
    #expect(problem.nothingRead == got.bytes.isEmpty, "\(bytes)")
  }
}
