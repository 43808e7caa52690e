import ArgumentParser
import EventRules
import Glibc
import JournalInput
import LogInput
import LogSyntax
import MailEvents
import MailFlow
import RuleFiles
import RunState

/// Reads all inputs in order into one sink. What goes wrong with one input never stops the rest.
struct ScanSession: ~Copyable {
  struct Input {
    var source: LogSource
    var bytes: Int64 = 0
    var lines: Int64 = 0
    var first = Timestamp.unknown
    var last = Timestamp.unknown
    var problem: String?
  }

  var scanner: LineScanner
  var inputs: [Input] = []
  /// Inputs that could not even be opened.
  var failed: [InputProblem] = []
  private(set) var isPartial = false
  var assumptions: Set<String> = []
  var seconds = 0.0
  private let plan: InputPlan

  /// Says nothing of what is wrong with the inputs: that was said before.
  private var isQuiet = false

  /// Where the run before ended, and how far this one is.
  private let progress: RunProgress?

  init(options: InputOptions, classifier: LineClassifier, progress: RunProgress? = nil) throws {
    try self.init(options: options, choice: try options.chosen(), classifier: classifier, progress: progress)
  }

  /// Reads the same inputs once more.
  init(again other: borrowing ScanSession, classifier: LineClassifier) {
    plan = other.plan
    progress = nil
    isQuiet = true
    scanner = LineScanner(classifier: classifier)
    scanner.since = other.scanner.since
    scanner.until = other.scanner.until
  }

  init(
    options: InputOptions, choice: InputOptions.Choice, classifier: LineClassifier, progress: RunProgress? = nil
  ) throws {
    if let zone = options.timezone { try Self.use(zone: zone) }
    tzset()
    // What is followed may come later.
    let late = options.follow ? choice.paths.filter { $0 != "-" && access($0, F_OK) != 0 && errno == ENOENT } : []
    let paths = choice.paths.filter { !late.contains($0) }
    var plan = InputPlanner.plan(paths: paths, firstTime: Self.firstTime)
    plan.sources += late.map { LogSource(path: $0, modified: Int64(time(nil)), size: 0) }
    self.progress = progress
    if let progress { plan.sources = Self.unread(plan.sources, progress) }
    if let place = choice.journal {
      let (usable, problems) = JournalFiles.check(place)
      if let usable { plan.sources.append(LogSource(journal: usable, now: Int64(time(nil)))) }
      plan.problems += problems
    }
    self.plan = plan
    scanner = LineScanner(classifier: classifier)
    if let since = options.since.flatMap({ TimeArgument.parse($0) }) { scanner.since = since }
    if let until = options.until.flatMap({ TimeArgument.parse($0) }) { scanner.until = until }
    failed = plan.problems
    for problem in plan.problems { Messages.error("\(problem.path): \(problem.text)") }
    for skipped in plan.skipped { Messages.error("\(skipped.path): \(skipped.why)") }
  }

  /// What is new in logs since the run before.
  private static func unread(_ sources: [LogSource], _ progress: RunProgress) -> [LogSource] {
    let (paths, lost) = progress.plan(sources.map(\.path))
    for path in lost {
      Messages.error("\(path): where the last run ended is gone; lines may be missing, what is there is read")
    }
    return paths.map { path in
      var info = stat()
      let isThere = stat(path, &info) == 0
      return LogSource(
        path: path, modified: isThere ? Int64(info.st_mtim.tv_sec) : Int64(time(nil)), size: Int64(info.st_size))
    }
  }

  /// A name of the time zone database, or POSIX's form (`CET-1CEST`). The C library takes any other for UTC without a word.
  private static func use(zone: String) throws {
    let isFile = !zone.hasPrefix("/") && !zone.contains("..") && access("/usr/share/zoneinfo/\(zone)", R_OK) == 0
    let letters = zone.prefix { $0.isASCII && $0.isLetter }
    let isRule = letters.count >= 3 && zone.dropFirst(letters.count).first.map { "+-0123456789".contains($0) } ?? false
    guard isFile || isRule || zone == "UTC" else {
      Messages.error("--timezone: unknown time zone '\(zone)'; give one as 'Europe/Berlin'")
      throw ExitCode(Status.usage)
    }
    setenv("TZ", zone, 1)
  }

