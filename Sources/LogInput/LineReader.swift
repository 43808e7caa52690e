import Glibc

/// Reads an input as chunks of whole lines into one reused buffer: memory is bounded by the chunk size, whatever the input.
public final class LineReader {
  /// Largest chunk; a line longer than this is cut there.
  public static let chunkSize = 1 << 20

  private let source: LogSource
  private let bytes: any ByteSource
  private let chunkSize: Int
  private var rest: [UInt8] = []
  /// Inside a line whose beginning was given as a chunk of its own.
  private var isSkipping = false
  private var pending: SourceFailure?
  private var hasEnded = false
  /// More may come behind the end: what has no line feed yet is kept back.
  private var isLive: Bool
  private var isDrained = false

  /// Bytes of text, after decompression.
  public private(set) var bytesRead: Int64 = 0
  /// Of them, bytes of overlong lines that were dropped.
  package private(set) var bytesDropped: Int64 = 0
  /// Bytes of the file or pipe.
  public var consumed: Int64 { bytes.consumed }

  /// Opens an input and finds out what it holds: by its first bytes, never by its name.
  /// Throws ``InputProblem`` when it cannot be opened or holds no log.
  ///
  /// - Parameter isStopped: asked when a signal interrupts a read; true ends the input there.
  public convenience init(
    _ source: LogSource, chunkSize: Int = LineReader.chunkSize,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(InputProblem) {
    self.init(source, bytes: try SourceOpener.open(source, isStopped: isStopped), chunkSize: chunkSize)
  }

  /// Reads what is opened already.
  ///
  /// - Parameter isLive: an end of `bytes` is one for now; ``next(_:)`` may be asked again.
  package init(
    _ source: LogSource, bytes: any ByteSource, chunkSize: Int = LineReader.chunkSize, isLive: Bool = false
  ) {
    self.source = source
    self.isLive = isLive
    self.bytes = bytes
    self.chunkSize = max(1024, chunkSize)
  }

  /// Nothing more will come: what was kept back is given with the next chunk.
  package func endLive() { isLive = false }

  /// The next chunk; false at the end. A stream that breaks off gives what it had before it throws.
  public func next(_ chunk: inout LineChunk) throws(InputProblem) -> Bool {
    if let pending { throw problem(pending) }
    if chunk.bytes.count < chunkSize { chunk.bytes = [UInt8](repeating: 0, count: chunkSize) }
    isDrained = false
    while !hasEnded, !isDrained {
      var filled = rest.count
      for i in 0..<filled { chunk.bytes[i] = rest[i] }
      rest.removeAll(keepingCapacity: true)
      filled = fill(&chunk, from: filled)
      if isSkipping, !skip(&chunk, &filled) { continue }
      chunk.count = wholeLines(&chunk, filled)
      if chunk.count > 0 { return true }
    }
    if let pending { throw problem(pending) }
    return false
  }

  /// Fills the buffer or reaches the end; a failure is kept until what came before it is delivered.
  private func fill(_ chunk: inout LineChunk, from start: Int) -> Int {
    var filled = start
    while filled < chunk.bytes.count {
      do throws(SourceFailure) {
        let count = try bytes.read(into: &chunk.bytes, at: filled)
        if count == 0 {
          if isLive { isDrained = true } else { hasEnded = true }
          break
        }
        filled += count
        bytesRead += Int64(count)
        // A pipe gives what it has: pass it on.
        if source.isStandardInput, filled > chunk.bytes.count / 4 { break }
      } catch {
        pending = error
        hasEnded = true
        break
      }
    }
    return filled
  }

  /// Drops the rest of an overlong line; false when the buffer held nothing else.
  private func skip(_ chunk: inout LineChunk, _ filled: inout Int) -> Bool {
    guard let feed = chunk.bytes[..<filled].firstIndex(of: 0x0A) else {
      bytesDropped += Int64(filled)
      return false
    }
    isSkipping = false
    bytesDropped += Int64(feed + 1)
    let remaining = filled - feed - 1
    for i in 0..<remaining { chunk.bytes[i] = chunk.bytes[feed + 1 + i] }
    filled = remaining
    return true
  }

  private func wholeLines(_ chunk: inout LineChunk, _ filled: Int) -> Int {
    if hasEnded { return filled }
    guard let feed = chunk.bytes[..<filled].lastIndex(of: 0x0A) else {
      if filled == chunk.bytes.count {
        isSkipping = true
        return filled
      }
      rest.append(contentsOf: chunk.bytes[..<filled])
      return 0
    }
    rest.append(contentsOf: chunk.bytes[(feed + 1)..<filled])
    return feed + 1
  }

  private func problem(_ failure: SourceFailure) -> InputProblem {
    let after =
      bytesRead > 0 ? " after \(ByteCount.text(bytesRead)); analysed what could be read" : "; nothing could be read"
    return InputProblem(path: source.path, text: failure.text + after, nothingRead: bytesRead == 0)
  }
}

/// Sizes in words.
enum ByteCount {
  /// `512 bytes`, `1.2 MB`, `3 GB`
  static func text(_ bytes: Int64) -> String {
    if bytes < 1000 { return "\(bytes) bytes" }
    var value = Double(bytes) / 1000
    for unit in ["kB", "MB"] {
      if value < 1000 { return "\(rounded(value)) \(unit)" }
      value /= 1000
    }
    return "\(rounded(value)) GB"
  }

  private static func rounded(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return value >= 100 || tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
