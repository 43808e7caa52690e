import EventRules
import MailEvents

/// The tables a plan asks for, filled event by event.
public struct TallySet: Sendable {
  /// A table's selection, as far as rule and reason decide it.
  private struct Selection: Sendable {
    /// By event type.
    var events: ContiguousArray<Bool>
    var direction: Direction
    /// By reason id; empty: any.
    var reasons: ContiguousArray<Bool>
    /// By rule index; empty: any.
    var rules: ContiguousArray<Bool>
    var programs: [String]
    /// By program id: 0 unknown yet, 1 yes, 2 no.
    var programVerdicts: ContiguousArray<UInt8> = []
  }

  /// The rest of a table, for the hot path: no references.
  private struct Matcher: Sendable {
    var hasPrograms: Bool
    var keepsText: Bool
    /// Numbers of field conditions, in `tests`.
    var tests: Range<Int32>
    /// Into `fields`.
    var key: Range<Int32>
    /// Into `distinct`; those that are part of the key are left out.
    var distinct: Range<Int32>
    /// Of a table without key: its only tally, or -1.
    var only: Int32 = -1
    /// Of the time histograms of its tallies, at most.
    var buckets: Int64
    /// Tells the table's keys from those of others.
    var salt: UInt64
  }

  /// A field whose different values are counted, and where its set stands in the tally.
  private struct DistinctField: Sendable {
    var field: Field
    var place: Int32
  }

  /// What of a tally is seldom needed.
  private struct Label: Sendable {
    var hash: UInt64
    /// The key's text in `texts`.
    var text: Int32
  }

  public let plan: TallyPlan
  /// Event type by rule index.
  public let ruleEvents: [EventType]
  private var selections: ContiguousArray<Selection> = []
  private var matchers: ContiguousArray<Matcher> = []
  private var conditions = FieldConditions()
  private var tests: ContiguousArray<Int32> = []
  private var fields: ContiguousArray<Field> = []
  private var distinct: ContiguousArray<DistinctField> = []

  /// By rule and reason: a number of `routes`, or -1 where none was made yet.
  private var routeNumbers: ContiguousArray<Int32>
  /// The tables that an event of a rule and reason may count in: ranges of `routed`.
  private var routes: ContiguousArray<Range<Int32>> = []
  private var routed: ContiguousArray<Int32> = []
  private let reasonCount: Int

  /// The tallies of all tables, as they were met.
  private var tallies: ContiguousArray<Tally> = []
  private var labels: ContiguousArray<Label> = []
  private var index = HashIndex()
  private var texts = TextArena(limit: TallySet.textBytes)
  /// By table: numbers of its tallies.
  private var members: ContiguousArray<ContiguousArray<Int32>>
  /// Events of keys that found no room, by table.
  public private(set) var overflow: [Int]
  /// Names by program id, as the classifier numbers them.
  var programNames: [String] = []

  /// Keys a table holds at most.
  static let keyLimit = 16_384
  /// Bytes of all keys together.
  static let textBytes = 1 << 26
  /// Strangers write keys (HELO names, senders): a longer one finds no room.
  static let longestKey = 512
  /// Bytes of a line's text that are kept.
  static let textLimit = 400
  /// Keys of a table whose lines' texts are kept.
  static let keysWithText = 256

  public init(plan: TallyPlan, reasonCount: Int, ruleEvents: [EventType]) {
    self.plan = plan
    self.ruleEvents = ruleEvents
    self.reasonCount = reasonCount
    routeNumbers = ContiguousArray(repeating: -1, count: ruleEvents.count * reasonCount)
    members = ContiguousArray(repeating: [], count: plan.tables.count)
    overflow = plan.tables.map { _ in 0 }
    for (number, table) in plan.tables.enumerated() {
      selections.append(selection(table.selection))
      let testStart = Int32(tests.count)
      tests.append(contentsOf: table.selection.tests.map { conditions.add($0) })
      let keyStart = Int32(fields.count)
      fields.append(contentsOf: table.key)
      let distinctStart = Int32(distinct.count)
      for (place, field) in table.distinct.enumerated() where !table.key.contains(field) {
        distinct.append(DistinctField(field: field, place: Int32(place)))
      }
      matchers.append(
        Matcher(
          hasPrograms: !table.selection.programs.isEmpty, keepsText: table.keepsText,
          tests: testStart..<Int32(tests.count), key: keyStart..<Int32(fields.count),
          distinct: distinctStart..<Int32(distinct.count),
          buckets: Self.buckets(of: table),
          salt: ByteHash.salt(number)))
    }
  }

  private static func buckets(of table: TallyPlan.Table) -> Int64 {
    if table.key.isEmpty { return TimeHistogram.manyBuckets }
    return table.key.contains(.clientIp) ? TimeHistogram.fewBuckets : TimeHistogram.bucketLimit
  }

