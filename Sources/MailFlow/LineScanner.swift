import EventRules
import LogSyntax
import MailEvents

/// What takes events: the ledger, or the writer of `logscan events`.
public protocol EventSink {
  mutating func register(program: Int32, name: String)
  mutating func receive(
    _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues)
  /// A mail program's line that no rule takes. The frame's ranges are offsets into `bytes`.
  mutating func miss(_ frame: LineFrame, _ program: Int32, _ bytes: borrowing Span<UInt8>, _ place: LinePlace)
}

extension EventSink {
  @inline(__always)
  public mutating func miss(
    _ frame: LineFrame, _ program: Int32, _ bytes: borrowing Span<UInt8>, _ place: LinePlace
  ) {}
}

extension Ledger: EventSink {
  public mutating func receive(
    _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    add(event, bytes, constants, values)
  }
}

/// From chunks of lines to events: frames each line, classifies it and hands the event on. Counts what it could not use.
public struct LineScanner: ~Copyable, Sendable {
  public struct Counts: Sendable, Equatable {
    public var total: Int64 = 0
    public var recognised: Int64 = 0
    public var unrecognised: Int64 = 0
    public var foreign: Int64 = 0
    public var malformed: Int64 = 0
    /// Of the recognised: second copies of an entry, which are no events.
    public var copies: Int64 = 0
    /// Parts of an entry that began on a line before (headers in Exim's reject log), and blank lines.
    public var continued: Int64 = 0
    /// Outside the time asked for.
    public var outside: Int64 = 0
    /// Longer than the limit; what is behind it was not read.
    public var cut: Int64 = 0

    public mutating func merge(_ other: Counts) {
      total += other.total
      recognised += other.recognised
      unrecognised += other.unrecognised
      foreign += other.foreign
      malformed += other.malformed
      copies += other.copies
      continued += other.continued
      outside += other.outside
      cut += other.cut
    }
  }

  public private(set) var classifier: LineClassifier
  public private(set) var counts = Counts()
  public private(set) var shapes = LineShapes()
  /// First and last time seen in the current file.
  public private(set) var first = Timestamp.unknown
  public private(set) var last = Timestamp.unknown
  public private(set) var hosts: Set<[UInt8]> = []
  /// Lines outside are counted and not used.
  public var since = Timestamp(microseconds: .min + 1)
  public var until = Timestamp(microseconds: .max)
  /// Lines before it belong to an earlier period: they are counted apart, not in ``counts``.
  public var split = Timestamp(microseconds: .min + 1)
  private(set) var earlierCounts = Counts()
  private var earlierShapes = LineShapes()
  private var isEarlier = false

  private var head = EventHead()
  private var values = FieldValues()
  private var lastHost: [UInt8] = []
  private var registered = 0
  /// The line before, in the current chunk; empty at its beginning.
  private var previous = ByteRange.none
  /// The last line of the chunk before.
  private var carried: [UInt8] = []
  private var copies = EximCopies()
  private var fileCopies = EximFileCopies()
  /// Refusals that were not compared with those of other files, for want of room.
  public var uncomparedRefusals: Int { fileCopies.overflow }
  private var entry = EximEntry()
  private var steps = ClockSteps()

  /// Of a longer line so many bytes are read.
  public static let lineLimit = 1 << 16
  /// A repetition beyond this is taken for an error of the log.
  static let repeatLimit: Int32 = 100_000

  public init(classifier: LineClassifier) {
    self.classifier = classifier
  }

  /// Starts a new file: its first and last times are counted anew.
  public mutating func beginFile() {
    first = .unknown
    last = .unknown
    carried = []
    copies = EximCopies()
    fileCopies.beginFile()
    entry = EximEntry()
    steps.begin()
  }

