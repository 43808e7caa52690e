import Following
import LogInput
import LogSyntax
import MailEvents
import MailFlow

extension ScanSession {
  /// A framer that can stand in an array.
  private final class Framing {
    var framer: LineFramer
    var line: Int64 = 1
    init(_ source: LogSource) {
      framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: source.modified)))
    }
  }

  /// Seconds between two looks at inputs that nothing tells of.
  private static let lookInterval: Int32 = 1000

  /// Reads everything, and on as it grows, until it is interrupted. `flush` is called after each chunk, `tick` at least once
  /// a second.
  mutating func follow<Sink: EventSink>(
    into sink: inout Sink, flush: (inout Sink) -> Void, tick: (inout ScanSession, inout Sink) -> Void
  ) {
    Interruption.watch()
    let began = FollowClock.now
    inputs = sources.map { Input(source: $0) }
    let follower = Follower()
    // All are opened before anything is read: what is rotated meanwhile is not lost.
    let followed = sources.indices.filter { add(sources[$0], to: follower) }
    var chunk = LineChunk()
    for number in sources.indices where !followed.contains(number) && inputs[number].problem == nil {
      var input = inputs[number]
      read(sources[number], Int32(number), &input, &chunk, into: &sink, flush: flush) { _ in }
      inputs[number] = input
    }
    let framings = followed.map { Framing(sources[$0]) }
    var current = -1
    while !Interruption.isAsked, follower.count > 0 {
      while !Interruption.isAsked, let index = next(of: follower, &chunk, followed) {
        let number = followed[index]
        if index != current {
          current = index
          scanner.beginFile()
        }
        let framing = framings[index]
        framing.line = scanner.scan(
          chunk.bytes.span, count: chunk.count, firstLine: framing.line, file: Int32(number),
          framer: &framing.framer, into: &sink)
        note(number, lines: framing.line - 1, bytes: follower.bytesRead(of: index))
        flush(&sink)
        tick(&self, &sink)
      }
      seconds = FollowClock.now - began
      tick(&self, &sink)
      if follower.hasEnded { break }
      follower.wait(milliseconds: Self.lookInterval)
    }
    for (framing, number) in zip(framings, followed) { note(framing.framer, sources[number]) }
    seconds = FollowClock.now - began
  }

  /// False for what has ended already: compressed files, and those that another input was rotated to.
  private mutating func add(_ source: LogSource, to follower: Follower) -> Bool {
    if source.isStandardInput {
      follower.addStandardInput(source)
      return true
    }
    if let place = source.journal {
      do throws(InputProblem) {
        try follower.add(journal: source, place, since: scanner.since.microseconds)
        return true
      } catch {
        fail(error)
        return false
      }
    }
    let (directory, name) = RotatedNames.split(source.path)
    let isRotated = sources.contains {
      let other = RotatedNames.split($0.path)
      return other.directory == directory && RotatedNames.suffix(of: name, rotatedFrom: other.name) != nil
    }
    if isRotated || SourceOpener.isCompressed(source.path) { return false }
    if !follower.add(file: source) { Messages.error("\(source.path): waiting for it to appear") }
    return true
  }

  private mutating func next(of follower: Follower, _ chunk: inout LineChunk, _ followed: [Int]) -> Int? {
    do throws(InputProblem) {
      return try follower.read(&chunk)
    } catch {
      fail(error)
      return nil
    }
  }

  private mutating func fail(_ problem: InputProblem) {
    Messages.error("\(problem.path): \(problem.text)")
    for number in inputs.indices where inputs[number].source.path == problem.path {
      inputs[number].problem = problem.text
    }
    failed.append(problem)
  }

  private mutating func note(_ number: Int, lines: Int64, bytes: Int64) {
    inputs[number].lines = lines
    inputs[number].bytes = bytes
    guard scanner.first.isKnown else { return }
    if !inputs[number].first.isKnown || scanner.first < inputs[number].first { inputs[number].first = scanner.first }
    if scanner.last > inputs[number].last { inputs[number].last = scanner.last }
  }
}
