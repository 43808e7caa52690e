import MailEvents

/// What a framer must be told about its input.
public struct FramerOptions: Sendable {
  /// When the input was last written: years that the log leaves out are counted back from here.
  public var reference: Timestamp
  public init(reference: Timestamp) { self.reference = reference }
}

/// Finds the header of each line, whatever form it has; forms may change from line to line.
///
/// Safe for any bytes: a line without a header it knows is a message without a header. State is kept for one input: the
/// year of the lines before, and the hour they fell in.
public struct LineFramer: ~Copyable {
  /// Holds the message of the last frame whose `inScratch` is set.
  public private(set) var scratch: [UInt8] = []
  private var clock: LogClock

  public init(options: FramerOptions) {
    clock = LogClock(reference: options.reference)
  }

  /// The log writes no years; they were inferred.
  public var inferredYears: Bool { clock.inferredYears }
  /// The log writes no zone; the local one was taken.
  public var usedLocalZone: Bool { clock.usedLocalZone }
  /// How often the time went back by more than two seconds.
  public var clockStepsBack: Int { clock.stepsBack }

  /// Frames bytes[range], a line without its terminator. O(header), for JSON O(line).
  public mutating func frame(_ bytes: borrowing Span<UInt8>, _ range: ByteRange) -> LineFrame {
    var start = range.lower
    var end = range.upper
    while end > start, bytes[end - 1] == 0x0D || bytes[end - 1] == 0 { end -= 1 }
    while start < end, bytes[start] == 0 { start += 1 }
    let object = JSONRecord.start(bytes, start, end)
    if object < end, bytes[object] == UInt8(ascii: "{") {
      if let frame = json(bytes, object, end) { return frame }
    }
    var frame = LineFrame()
    header(bytes, start, end, &frame)
    clock.note(frame.time)
    return frame
  }

  /// Finds the header at `start`. Containers' prefixes are taken off and what they hold is framed in turn.
  private mutating func header(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame, depth: Int = 0
  ) {
    frame.message = ByteRange(start, end)
    guard start < end else { return }
    let first = bytes[start]
    if first &- 0x41 < 26 {
      if monthHeader(bytes, start, end, &frame) { return }
      if weekdayHeader(bytes, start, end, &frame) { return }
    } else if first &- 0x30 < 10 {
      if isoHeader(bytes, start, end, &frame, depth: depth) { return }
      if unixHeader(bytes, start, end, &frame) { return }
    } else if first == UInt8(ascii: "["), monotonicHeader(bytes, start, end, &frame) {
      return
    } else if first == UInt8(ascii: "<"), priorityHeader(bytes, start, end, &frame, depth: depth) {
      return
    }
    if depth < 3, let inner = ContainerPrefix.end(bytes, start, end) {
      header(bytes, inner, end, &frame, depth: depth + 1)
      return
    }
    bareHeader(bytes, start, end, &frame)
  }

  // MARK: Forms

  /// `Nov  3 04:05:06[.123456] host tag[pid]: message`: RFC 3164, journalctl short and short-precise, Dovecot's own log.
  private mutating func monthHeader(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame
  ) -> Bool {
    var next = start
    guard let time = clock.monthStamp(bytes, &next, end) else { return false }
    frame.time = time
    frame.form = .rfc3164
    hostAndTag(bytes, next, end, &frame)
    return true
  }

  /// `Mon 2026-11-23 03:44:04 UTC host tag[pid]: message`: journalctl short-full.
  private mutating func weekdayHeader(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame
  ) -> Bool {
    guard end - start > 24, bytes[start + 3] == 0x20 else { return false }
    // ctime(3): the weekday before a month stamp.
    if bytes[start + 4] &- 0x41 < 26 { return monthHeader(bytes, start + 4, end, &frame) }
    guard bytes[start + 4] &- 0x30 < 10 else { return false }
    var next = start + 4
    guard let stamp = clock.isoStamp(bytes, &next, end), next < end, bytes[next] == 0x20 else { return false }
    next += 1
    let zone = next
    while next < end, bytes[next] > 0x20 { next += 1 }
    guard next < end, next - zone <= 6 else { return false }
    frame.time = clock.resolve(stamp, zone: ByteRange(zone, next), bytes)
    frame.form = .journalShortFull
    hostAndTag(bytes, next + 1, end, &frame)
    return true
  }

  /// `2026-11-23T03:44:04.123+01:00 host tag: …` (RFC 3339, journalctl short-iso), `2026-11-23 03:44:04 …` (Exim, Dovecot),
  /// and Kubernetes CRI.
  private mutating func isoHeader(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame, depth: Int
  ) -> Bool {
    var next = start
    guard let stamp = clock.isoStamp(bytes, &next, end) else { return false }
    if stamp.separator == 0x20 {
      guard next == end || bytes[next] == 0x20 else { return false }
      frame.time = clock.resolve(stamp)
      eximOrDovecot(bytes, next, end, stamp, &frame)
      return true
    }
    guard next < end, bytes[next] == 0x20 else { return false }
    frame.time = clock.resolve(stamp)
    frame.form = .rfc3339
    next += 1
    if depth < 3, let inner = ContainerPrefix.criEnd(bytes, next, end) {
      let outer = frame.time
      header(bytes, inner, end, &frame, depth: depth + 1)
      // A stamp without year and zone is the poorer one.
      if !frame.time.isKnown || frame.form == .rfc3164 { frame.time = outer }
      return true
    }
    if depth < 3, next < end, hasInnerStamp(bytes, next, end, &frame, depth: depth) { return true }
    hostAndTag(bytes, next, end, &frame)
    return true
  }

