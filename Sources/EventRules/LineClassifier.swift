import LogSyntax
import MailEvents
import RuleFiles

/// What a recognised line says, apart from its field values.
public struct EventHead: Sendable {
  public var rule: Int32 = -1
  public var event: EventType = .serviceInformation
  /// Index into `LineClassifier.reasons`; 0 is none.
  public var reason: UInt16 = 0
  public var direction: Direction = .unknown
  /// Index into `LineClassifier.programs`.
  public var program: Int32 = 0
  public init() {}
}

/// What became of a line.
public enum LineOutcome: Sendable {
  case recognised
  /// A rule that is muted takes it: known, and no event.
  case muted
  /// A mail program's line that no rule takes.
  case unrecognised
  /// A line of a program that has nothing to do with mail.
  case foreign
  /// No header and no rule: nothing a message could be found in.
  case malformed
}

/// Turns framed lines into events by the rules.
public struct LineClassifier: Sendable {
  /// What the hot path needs of a rule.
  public struct Rule: Sendable {
    public var id: String
    public var event: EventType
    public var direction: Direction
    var fixedReason: UInt16
    var groups: ReasonClassifier.GroupSelection
    var otherwise: UInt16
    var constants: [(field: Field, range: ByteRange)]
  }

  public struct Program: Sendable {
    public var name: String
    public var server: MailServer
    var isMail: Bool
    var isForeignUnlessTaken: Bool
  }

  public private(set) var rules: [Rule]
  /// What most lines need of their rule, by rule.
  private var facts: ContiguousArray<RuleFacts> = []
  private struct RuleFacts: Sendable {
    var event: EventType
    var direction: Direction
    var fixedReason: UInt16
    var hasConstants: Bool
    var classifies: Bool
    var isMuted: Bool
  }
  /// Reason classes by index; 0 is the empty name.
  public private(set) var reasons: [String]
  public private(set) var programs: [Program] = []
  /// Texts of `set:` values.
  public private(set) var constants: [UInt8] = []

  private let source: RuleSet
  private let firstUserRule: Int
  private let classifier: ReasonClassifier
  /// A program's own rules, and those for all programs of its server, which come after; neither where it is not mail.
  private struct Trees: Sendable {
    var own: MatchTree.View?
    var shared: MatchTree.View?
  }

  /// By program; nil until the first line of the program is seen.
  private var trees: ContiguousArray<Trees?> = []
  /// Keeps alive what `trees` looks into.
  private var tables: [MatchTable] = []
  private var sharedTables: [String: MatchTable] = [:]
  private var programIDs: [String: Int32] = [:]
  private var tagCache: [(hash: UInt64, program: Int32)]
  private var captures = Captures()
  private var hits: [Int32] = []
  private let knownPrograms: Set<String>
  private let wildcardServers: Set<String>

  /// At most so many programs are told apart; further tags count as one.
  static let programLimit = 4096
  /// The program of lines without a header: all rules are tried.
  static let bareProgram = ""
  /// The program of what logscan itself observes of a log, and what such a frame says as its process: no line of a log
  /// has both, whatever its tag.
  public static let logProgram = "the log"
  public static let observation = "observed"

