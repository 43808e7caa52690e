import EventRules
import MailEvents

/// The tables a plan asks for, filled event by event.
public struct TallySet: Sendable {
  /// A selection made ready for the hot path.
  private struct Matcher: Sendable {
    var table: Int32
    var direction: Direction
    /// By reason id; empty: any.
    var reasons: ContiguousArray<Bool>
    /// By rule index; empty: any.
    var rules: ContiguousArray<Bool>
    var programs: [String]
    /// By program id: 0 unknown yet, 1 yes, 2 no.
    var programVerdicts: ContiguousArray<UInt8>
    var tests: [TallyPlan.FieldTest]
  }

  public let plan: TallyPlan
  /// Event type by rule index.
  public let ruleEvents: [EventType]
  private var matchers: [Matcher] = []
  /// By event type: which matchers to try.
  private var byEvent: ContiguousArray<ContiguousArray<Int32>>
  private var keys: [ByteTable]
  private var entries: [ContiguousArray<Tally>]
  /// Events of keys that found no room, by table.
  public private(set) var overflow: [Int]
  /// Names by program id, as the classifier numbers them.
  var programNames: [String] = []
  private var keyText: ContiguousArray<UInt8> = []

  /// Keys a table holds at most.
  static let keyLimit = 50_000
  /// Bytes of a line's text that are kept.
  static let textLimit = 400
  /// Keys of a table whose lines' texts are kept.
  static let keysWithText = 4096

  public init(plan: TallyPlan, reasonCount: Int, ruleEvents: [EventType]) {
    self.plan = plan
    self.ruleEvents = ruleEvents
    byEvent = ContiguousArray(repeating: [], count: EventType.allCases.count)
    keys = plan.tables.map { _ in ByteTable(limit: Self.keyLimit) }
    entries = plan.tables.map { _ in [] }
    overflow = plan.tables.map { _ in 0 }
    for (index, table) in plan.tables.enumerated() {
      let selection = table.selection
      var matcher = Matcher(
        table: Int32(index), direction: selection.direction, reasons: [], rules: [],
        programs: selection.programs, programVerdicts: [], tests: selection.tests)
      if !selection.reasons.isEmpty {
        matcher.reasons = ContiguousArray(repeating: false, count: reasonCount)
        for reason in selection.reasons { matcher.reasons[Int(reason)] = true }
      }
      var events = Set(selection.events)
      if !selection.rules.isEmpty {
        matcher.rules = ContiguousArray(repeating: false, count: ruleEvents.count)
        for rule in selection.rules {
          matcher.rules[Int(rule)] = true
          if selection.events.isEmpty { events.insert(ruleEvents[Int(rule)]) }
        }
      }
      matchers.append(matcher)
      for event in events { byEvent[Int(event.rawValue)].append(Int32(matchers.count - 1)) }
    }
  }

  /// Counts an event in every table whose selection takes it.
  mutating func add(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    let candidates = byEvent[Int(event.head.event.rawValue)]
    for m in candidates {
      let index = Int(m)
      if selects(index, event, bytes, constants, values) {
        count(Int(matchers[index].table), event, bytes, constants, values)
      }
    }
  }

  private mutating func selects(
    _ m: Int, _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) -> Bool {
    if matchers[m].direction != .unknown, matchers[m].direction != event.head.direction { return false }
    if !matchers[m].reasons.isEmpty, !matchers[m].reasons[Int(event.head.reason)] { return false }
    if !matchers[m].rules.isEmpty, !matchers[m].rules[Int(event.head.rule)] { return false }
    if !matchers[m].programs.isEmpty {
      let program = Int(event.head.program)
      while matchers[m].programVerdicts.count <= program { matchers[m].programVerdicts.append(0) }
      if matchers[m].programVerdicts[program] == 0 {
        let programNames = self.programNames
        let matches = matchers[m].programs.contains { ProgramName.matches(programNames[program], pattern: $0) }
        matchers[m].programVerdicts[program] = matches ? 1 : 2
      }
      if matchers[m].programVerdicts[program] == 2 { return false }
    }
    for t in 0..<matchers[m].tests.count {
      if !FieldCondition.holds(matchers[m].tests[t], bytes, constants, values) { return false }
    }
    return true
  }