  /// A container's stamp (docker logs -t) before a line that has its own.
  private mutating func hasInnerStamp(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame, depth: Int
  ) -> Bool {
    let outer = frame.time
    if bytes[start] &- 0x41 < 26, monthHeader(bytes, start, end, &frame) {
      frame.time = outer
      return true
    }
    return bytes[start] &- 0x30 < 10 && isoHeader(bytes, start, end, &frame, depth: depth + 1)
  }

  /// `<22>` before RFC 3164, `<22>1 ` before RFC 5424, or `<22 unit>` before an entry of the journal.
  private mutating func priorityHeader(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame, depth: Int
  ) -> Bool {
    var next = start + 1
    var code = 0
    while next < end, next - start < 5, bytes[next] &- 0x30 < 10 {
      code = code * 10 + Int(bytes[next] &- 0x30)
      next += 1
    }
    guard next < end, next > start + 1 else { return false }
    var unit = ByteRange.none
    if bytes[next] == 0x20, depth == 0 {
      let first = next + 1
      while next < end, next - first < 256, bytes[next] != UInt8(ascii: ">") { next += 1 }
      unit = ByteRange(first, next)
    }
    guard next < end, bytes[next] == UInt8(ascii: ">") else { return false }
    next += 1
    frame.unit = unit
    frame.priority = Int8(code & 7)
    if depth == 0 { frame.prefix = Int32(next - start) }
    if next + 2 < end, bytes[next] == UInt8(ascii: "1"), bytes[next + 1] == 0x20 {
      return rfc5424(bytes, next + 2, end, &frame)
    }
    guard depth < 3 else { return false }
    header(bytes, next, end, &frame, depth: depth + 1)
    return true
  }

  /// RFC 5424 section 6: `stamp host app procid msgid structured-data [BOM]message`.
  private mutating func rfc5424(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame
  ) -> Bool {
    var next = start
    if bytes[start] == UInt8(ascii: "-") {
      next += 1
    } else {
      guard let stamp = clock.isoStamp(bytes, &next, end) else { return false }
      frame.time = clock.resolve(stamp)
    }
    frame.form = .rfc5424
    frame.host = Self.word(bytes, &next, end)
    frame.tag = Self.word(bytes, &next, end)
    let pid = Self.word(bytes, &next, end)
    if !pid.isEmpty { frame.pid = Self.number(bytes, pid) }
    _ = Self.word(bytes, &next, end)
    next = Self.structuredDataEnd(bytes, next, end)
    if next < end, bytes[next] == 0x20 { next += 1 }
    if next + 3 <= end, bytes[next] == 0xEF, bytes[next + 1] == 0xBB, bytes[next + 2] == 0xBF { next += 3 }
    frame.message = ByteRange(next, end)
    if frame.tag.isEmpty { bareTag(bytes, next, end, &frame) }
    ServerPrefix.strip(bytes, &frame)
    return true
  }

  /// A word behind a blank; `-` is no value.
  private static func word(_ bytes: borrowing Span<UInt8>, _ next: inout Int, _ end: Int) -> ByteRange {
    if next < end, bytes[next] == 0x20 { next += 1 }
    let start = next
    while next < end, bytes[next] != 0x20 { next += 1 }
    if next - start == 1, bytes[start] == UInt8(ascii: "-") { return .none }
    return ByteRange(start, next)
  }

  private static func structuredDataEnd(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var next = start
    if next < end, bytes[next] == 0x20 { next += 1 }
    if next < end, bytes[next] == UInt8(ascii: "-") { return next + 1 }
    while next < end, bytes[next] == UInt8(ascii: "[") {
      var isQuoted = false
      next += 1
      while next < end {
        if bytes[next] == UInt8(ascii: "\\") {
          next += 1
        } else if bytes[next] == UInt8(ascii: "\"") {
          isQuoted.toggle()
        } else if bytes[next] == UInt8(ascii: "]"), !isQuoted {
          break
        }
        next += 1
      }
      next = min(next + 1, end)
    }
    return next
  }

  private static func number(_ bytes: borrowing Span<UInt8>, _ range: ByteRange) -> Int32 {
    var value: Int32 = 0
    guard range.count <= 9 else { return -1 }
    for i in range.lower..<range.upper {
      guard bytes[i] &- 0x30 < 10 else { return -1 }
      value = value * 10 + Int32(bytes[i] &- 0x30)
    }
    return value
  }