  private func selection(_ selection: TallyPlan.Selection) -> Selection {
    var result = Selection(
      events: ContiguousArray(repeating: false, count: EventType.allCases.count), direction: selection.direction,
      reasons: [], rules: [], programs: selection.programs)
    if !selection.reasons.isEmpty {
      result.reasons = ContiguousArray(repeating: false, count: reasonCount)
      for reason in selection.reasons { result.reasons[Int(reason)] = true }
    }
    var events = Set(selection.events)
    if !selection.rules.isEmpty {
      result.rules = ContiguousArray(repeating: false, count: ruleEvents.count)
      for rule in selection.rules {
        result.rules[Int(rule)] = true
        if selection.events.isEmpty { events.insert(ruleEvents[Int(rule)]) }
      }
    }
    for event in events { result.events[Int(event.rawValue)] = true }
    return result
  }

  /// Counts an event in every table whose selection takes it. `hashes` are of this event.
  mutating func add(
    _ event: FlowEvent, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues, _ hashes: inout FieldHashes
  ) {
    if matchers.isEmpty { return }
    var number = Int(routeNumbers[Int(event.head.rule) * reasonCount + Int(event.head.reason)])
    if number < 0 { number = newRoute(event.head) }
    let route = routes[number]
    if route.isEmpty { return }
    conditions.beginEvent()
    for i in route {
      let table = Int(routed[Int(i)])
      let matcher = matchers[table]
      if matcher.hasPrograms, !isOfProgram(table, Int(event.head.program)) { continue }
      if holds(matcher, bytes, constants, values) {
        count(table, matcher, event, bytes, constants, values, &hashes)
      }
    }
  }

  @inline(__always)
  private mutating func holds(
    _ matcher: Matcher, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) -> Bool {
    for t in matcher.tests where !conditions.holds(Int(tests[Int(t)]), bytes, constants, values) { return false }
    return true
  }

  private mutating func newRoute(_ head: EventHead) -> Int {
    let start = Int32(routed.count)
    for t in selections.indices where selects(t, head) { routed.append(Int32(t)) }
    routes.append(start..<Int32(routed.count))
    routeNumbers[Int(head.rule) * reasonCount + Int(head.reason)] = Int32(routes.count - 1)
    return routes.count - 1
  }

  private func selects(_ t: Int, _ head: EventHead) -> Bool {
    let selection = selections[t]
    guard selection.events[Int(head.event.rawValue)] else { return false }
    if selection.direction != .unknown, selection.direction != head.direction { return false }
    if !selection.reasons.isEmpty, !selection.reasons[Int(head.reason)] { return false }
    return selection.rules.isEmpty || selection.rules[Int(head.rule)]
  }

  private mutating func isOfProgram(_ t: Int, _ program: Int) -> Bool {
    while selections[t].programVerdicts.count <= program { selections[t].programVerdicts.append(0) }
    if selections[t].programVerdicts[program] == 0 {
      let name = programNames[program]
      let matches = selections[t].programs.contains { ProgramName.matches(name, pattern: $0) }
      selections[t].programVerdicts[program] = matches ? 1 : 2
    }
    return selections[t].programVerdicts[program] == 1
  }

  private mutating func count(
    _ t: Int, _ matcher: Matcher, _ event: FlowEvent, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues, _ hashes: inout FieldHashes
  ) {
    var number = Int(matcher.only)
    if number < 0 {
      var hash = matcher.salt
      for k in matcher.key {
        let part = hashes.hash(fields[Int(k)], bytes, constants, values)
        if part == 0 { return }
        hash = ByteHash.combine(hash, part)
      }
      number = index.find(hash)
      if number < 0 {
        number = newTally(t, hash, bytes, constants, hashes)
        if number < 0 {
          overflow[t] += 1
          return
        }
      }
    }
    let mark = Tally.Mark(time: event.time, place: event.place, rule: event.head.rule, reason: event.head.reason)
    if tallies[number].count(mark, buckets: matcher.buckets) {
      tallies[number].mention = mention(t, matcher, number, event, bytes, constants, values)
    }
    for d in matcher.distinct {
      let one = distinct[Int(d)]
      let hash = hashes.hash(one.field, bytes, constants, values)
      if hash != 0 { tallies[number].distinct[Int(one.place)].insert(hash) }
    }
  }

  /// Room for a new key; -1 where there is none.
  private mutating func newTally(
    _ t: Int, _ hash: UInt64, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ hashes: borrowing FieldHashes
  ) -> Int {
    var length = 0
    for k in matchers[t].key { length += hashes.range(fields[Int(k)]).count + 1 }
    guard members[t].count < Self.keyLimit, length <= Self.longestKey, texts.hasRoom(for: length) else { return -1 }
    for k in matchers[t].key {
      let field = fields[Int(k)]
      if k > matchers[t].key.lowerBound { texts.append(0) }
      append(hashes.range(field), folding: DerivedFields.ignoresCase(field), bytes, constants)
    }
    let sets = matchers[t].distinct.isEmpty ? 0 : plan.tables[t].distinct.count
    return add(Tally(distinctFields: sets), to: t, hash, text: texts.close())
  }

  private mutating func add(_ tally: Tally, to t: Int, _ hash: UInt64, text: Int) -> Int {
    let number = tallies.count
    tallies.append(tally)
    labels.append(Label(hash: hash, text: Int32(text)))
    members[t].append(Int32(number))
    index.add(hash, number)
    if matchers[t].key.isEmpty { matchers[t].only = Int32(number) }
    return number
  }