  private mutating func count(
    _ t: Int, _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    keyText.removeAll(keepingCapacity: true)
    for (position, field) in plan.tables[t].key.enumerated() {
      guard let range = DerivedFields.range(field, values, bytes), !range.isEmpty else { return }
      if position > 0 { keyText.append(0) }
      let folds = DerivedFields.ignoresCase(field)
      for i in 0..<range.count {
        var byte = byteValue(range, i, bytes, constants)
        if folds, byte &- 0x41 < 26 { byte |= 0x20 }
        keyText.append(byte)
      }
    }
    let text = keyText
    let hash = ByteHash.hash(text.span, ByteRange(0, text.count), seed: ByteHash.seed)
    let index = keys[t].insert(text.span, hash: hash)
    guard index >= 0 else {
      overflow[t] += 1
      return
    }
    if index == entries[t].count {
      entries[t].append(Tally(distinctFields: plan.tables[t].distinct.count))
    }
    entries[t][index].count += 1
    entries[t][index].histogram.add(event.time)
    mention(t, index, event, bytes, constants, values)
    for (d, field) in plan.tables[t].distinct.enumerated() {
      guard let range = DerivedFields.range(field, values, bytes), !range.isEmpty else { continue }
      let hash =
        range.isConstant
        ? ByteHash.hash(
          constants, ByteRange(range.constantOffset, range.constantOffset + range.count), seed: ByteHash.seed)
        : ByteHash.hash(
          bytes, range, folding: DerivedFields.ignoresCase(field), seed: ByteHash.seed)
      entries[t][index].distinct[d].insert(hash)
    }
  }

  private mutating func mention(
    _ t: Int, _ index: Int, _ event: FlowEvent, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) {
    let keepsText = plan.tables[t].keepsText && index < Self.keysWithText
    if let first = entries[t][index].first, let last = entries[t][index].last {
      if event.time < first.time || event.time == first.time && event.place < first.place {
        var mention = Self.newMention(event, bytes, keepsText)
        mention.shown = shown(t, bytes, constants, values)
        entries[t][index].first = mention
      }
      if last.time < event.time || last.time == event.time && last.place < event.place {
        entries[t][index].last = Self.newMention(event, bytes, keepsText)
      }
    } else {
      var mention = Self.newMention(event, bytes, keepsText)
      entries[t][index].last = mention
      mention.shown = shown(t, bytes, constants, values)
      entries[t][index].first = mention
    }
  }

  private func shown(
    _ t: Int, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) -> [String] {
    var texts: [String] = []
    for field in plan.tables[t].shown {
      guard let range = DerivedFields.range(field, values, bytes) else {
        texts.append("")
        continue
      }
      let cut = range.count > Self.textLimit ? ByteRange(range.lower, range.lower + Self.textLimit) : range
      texts.append(textValue(range.isConstant ? range : cut, bytes, constants))
    }
    return texts
  }

  private static func newMention(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ keepsText: Bool
  ) -> Tally.Mention {
    var text = ContiguousArray<UInt8>()
    if keepsText {
      let end = min(event.line.upper, event.line.lower + textLimit)
      text.reserveCapacity(end - event.line.lower)
      for i in event.line.lower..<max(event.line.lower, end) { text.append(bytes[i]) }
    }
    return Tally.Mention(
      time: event.time, place: event.place, rule: event.head.rule, reason: event.head.reason,
      text: text, shown: [])
  }

  mutating func merge(_ other: TallySet) {
    for t in entries.indices {
      overflow[t] += other.overflow[t]
      for (index, tally) in other.entries[t].enumerated() {
        let key = Array(other.keys[t].key(index))
        let hash = ByteHash.hash(key.span, ByteRange(0, key.count), seed: ByteHash.seed)
        let mine = keys[t].insert(key.span, hash: hash)
        if mine < 0 {
          overflow[t] += tally.count
        } else if mine == entries[t].count {
          entries[t].append(tally)
        } else {
          entries[t][mine].merge(tally)
        }
      }
    }
  }

  /// All keys of a table with their counts; the values of a key in the order of its fields (untrusted).
  public func entries(of table: Int) -> [(key: [String], tally: Tally)] {
    entries[table].enumerated().map { index, tally in
      let text = Array(keys[table].key(index))
      let values = text.split(separator: 0, omittingEmptySubsequences: false)
      let key = plan.tables[table].key.isEmpty ? [] : values.map { String(decoding: $0, as: UTF8.self) }
      return (key, tally)
    }
  }
}