  var sources: [LogSource] { plan.sources }

  /// The time of the first line that has one.
  private static func firstTime(_ bytes: [UInt8], _ modified: Int64) -> Int64? {
    var framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: modified)))
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      if end > start {
        let frame = framer.frame(bytes.span, ByteRange(start, end))
        if frame.time.isKnown { return frame.time.microseconds }
      }
      start = end + 1
    }
    return nil
  }

  /// Reads everything. `flush` is called after each chunk and at the end.
  mutating func run<Sink: EventSink>(into sink: inout Sink, flush: (inout Sink) -> Void) {
    Interruption.watch()
    var progress = Progress(total: plan.sources.reduce(0) { $0 + $1.size })
    var done: Int64 = 0
    var chunk = LineChunk()
    for (number, source) in plan.sources.enumerated() {
      var input = Input(source: source)
      read(source, Int32(number), &input, &chunk, into: &sink, flush: flush) { progress.update(done: done + $0) }
      done += source.size
      inputs.append(input)
      if Interruption.isAsked {
        isPartial = true
        break
      }
    }
    flush(&sink)
    progress.clear()
    seconds = progress.elapsed
  }

  mutating func read<Sink: EventSink>(
    _ source: LogSource, _ number: Int32, _ input: inout Input, _ chunk: inout LineChunk,
    into sink: inout Sink, flush: (inout Sink) -> Void, report: (Int64) -> Void
  ) {
    var framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: source.modified)))
    scanner.beginFile()
    do throws(InputProblem) {
      let reader = try open(source)
      let first = progress?.firstLine(of: source.path) ?? 1
      var line = first
      defer {
        input.bytes = reader.bytesRead
        input.lines = line - first
      }
      while try reader.next(&chunk) {
        line = scanner.scan(
          chunk.bytes.span, count: chunk.count, firstLine: line, file: number, framer: &framer, into: &sink)
        progress?.advance(
          source.path, over: chunk.bytes, count: chunk.count, line: line, dropped: reader.bytesDropped)
        flush(&sink)
        report(reader.consumed)
        if Interruption.isAsked { break }
      }
      progress?.end(source.path, isWhole: true)
    } catch {
      progress?.end(source.path, isWhole: false)
      input.problem = error.text
      if !isQuiet { Messages.error("\(error.path): \(error.text)") }
      if error.nothingRead { failed.append(error) }
    }
    input.first = scanner.first
    input.last = scanner.last
    note(framer, source)
  }

  /// What had to be assumed about an input.
  mutating func note(_ framer: borrowing LineFramer, _ source: LogSource) {
    if framer.inferredYears { assumptions.insert("years inferred: the log does not write them") }
    if framer.usedLocalZone { assumptions.insert("times without a zone taken as \(Self.zoneName)") }
    if framer.clockStepsBack > 0 { assumptions.insert("times jump back in \(source.path)") }
  }

  private func open(_ source: LogSource) throws(InputProblem) -> LineReader {
    if let log = progress?.log(source.path) {
      return LineReader(source, bytes: log, isLive: !log.isComplete)
    }
    guard let place = source.journal else { return try LineReader(source) { Interruption.isAsked } }
    let journal = try JournalSource(
      place, since: scanner.since.microseconds, until: scanner.until.microseconds,
      behind: progress?.cursor(of: place.name), isStopped: { Interruption.isAsked })
    if journal.hasLostPlace {
      Messages.error("\(place.name): the entry that the last run ended with is gone; read from the first one after it")
    }
    let progress = progress
    journal.whenEnded = { progress?.end(journal: place.name, at: $0) }
    return LineReader(source, bytes: journal)
  }

  private static var zoneName: String {
    if let zone = getenv("TZ").map({ String(cString: $0) }), !zone.isEmpty { return zone }
    return "local time"
  }

  /// The exit status that the inputs call for; nil when all was read.
  var status: Int32? {
    if inputs.allSatisfy({ $0.problem != nil && $0.lines == 0 }), !failed.isEmpty { return Status.nothingRead }
    return failed.isEmpty && inputs.allSatisfy { $0.problem == nil } ? nil : Status.partlyRead
  }
}