  /// Appends one value of a key. A zero byte divides the values, so none may hold one.
  private mutating func append(
    _ range: ByteRange, folding: Bool, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>
  ) {
    for i in 0..<range.count {
      var byte = byteValue(range, i, bytes, constants)
      if folding, byte &- 0x41 < 26 { byte |= 0x20 }
      texts.append(byte == 0 ? 1 : byte)
    }
  }

  private func mention(
    _ t: Int, _ matcher: Matcher, _ number: Int, _ event: FlowEvent, _ bytes: borrowing Span<UInt8>,
    _ constants: borrowing Span<UInt8>, _ values: borrowing FieldValues
  ) -> Tally.Mention? {
    let keepsText = matcher.keepsText && members[t].count <= Self.keysWithText
    guard keepsText || !plan.tables[t].shown.isEmpty else { return nil }
    var text: ContiguousArray<UInt8> = []
    if keepsText {
      let end = max(event.line.lower, min(event.line.upper, event.line.lower + Self.textLimit))
      text.reserveCapacity(end - event.line.lower)
      for i in event.line.lower..<end { text.append(bytes[i]) }
    }
    return Tally.Mention(text: text, shown: shown(t, bytes, constants, values))
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
    for t in members.indices {
      overflow[t] += other.overflow[t]
      for theirs in other.members[t] {
        let label = other.labels[Int(theirs)]
        let tally = other.tallies[Int(theirs)]
        let mine = index.find(label.hash)
        if mine >= 0 {
          tallies[mine].merge(tally, buckets: matchers[t].buckets)
        } else if members[t].count < Self.keyLimit, texts.hasRoom(for: Self.longestKey) {
          _ = add(tally, to: t, label.hash, text: texts.add(other.texts[Int(label.text)]))
        } else {
          overflow[t] += tally.count
        }
      }
    }
  }

  // MARK: Reading

  /// The keys of a table.
  public func indices(of table: Int) -> Range<Int> { 0..<members[table].count }

  public func tally(_ index: Int, of table: Int) -> Tally { tally(number: Int(members[table][index]), of: table) }

  /// A tally with the sets of those fields filled in that are part of its key.
  private func tally(number: Int, of table: Int) -> Tally {
    var tally = tallies[number]
    let key = plan.tables[table].key
    let wanted = plan.tables[table].distinct
    if tally.distinct.isEmpty, !wanted.isEmpty {
      tally.distinct = ContiguousArray(repeating: DistinctSet(), count: wanted.count)
    }
    for (place, field) in wanted.enumerated() where tally.distinct[place].isEmpty {
      guard let part = key.firstIndex(of: field) else { continue }
      tally.distinct[place].insert(Self.hash(of: parts(of: number)[part]))
    }
    return tally
  }

  private func parts(of number: Int) -> [ArraySlice<UInt8>] {
    texts[Int(labels[number].text)].split(separator: 0, omittingEmptySubsequences: false)
  }

  /// The values of a key in the order of the table's fields (untrusted).
  public func key(_ index: Int, of table: Int) -> [String] {
    if matchers[table].key.isEmpty { return [] }
    return parts(of: Int(members[table][index])).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The tallies of a table merged by the first `scopeCount` values of their keys. `isIncluded` is asked with the value at
  /// `position`.
  public func grouped(
    _ table: Int, scopeCount: Int, position: Int, where isIncluded: (ArraySlice<UInt8>) -> Bool
  ) -> [[String]: Tally] {
    var groups: [UInt64: (scope: [String], tally: Tally)] = [:]
    for member in members[table] {
      let number = Int(member)
      let parts = parts(of: number)
      guard position >= parts.count || isIncluded(parts[position]) else { continue }
      var hash: UInt64 = 1
      for part in parts.prefix(scopeCount) { hash = ByteHash.combine(hash, Self.hash(of: part)) }
      let tally = tally(number: number, of: table)
      if groups[hash]?.tally.merge(tally) == nil {
        groups[hash] = (parts.prefix(scopeCount).map { String(decoding: $0, as: UTF8.self) }, tally)
      }
    }
    return Dictionary(groups.values.map { ($0.scope, $0.tally) }) { a, b in
      var sum = a
      sum.merge(b)
      return sum
    }
  }

  /// What stands for a value of a key within this run of the program.
  public static func hash(of value: ArraySlice<UInt8>) -> UInt64 {
    max(1, ByteHash.hash(value.span, ByteRange(0, value.count), seed: ByteHash.seed))
  }

  public static func hash(of value: String) -> UInt64 { hash(of: ArraySlice(value.utf8)) }

  /// The counts of a key.
  public func find(_ values: [String], in table: Int) -> Tally? {
    if matchers[table].key.isEmpty { return members[table].first.map { tally(number: Int($0), of: table) } }
    var hash = matchers[table].salt
    for value in values { hash = ByteHash.combine(hash, Self.hash(of: value)) }
    let number = index.find(hash)
    return number < 0 ? nil : tally(number: number, of: table)
  }
}