  /// Scans bytes[0..<count], whole lines, of which the first has the number `firstLine`. Returns the number of the line
  /// that follows. Lines longer than ``lineLimit`` are cut and counted.
  @discardableResult
  public mutating func scan(
    _ bytes: borrowing Span<UInt8>, count: Int, firstLine: Int64, file: Int32,
    framer: inout LineFramer, into sink: inout some EventSink
  ) -> Int64 {
    var position = 0
    var number = firstLine
    previous = .none
    while position < count {
      let end = NewlineSearch.next(bytes, position, count)
      if end > position {
        if end - position > Self.lineLimit { counts.cut += 1 }
        let line = ByteRange(position, min(end, position + Self.lineLimit))
        if scan(line: line, bytes, number, file, &framer, &sink) { previous = line }
      } else {
        counts.total += 1
        counts.continued += 1
      }
      position = end + 1
      number += 1
    }
    if !previous.isEmpty {
      carried.removeAll(keepingCapacity: true)
      for i in previous.lower..<previous.upper { carried.append(bytes[i]) }
    }
    return number
  }

  private mutating func changePeriod() {
    swap(&counts, &earlierCounts)
    swap(&shapes, &earlierShapes)
    isEarlier.toggle()
  }

  /// Ends the input: ``counts`` and ``shapes`` are those of the later period, and what belongs to neither is outside.
  public mutating func finish() {
    if isEarlier { changePeriod() }
    counts.total += earlierCounts.outside
    counts.outside += earlierCounts.outside
    earlierCounts.total -= earlierCounts.outside
    earlierCounts.outside = 0
  }

  /// Returns whether the line may be meant by a following `last message repeated`.
  @inline(__always)
  private mutating func scan(
    line: ByteRange, _ bytes: borrowing Span<UInt8>, _ number: Int64, _ file: Int32,
    _ framer: inout LineFramer, _ sink: inout some EventSink
  ) -> Bool {
    let frame = framer.frame(bytes, line)
    if frame.time.isKnown, (frame.time < split) != isEarlier { changePeriod() }
    counts.total += 1
    if frame.time.isKnown {
      if !first.isKnown || frame.time < first { first = frame.time }
      if !last.isKnown || frame.time > last { last = frame.time }
      if frame.time < since || frame.time > until {
        counts.outside += 1
        return false
      }
    }
    let place = LinePlace(file: file, line: number)
    if frame.repeats > 0, frame.message.isEmpty {
      counts.recognised += 1
      repeatPrevious(frame.repeats, bytes, place, &framer, &sink)
      return false
    }
    if frame.inScratch {
      let scratch = framer.scratch
      use(frame, scratch.span, frame.message, place, &sink)
    } else {
      use(frame, bytes, ByteRange(line.lower + Int(frame.prefix), line.upper), place, &sink)
    }
    return true
  }

  @inline(__always)
  private mutating func use(
    _ frame: LineFrame, _ bytes: borrowing Span<UInt8>, _ line: ByteRange, _ place: LinePlace,
    _ sink: inout some EventSink
  ) {
    noteHost(frame.host, bytes)
    steps.note(frame.time)
    let outcome = classifier.classify(bytes, frame, &head, &values)
    entry.note(frame)
    if Int(head.program) >= registered { register(&sink) }
    switch outcome {
    case .recognised:
      counts.recognised += 1
      if copies.isCopy(frame, head, bytes) || fileCopies.isCopy(frame, head, bytes) {
        counts.copies += 1
        return
      }
      let event = event(frame, place, line)
      for _ in 0..<max(1, min(frame.repeats, Self.repeatLimit)) {
        sink.receive(event, frame, bytes, classifier.constants.span, values)
      }
    case .muted: counts.recognised += 1
    case .unrecognised:
      counts.unrecognised += 1
      sink.miss(frame, head.program, bytes, place)
      shapes.add(
        program: Array(classifier.programs[Int(head.program)].name.utf8), bytes, message: frame.message,
        line: line, at: place)
    case .foreign: counts.foreign += 1
    case .malformed:
      if entry.continues(bytes, frame) || Self.isRemark(bytes, frame) {
        counts.continued += 1
      } else {
        counts.malformed += 1
      }
    }
  }

  /// `-- Boot 5f2a… --`: what journalctl itself says between entries.
  private static func isRemark(_ bytes: borrowing Span<UInt8>, _ frame: LineFrame) -> Bool {
    guard frame.message.count > 3 else { return false }
    let start = frame.message.lower
    return bytes[start] == UInt8(ascii: "-") && bytes[start + 1] == UInt8(ascii: "-") && bytes[start + 2] == 0x20
  }

  @inline(__always)
  private func event(_ frame: LineFrame, _ place: LinePlace, _ line: ByteRange) -> FlowEvent {
    FlowEvent(
      head: head, time: frame.time, pid: frame.pid,
      server: classifier.programs[Int(head.program)].server, place: place, line: line)
  }

