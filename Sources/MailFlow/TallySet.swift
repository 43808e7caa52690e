import EventRules
import MailEvents

/// The tables a plan asks for, filled event by event.
public struct TallySet: Sendable {
  /// A table's selection and fields, made ready for the hot path.
  private struct Matcher: Sendable {
    /// By event type.
    var events: ContiguousArray<Bool>
    var direction: Direction
    /// By reason id; empty: any.
    var reasons: ContiguousArray<Bool>
    /// By rule index; empty: any.
    var rules: ContiguousArray<Bool>
    var programs: [String]
    /// By program id: 0 unknown yet, 1 yes, 2 no.
    var programVerdicts: ContiguousArray<UInt8>
    /// Into `conditions`.
    var tests: Range<Int>
    /// Into `fields`.
    var key: Range<Int>
    var distinct: Range<Int>
    var keepsText: Bool
  }

  public let plan: TallyPlan
  /// Event type by rule index.
  public let ruleEvents: [EventType]
  /// By table.
  private var matchers: ContiguousArray<Matcher> = []
  private var conditions = FieldConditions()
  private var fields: ContiguousArray<Field> = []
  /// By rule: the tables that an event of the rule may count in, for each reason class met so far.
  private var routes: ContiguousArray<ContiguousArray<Route>>
  private var routed: ContiguousArray<Int32> = []
  private struct Route: Sendable {
    var reason: UInt16
    /// Into `routed`.
    var tables: Range<Int>
  }
  private var keys: ContiguousArray<ByteTable>
  private var entries: ContiguousArray<ContiguousArray<Tally>>
  /// Events of keys that found no room, by table.
  public private(set) var overflow: [Int]
  /// Names by program id, as the classifier numbers them.
  var programNames: [String] = []
  private var hashes = FieldHashes()
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
    routes = ContiguousArray(repeating: [], count: ruleEvents.count)
    keys = ContiguousArray(plan.tables.map { _ in ByteTable(limit: Self.keyLimit) })
    entries = ContiguousArray(plan.tables.map { _ in [] })
    overflow = plan.tables.map { _ in 0 }
    for table in plan.tables {
      let selection = table.selection
      var matcher = Matcher(
        events: ContiguousArray(repeating: false, count: EventType.allCases.count), direction: selection.direction,
        reasons: [], rules: [], programs: selection.programs,
        programVerdicts: [], tests: conditions.add(selection.tests), key: keep(table.key),
        distinct: keep(table.distinct), keepsText: table.keepsText)
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
      for event in events { matcher.events[Int(event.rawValue)] = true }
      matchers.append(matcher)
    }
  }

  private mutating func keep(_ some: [Field]) -> Range<Int> {
    fields.append(contentsOf: some)
    return fields.count - some.count..<fields.count
  }

  /// Counts an event in every table whose selection takes it.
  mutating func add(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    let tables = route(event.head)
    if tables.isEmpty { return }
    hashes.beginEvent()
    for i in tables {
      let table = Int(routed[i])
      if !matchers[table].programs.isEmpty, !isOfProgram(table, Int(event.head.program)) { continue }
      if conditions.hold(matchers[table].tests, bytes, constants, values) {
        count(table, event, bytes, constants, values)
      }
    }
  }

  /// The tables whose selection takes events of this rule and reason, as far as these decide.
  @inline(__always)
  private mutating func route(_ head: EventHead) -> Range<Int> {
    if matchers.isEmpty { return 0..<0 }
    let rule = Int(head.rule)
    for i in 0..<routes[rule].count where routes[rule][i].reason == head.reason { return routes[rule][i].tables }
    return newRoute(head)
  }

  private mutating func newRoute(_ head: EventHead) -> Range<Int> {
    let start = routed.count
    for t in matchers.indices where selects(t, head) { routed.append(Int32(t)) }
    let tables = start..<routed.count
    routes[Int(head.rule)].append(Route(reason: head.reason, tables: tables))
    return tables
  }

  private func selects(_ t: Int, _ head: EventHead) -> Bool {
    let matcher = matchers[t]
    guard matcher.events[Int(head.event.rawValue)] else { return false }
    if matcher.direction != .unknown, matcher.direction != head.direction { return false }
    if !matcher.reasons.isEmpty, !matcher.reasons[Int(head.reason)] { return false }
    return matcher.rules.isEmpty || matcher.rules[Int(head.rule)]
  }

  private mutating func isOfProgram(_ t: Int, _ program: Int) -> Bool {
    while matchers[t].programVerdicts.count <= program { matchers[t].programVerdicts.append(0) }
    if matchers[t].programVerdicts[program] == 0 {
      let name = programNames[program]
      let matches = matchers[t].programs.contains { ProgramName.matches(name, pattern: $0) }
      matchers[t].programVerdicts[program] = matches ? 1 : 2
    }
    return matchers[t].programVerdicts[program] == 1
  }

  private mutating func count(
    _ t: Int, _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    let index = entry(t, bytes, constants, values)
    if index == Self.noKey { return }
    guard index >= 0 else {
      overflow[t] += 1
      return
    }
    if index == entries[t].count { entries[t].append(Tally(distinctFields: matchers[t].distinct.count)) }
    let mark = Tally.Mark(
      time: event.time, place: event.place, rule: event.head.rule, reason: event.head.reason)
    if Self.count(mark, into: &entries[t][index]) {
      entries[t][index].first = mention(mark, t, index, event, bytes, constants, values)
    }
    let distinct = matchers[t].distinct
    for d in 0..<distinct.count {
      if let hash = hashes.hash(fields[distinct.lowerBound + d], bytes, constants, values) {
        entries[t][index].distinct[d].insert(hash)
      }
    }
  }

  /// Returns whether it is the earliest so far.
  @inline(__always)
  private static func count(_ mark: Tally.Mark, into tally: inout Tally) -> Bool {
    tally.count += 1
    tally.histogram.add(mark.time)
    if tally.count == 1 || tally.last.isBefore(mark) { tally.last = mark }
    return tally.first.map { mark.isBefore($0.mark) } ?? true
  }

  private static let noKey = -2

  /// The index of the event's key, which is new when it equals the number of entries; -1 when the table is full, `noKey`
  /// when the event lacks a field of it.
  @inline(__always)
  private mutating func entry(
    _ t: Int, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) -> Int {
    let key = matchers[t].key
    if key.isEmpty { return keys[t].insertEmpty() }
    if key.count == 1 {
      let field = fields[key.lowerBound]
      guard let hash = hashes.hash(field, bytes, constants, values) else { return Self.noKey }
      let range = hashes.range(field)
      if !range.isConstant {
        return keys[t].insert(bytes, range, folding: DerivedFields.ignoresCase(field), hash: hash)
      }
    }
    keyText.removeAll(keepingCapacity: true)
    for k in key {
      let field = fields[k]
      guard hashes.hash(field, bytes, constants, values) != nil else { return Self.noKey }
      if k > key.lowerBound { keyText.append(0) }
      append(hashes.range(field), folding: DerivedFields.ignoresCase(field), bytes, constants)
    }
    var text: ContiguousArray<UInt8> = []
    swap(&text, &keyText)
    let whole = ByteRange(0, text.count)
    let hash = ByteHash.hash(text.span, whole, seed: ByteHash.seed)
    let index = keys[t].insert(text.span, whole, folding: false, hash: hash)
    swap(&text, &keyText)
    return index
  }

  private mutating func append(
    _ range: ByteRange, folding: Bool, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) {
    for i in 0..<range.count {
      var byte = byteValue(range, i, bytes, constants)
      if folding, byte &- 0x41 < 26 { byte |= 0x20 }
      keyText.append(byte)
    }
  }

  private func mention(
    _ mark: Tally.Mark, _ t: Int, _ index: Int, _ event: FlowEvent, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) -> Tally.Mention {
    var mention = Tally.Mention(mark: mark, text: [], shown: shown(t, bytes, constants, values))
    if matchers[t].keepsText, index < Self.keysWithText {
      let end = max(event.line.lower, min(event.line.upper, event.line.lower + Self.textLimit))
      mention.text.reserveCapacity(end - event.line.lower)
      for i in event.line.lower..<end { mention.text.append(bytes[i]) }
    }
    return mention
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

  mutating func merge(_ other: TallySet) {
    for t in entries.indices {
      overflow[t] += other.overflow[t]
      for (index, tally) in other.entries[t].enumerated() {
        let key = Array(other.keys[t].key(index))
        let whole = ByteRange(0, key.count)
        let hash = ByteHash.hash(key.span, whole, seed: ByteHash.seed)
        let mine = key.isEmpty ? keys[t].insertEmpty() : keys[t].insert(key.span, whole, folding: false, hash: hash)
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

  /// The keys of a table.
  public func indices(of table: Int) -> Range<Int> { 0..<entries[table].count }

  public func tally(_ index: Int, of table: Int) -> Tally { entries[table][index] }

  /// The values of a key in the order of the table's fields (untrusted).
  public func key(_ index: Int, of table: Int) -> [String] {
    if matchers[table].key.isEmpty { return [] }
    let values = keys[table].key(index).split(separator: 0, omittingEmptySubsequences: false)
    return values.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The counts of a key.
  public func find(_ values: [String], in table: Int) -> Tally? {
    if matchers[table].key.isEmpty { return entries[table].first }
    let text = Array(values.joined(separator: "\0").utf8)
    let hash = ByteHash.hash(text.span, ByteRange(0, text.count), seed: ByteHash.seed)
    let index = keys[table].find(text.span, hash: hash)
    return index < 0 ? nil : entries[table][index]
  }
}