  /// A line without time: perhaps `tag[pid]: message`, as journalctl -o cat and a container's output have it.
  private func bareHeader(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame
  ) {
    frame.form = .bare
    if bareTag(bytes, start, end, &frame) {
      ServerPrefix.strip(bytes, &frame)
    } else if DovecotPrefix.isKnownProcess(bytes, start, end) {
      frame.origin = .dovecot
      ServerPrefix.strip(bytes, &frame)
    }
  }

  /// Takes a mail server's `tag[pid]: ` off the message, if there is one.
  @discardableResult
  private func bareTag(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame
  ) -> Bool {
    var trial = frame
    TagParser.parse(bytes, start, end, &trial)
    guard TagParser.isMailServer(bytes, trial.tag) else { return false }
    frame = trial
    return true
  }

  // MARK: Behind the time

  func hostAndTag(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ frame: inout LineFrame
  ) {
    let start = TagParser.facilityEnd(bytes, TagParser.blankEnd(bytes, start, end), end)
    let next = ByteWords.nextBlank(bytes, start, end)
    let word = ByteRange(start, next)
    if TagParser.isTag(bytes, word) {
      // No host: a tag, or the process prefix of Dovecot's own file.
      if DovecotPrefix.isKnownProcess(bytes, start, end) || DovecotPrefix.hasLevel(bytes, start, end),
        !TagParser.isMailServer(bytes, TagParser.name(bytes, word))
      {
        frame.origin = .dovecot
        if frame.form == .rfc3164 { frame.form = .dovecotLog }
        frame.message = ByteRange(start, end)
      } else {
        TagParser.parse(bytes, start, end, &frame)
      }
    } else {
      frame.host = word
      let tag = TagParser.facilityEnd(bytes, TagParser.blankEnd(bytes, next, end), end)
      TagParser.parse(bytes, tag, end, &frame)
    }
    ServerPrefix.strip(bytes, &frame)
  }

  /// Exim's own logs and Dovecot's with a stamp of the same form: Dovecot writes a process and a level.
  private mutating func eximOrDovecot(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ stamp: LogClock.ISOStamp, _ frame: inout LineFrame
  ) {
    var next = start
    if next < end, bytes[next] == 0x20 { next += 1 }
    if TagParser.isHostAndTag(bytes, next, end) {
      frame.form = .rfc3339
      hostAndTag(bytes, next, end, &frame)
      return
    }
    // Exim with log_timezone: ` +0100`.
    if next + 5 < end, bytes[next] == UInt8(ascii: "+") || bytes[next] == UInt8(ascii: "-"), bytes[next + 5] == 0x20,
      let offset = LogClock.offset(bytes, next, next + 5)
    {
      frame.time = clock.resolve(stamp, offset: offset)
      next += 6
    }
    frame.message = ByteRange(next, end)
    if DovecotPrefix.hasLevel(bytes, next, end) {
      frame.origin = .dovecot
      frame.form = .dovecotLog
    } else {
      frame.origin = .exim
      frame.form = .eximLog
    }
    ServerPrefix.strip(bytes, &frame)
  }

  // MARK: JSON

  /// A journal entry or a line of Docker's json-file; nil when it is neither.
  private mutating func json(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> LineFrame? {
    scratch.removeAll(keepingCapacity: true)
    var record = JSONRecord()
    guard record.read(bytes, start, end, into: &scratch) else { return nil }
    let text = scratch
    var frame = LineFrame()
    if !record.log.isEmpty {
      var last = record.log.upper
      while last > record.log.lower, text[last - 1] == 0x20 || text[last - 1] == 0x0D { last -= 1 }
      header(text.span, record.log.lower, last, &frame)
      if !frame.time.isKnown {
        var next = record.time.lower
        if let stamp = clock.isoStamp(text.span, &next, record.time.upper) { frame.time = clock.resolve(stamp) }
      }
      if frame.form == .bare { frame.form = .dockerJSON }
    } else if record.hasMessage {
      frame.form = .journalJSON
      frame.message = record.message
      frame.host = record.host
      frame.tag = record.identifier.isEmpty ? record.command : record.identifier
      let pid = record.syslogPID.isEmpty ? record.pid : record.syslogPID
      if !pid.isEmpty { frame.pid = Self.number(text.span, pid) }
      let micros = record.sourceTime.isEmpty ? record.realTime : record.sourceTime
      if let value = Self.microseconds(text.span, micros) { frame.time = Timestamp(microseconds: value) }
      frame.unit = record.unit
      if record.priority.count == 1, text[record.priority.lower] &- 0x30 < 8 {
        frame.priority = Int8(text[record.priority.lower] &- 0x30)
      }
      ServerPrefix.strip(text.span, &frame)
    } else {
      return nil
    }
    frame.inScratch = true
    clock.note(frame.time)
    return frame
  }

  static func microseconds(_ bytes: borrowing Span<UInt8>, _ range: ByteRange) -> Int64? {
    guard range.count > 0, range.count <= 18 else { return nil }
    var value: Int64 = 0
    for i in range.lower..<range.upper {
      guard bytes[i] &- 0x30 < 10 else { return nil }
      value = value * 10 + Int64(bytes[i] &- 0x30)
    }
    return value
  }
}