  /// Tells a sink of all programs again: others may have been told of some of them.
  public mutating func registerAgain(_ sink: inout some EventSink) {
    registered = 0
    register(&sink)
  }

  private mutating func register(_ sink: inout some EventSink) {
    while registered < classifier.programs.count {
      sink.register(program: Int32(registered), name: classifier.programs[registered].name)
      registered += 1
    }
  }

  @inline(__always)
  private mutating func noteHost(_ host: ByteRange, _ bytes: borrowing Span<UInt8>) {
    guard !host.isEmpty else { return }
    if host.count == lastHost.count {
      var i = 0
      while i < lastHost.count, lastHost[i] == bytes[host.lower + i] { i += 1 }
      if i == lastHost.count { return }
    }
    steps.begin()
    lastHost.removeAll(keepingCapacity: true)
    for i in host.lower..<min(host.upper, host.lower + 255) { lastHost.append(bytes[i]) }
    if hosts.count < 64 { hosts.insert(lastHost) }
  }

  /// Lines of mail programs that no rule knows, so many in a hundred, are worth a word.
  private static let unrecognisedShare = 5
  /// Of fewer lines nothing is said.
  private static let leastUnrecognised: Int64 = 10

  /// Puts what was observed of the log as a whole behind its last line.
  public mutating func observeLog(into sink: inout some EventSink) {
    if let step = steps.largest {
      observe("the time goes back by \(step.seconds) s, \(steps.count) times in all", at: step.time, into: &sink)
    }
    let known = counts.recognised + counts.unrecognised
    let share = known > 0 ? Int(counts.unrecognised * 100 / known) : 0
    if counts.unrecognised >= Self.leastUnrecognised, share >= Self.unrecognisedShare {
      observe("\(share) % of the lines of mail programs were not recognised", at: last, into: &sink)
    }
  }

  /// Ends a ledger: with the silences that show only when it is full.
  public mutating func complete(_ ledger: inout Ledger) {
    for silence in ledger.silences() { observe(silence.text, at: silence.start, into: &ledger) }
    ledger.finish()
  }

  /// Something observed of the log as a whole, as a line that rules read.
  private mutating func observe(_ text: String, at time: Timestamp, into sink: inout some EventSink) {
    let tag = Array(LineClassifier.logProgram.utf8)
    let bytes = Array(text.utf8) + tag + LineClassifier.observation.utf8
    var frame = LineFrame()
    frame.form = .rfc3164
    frame.time = time
    frame.message = ByteRange(0, text.utf8.count)
    frame.tag = ByteRange(frame.message.upper, frame.message.upper + tag.count)
    frame.process = ByteRange(frame.tag.upper, bytes.count)
    guard classifier.classify(bytes.span, frame, &head, &values) == .recognised else { return }
    if Int(head.program) >= registered { register(&sink) }
    let event = event(frame, .none, frame.message)
    sink.receive(event, frame, bytes.span, classifier.constants.span, values)
  }

  // MARK: Repetitions

  /// `last message repeated N times`: the line before counts so many times more.
  private mutating func repeatPrevious(
    _ times: Int32, _ bytes: borrowing Span<UInt8>, _ place: LinePlace, _ framer: inout LineFramer,
    _ sink: inout some EventSink
  ) {
    if previous.isEmpty {
      let line = carried
      guard !line.isEmpty else { return }
      receive(ByteRange(0, line.count), line.span, place, times, &framer, &sink)
    } else {
      receive(previous, bytes, place, times, &framer, &sink)
    }
  }

  private mutating func receive(
    _ line: ByteRange, _ bytes: borrowing Span<UInt8>, _ place: LinePlace, _ times: Int32,
    _ framer: inout LineFramer, _ sink: inout some EventSink
  ) {
    let frame = framer.frame(bytes, line)
    guard !frame.inScratch, frame.repeats == 0,
      classifier.classify(bytes, frame, &head, &values) == .recognised
    else { return }
    let event = event(frame, place, line)
    for _ in 0..<min(times, Self.repeatLimit) {
      sink.receive(event, frame, bytes, classifier.constants.span, values)
    }
  }
}
