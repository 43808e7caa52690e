@testable import LogInput

/// What a reader gives of an input: its lines, and the problem that ended it.
struct Reading {
  var bytes: [UInt8] = []
  /// Without their line feeds. A chunk ends a line, too: one that was too long.
  var lines: [[UInt8]] = []
  var problem: InputProblem?
  /// Whether every chunk but the last ended in a line feed or was full.
  var hasWholeLines = true

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Reads a file.
  init(_ path: String, chunkSize: Int = LineReader.chunkSize) {
    read(chunkSize) { source throws(InputProblem) in
      try LineReader(source, chunkSize: chunkSize)
    } of: {
      LogSource(path: path, modified: 0, size: 1)
    }
  }

  /// Reads a stream as if it came out of the file `mail.log`.
  init(_ stream: any ByteSource, chunkSize: Int = LineReader.chunkSize, isStandardInput: Bool = false) {
    read(chunkSize) { source throws(InputProblem) in
      LineReader(source, bytes: try SourceOpener.decode(stream, source), chunkSize: chunkSize)
    } of: {
      LogSource(path: "mail.log", modified: 0, size: 1, isStandardInput: isStandardInput)
    }
  }

  private mutating func read(
    _ chunkSize: Int, _ open: (LogSource) throws(InputProblem) -> LineReader, of source: () -> LogSource
  ) {
    do throws(InputProblem) {
      let reader = try open(source())
      var chunk = LineChunk()
      while try reader.next(&chunk) {
        let new = chunk.bytes[..<chunk.count]
        if bytes.last.map({ $0 != 0x0A }) == true, lines.last?.count != chunkSize { hasWholeLines = false }
        bytes += new
        lines += new.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        if new.last == 0x0A { lines.removeLast() }
      }
    } catch {
      problem = error
    }
  }
}

/// A stream that gives few bytes at a time, as a slow pipe does, and may break off.
final class Dribble: ByteSource {
  private var bytes: ArraySlice<UInt8>
  private let failure: SourceFailure?
  private var sizes: SeededRandom
  private let largest: Int

  var consumed: Int64 { Int64(bytes.startIndex) }

  /// - Parameters:
  ///   - largest: a read gives 1 to so many bytes.
  ///   - failure: what happens at the end; nil is a proper end.
  init(_ bytes: [UInt8], atMost largest: Int, seed: Int = 1, failure: SourceFailure? = nil) {
    self.bytes = bytes[...]
    self.largest = largest
    self.failure = failure
    sizes = SeededRandom(seed: seed)
  }

  func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    if bytes.isEmpty, let failure { throw failure }
    let count = min(Int.random(in: 1...largest, using: &sizes), bytes.count, buffer.count - start)
    buffer.replaceSubrange(start..<(start + count), with: bytes.prefix(count))
    bytes = bytes.dropFirst(count)
    return count
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