  /// - Parameter builtinPatterns: how many of the patterns came with the program; those after them are the user's and win.
  public init(rules: RuleSet, builtinPatterns: Int? = nil) {
    source = rules
    firstUserRule = builtinPatterns ?? rules.patterns.count
    reasons = [""] + rules.vocabulary.reasons.map(\.name)
    var ids: [String: UInt16] = [:]
    for (i, name) in reasons.enumerated() { ids[name] = UInt16(i) }
    classifier = ReasonClassifier(rules: rules.reasons, reasonIDs: ids)
    self.rules = []
    self.rules.reserveCapacity(rules.patterns.count)
    for pattern in rules.patterns {
      var rule = Rule(
        id: pattern.id, event: pattern.event, direction: pattern.direction, fixedReason: 0,
        groups: ReasonClassifier.GroupSelection(), otherwise: 0, constants: [])
      switch pattern.reason {
      case .none: break
      case .fixed(let name): rule.fixedReason = ids[name] ?? 0
      case .classified(let groups, let otherwise):
        rule.groups = classifier.selection(of: groups)
        rule.otherwise = ids[otherwise] ?? 0
      }
      for (field, value) in pattern.constants {
        rule.constants.append(
          (field, ByteRange(constant: constants.count, count: value.utf8.count)))
        constants.append(contentsOf: value.utf8)
      }
      self.rules.append(rule)
      facts.append(
        RuleFacts(
          event: rule.event, direction: rule.direction, fixedReason: rule.fixedReason,
          hasConstants: !rule.constants.isEmpty, classifies: !rule.groups.isEmpty, isMuted: pattern.isMuted))
    }
    let names = Set(rules.patterns.flatMap(\.programs))
    knownPrograms = names
    wildcardServers = Set(names.filter { $0.hasSuffix("/*") }.map { String($0.dropLast()) })
    tagCache = Array(repeating: (0, -1), count: 1024)
  }

  public func reasonID(_ name: String) -> UInt16? {
    reasons.firstIndex(of: name).map { UInt16($0) }
  }

  /// Classifies one framed line. `values` holds the event's fields afterwards when the outcome is `.recognised`; the
  /// ranges are offsets into `bytes` (the frame's own buffer) or constants.
  public mutating func classify(
    _ bytes: borrowing Span<UInt8>, _ frame: LineFrame, _ head: inout EventHead,
    _ values: inout FieldValues
  ) -> LineOutcome {
    let program = program(bytes, frame)
    head.program = program
    let trees = trees[Int(program)] ?? newTrees(of: program)
    guard var tree = trees.own else { return .foreign }
    captures.count = 0
    var accept = tree.walk(bytes, frame.message.lower, frame.message.upper, &captures)
    if accept < 0, let shared = trees.shared {
      captures.count = 0
      tree = shared
      accept = tree.walk(bytes, frame.message.lower, frame.message.upper, &captures)
    }
    guard accept >= 0 else {
      if frame.form == .bare, programs[Int(program)].name == Self.bareProgram { return .malformed }
      return programs[Int(program)].isForeignUnlessTaken ? .foreign : .unrecognised
    }
    finish(bytes, frame, tree.accepts[Int(accept)], tree, &head, &values)
    return facts[Int(head.rule)].isMuted ? .muted : .recognised
  }

  private mutating func finish(
    _ bytes: borrowing Span<UInt8>, _ frame: LineFrame, _ accept: MatchTable.Accept,
    _ tree: MatchTree.View, _ head: inout EventHead, _ values: inout FieldValues
  ) {
    let ruleIndex = Int(accept.rule)
    head.rule = accept.rule
    let facts = facts[ruleIndex]
    head.event = facts.event
    head.direction = facts.direction
    values.removeAll()
    let isInbound = head.direction == .inbound
    var position = Int(accept.fields.lowerBound)
    for c in 0..<captures.count {
      var raw = captures.fields[c]
      if raw == Captures.positional {
        guard position < Int(accept.fields.upperBound) else { continue }
        raw = tree.fields[position]
        position += 1
        if raw == Captures.positional { continue }
      } else if isInbound {
        raw = Self.inbound(raw)
      }
      var range = captures.ranges[c]
      guard let field = Field(rawValue: raw) else { continue }
      // What stands between a fixed text and the reason: `(): reason`, `failed: reason`, or nothing.
      if field == .eventReason {
        while range.count > 0, bytes[range.lower] == UInt8(ascii: " ") || bytes[range.lower] == UInt8(ascii: ":") {
          range = ByteRange(range.lower + 1, range.upper)
        }
      }
      if range.isEmpty && field != .smtpEnvelopeFrom && field != .smtpEnvelopeTo { continue }
      values.set(field, range)
    }
    if facts.hasConstants {
      for (field, range) in rules[ruleIndex].constants where !values.has(field) { values.set(field, range) }
    }
    // `postfix/smtpd` has no service; `postfix/submission/smtpd` has.
    if head.direction == .inbound, frame.tag.count > 13, !values.has(.serverService) {
      let service = Self.service(of: frame.tag, bytes)
      if !service.isEmpty { values.set(.serverService, service) }
    }
    if !frame.user.isEmpty, !values.has(.userName) { values.set(.userName, frame.user) }
    if !frame.session.isEmpty, !values.has(.sessionId) { values.set(.sessionId, frame.session) }
    if !frame.client.isEmpty, !values.has(.clientIp) { values.set(.clientIp, frame.client) }
    head.reason = facts.fixedReason
    if facts.classifies || head.event == .smtpRejected { findReplyCodes(bytes, &values) }
    if facts.classifies { head.reason = reason(bytes, rule: ruleIndex, values) }
  }

  /// What stands between two slashes of a tag: the service of master.cf that writes, as `postfix/submission/smtpd`.
  private static func service(of tag: ByteRange, _ bytes: borrowing Span<UInt8>) -> ByteRange {
    var last = tag.upper - 1
    while last > tag.lower, bytes[last] != UInt8(ascii: "/") { last -= 1 }
    var first = last - 1
    while first > tag.lower, bytes[first] != UInt8(ascii: "/") { first -= 1 }
    return first > tag.lower && last > first + 1 ? ByteRange(first + 1, last) : .none
  }

  /// Exim's `H=` names the relay of an outbound event and the client of an inbound one.
  @inline(__always)
  private static func inbound(_ raw: UInt8) -> UInt8 {
    if raw == Field.smtpRelayAddress.rawValue { return Field.clientDomain.rawValue }
    if raw == Field.smtpRelayIp.rawValue { return Field.clientIp.rawValue }
    if raw == Field.smtpRelayPort.rawValue { return Field.clientPort.rawValue }
    return raw
  }

  private mutating func reason(
    _ bytes: borrowing Span<UInt8>, rule: Int, _ values: borrowing FieldValues
  ) -> UInt16 {
    for field in [Field.eventReason, .smtpResponseText, .tlsError] {
      guard let text = values[field], !text.isConstant else { continue }
      if let found = classifier.classify(
        bytes, text, groups: rules[rule].groups, code: values[.smtpResponseStatusCode],
        enhanced: values[.smtpResponseEnhancedStatusCode], hits: &hits)
      {
        return found
      }
    }
    if let found = classifier.classify(
      bytes, .none, groups: rules[rule].groups, code: values[.smtpResponseStatusCode],
      enhanced: values[.smtpResponseEnhancedStatusCode], hits: &hits)
    {
      return found
    }
    return rules[rule].otherwise
  }

  /// A reply text begins with its code (RFC 5321 section 4.2) and perhaps an enhanced code (RFC 3463, RFC 2034).
  private func findReplyCodes(_ bytes: borrowing Span<UInt8>, _ values: inout FieldValues) {
    guard let text = values[.smtpResponseText] ?? values[.eventReason], !text.isConstant else { return }
    var i = text.lower
    let code = ValueScanner.replyCode(bytes, i, text.upper)
    if code.next >= 0 {
      guard code.next == text.upper || bytes[code.next] == UInt8(ascii: " ") || bytes[code.next] == UInt8(ascii: "-")
      else { return }
      if !values.has(.smtpResponseStatusCode) { values.set(.smtpResponseStatusCode, code.value) }
      i = min(code.next + 1, text.upper)
    }
    let enhanced = ValueScanner.enhancedStatusCode(bytes, i, text.upper)
    if enhanced.next >= 0, !values.has(.smtpResponseEnhancedStatusCode) {
      values.set(.smtpResponseEnhancedStatusCode, enhanced.value)
    }
  }

  // MARK: Programs

  private mutating func program(_ bytes: borrowing Span<UInt8>, _ frame: LineFrame) -> Int32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 &+ UInt64(frame.origin.rawValue)
    Self.mix(frame.tag, bytes, &hash)
    Self.mix(frame.process, bytes, &hash)
    var slot = Int(truncatingIfNeeded: hash >> 32) & 1023
    for _ in 0..<8 {
      if tagCache[slot].program >= 0, tagCache[slot].hash == hash { return tagCache[slot].program }
      if tagCache[slot].program < 0 { break }
      slot = (slot + 1) & 1023
    }
    let id = newProgram(bytes, frame)
    tagCache[slot] = (hash, id)
    return id
  }

  @inline(__always)
  private static func mix(_ range: ByteRange, _ bytes: borrowing Span<UInt8>, _ hash: inout UInt64) {
    var i = range.lower
    let end = max(range.lower, range.upper)
    while i + 8 <= end {
      hash = (hash ^ bytes.word(at: i)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
      i += 8
    }
    while i < end {
      hash = (hash ^ UInt64(bytes[i])) &* 0x100_0000_01B3
      i += 1
    }
    hash = (hash ^ 0xFF) &* 0x100_0000_01B3
  }

  private mutating func newProgram(_ bytes: borrowing Span<UInt8>, _ frame: LineFrame) -> Int32 {
    let none = ContiguousArray<UInt8>()
    let process = textValue(frame.process, bytes, none.span)
    let name: String
    switch frame.origin {
    case .exim: name = "exim"
    case .dovecot: name = "dovecot/\(process)"
    case .tagged:
      name =
        frame.tag.isEmpty && frame.form == .bare
        ? Self.bareProgram
        : ProgramName.canonical(tag: textValue(frame.tag, bytes, none.span), process: process)
    }
    if name == Self.logProgram, process != Self.observation { return programID("the-log") }
    return programID(name)
  }

  private mutating func programID(_ name: String) -> Int32 {
    if let id = programIDs[name] { return id }
    if programs.count >= Self.programLimit { return programID("…") }
    let id = Int32(programs.count)
    let server = name.split(separator: "/", omittingEmptySubsequences: false).first.map { "\($0)/" } ?? ""
    let isMail =
      name == Self.bareProgram || knownPrograms.contains(name)
      || name.contains("/") && wildcardServers.contains(server)
    programs.append(
      Program(
        name: name, server: ProgramName.server(of: name), isMail: isMail,
        isForeignUnlessTaken: source.foreignPrograms.contains(name)))
    trees.append(nil)
    programIDs[name] = id
    return id
  }

  private mutating func newTrees(of program: Int32) -> Trees {
    guard programs[Int(program)].isMail else {
      trees[Int(program)] = Trees()
      return Trees()
    }
    let name = programs[Int(program)].name
    var own = builder(named: name)
    var shared: MatchTable?
    if let slash = name.firstIndex(of: "/") {
      let wildcard = name[...slash] + "*"
      if let known = sharedTables[String(wildcard)] {
        shared = known
      } else if knownPrograms.contains(String(wildcard)) {
        var builder = builder(named: String(wildcard))
        shared = builder.build()
        sharedTables[String(wildcard)] = shared
      }
    }
    let table = own.build()
    tables.append(table)
    let made = Trees(own: table.tree.view, shared: shared?.tree.view)
    trees[Int(program)] = made
    return made
  }

  /// The rules whose `program:` has exactly this name; all rules for a line without header.
  private func builder(named name: String) -> MatchTableBuilder {
    var builder = MatchTableBuilder(program: name, rules: source.patterns)
    for (index, pattern) in source.patterns.enumerated() {
      if name == Self.bareProgram {
        if pattern.programs.contains(Self.logProgram) { continue }
        // Ties are settled for the programs that write most lines, then by the order of the files.
        let isBusy = pattern.programs.contains(where: ProgramName.isBusy)
        builder.add(rule: index, rank: (isBusy ? 2 : 1) * source.patterns.count - index)
      } else if pattern.programs.contains(name) {
        builder.add(rule: index, rank: index >= firstUserRule ? 1 : 0)
      }
    }
    return builder
  }

  /// Templates of different rules that take the same lines with equal rank.
  public func conflicts() -> [RuleConflict] {
    var found: [RuleConflict] = []
    var seen: Set<String> = []
    for name in knownPrograms.sorted() {
      for conflict in builder(named: name).conflicts
      where seen.insert("\(conflict.first) \(conflict.second)").inserted {
        found.append(conflict)
      }
    }
    return found
  }
}
