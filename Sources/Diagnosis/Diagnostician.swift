import MailEvents
import MailFlow
import RuleFiles

/// From a ledger to findings: which causes hold, which explain which, and what matters most.
public struct Diagnostician {
  private let plan: CausePlan
  private let ledger: Ledger
  private let outcomes: MessageOutcomes
  private let fileNames: [String]
  private var index: EvidenceIndex
  private let activity: TimeHistogram
  private let logEnd: Int64
  private let logStart: Int64

  /// Seconds before an onset in which a change may have brought it about.
  static let onsetReach: Int64 = 300
  /// Below this a cause is not worth a user's time.
  static let leastConfidence = 0.7

  public init(plan: CausePlan, ledger: Ledger, fileNames: [String]) {
    self.plan = plan
    self.ledger = ledger
    self.fileNames = fileNames
    outcomes = ledger.messageOutcomes()
    activity = ledger.activity
    index = EvidenceIndex(tallies: ledger.tallies, populations: Populations(ledger.access))
    logStart = ledger.first.isKnown ? ledger.first.seconds : 0
    logEnd = ledger.last.isKnown ? ledger.last.seconds : 0
  }

  /// The findings in the order of the report, and what needs no action.
  public mutating func diagnose() -> (findings: [Finding], noise: [Finding]) {
    var candidates: [Candidate] = []
    for cause in plan.causes { candidates += self.candidates(of: cause) }
    candidates = Self.best(candidates)
    ExplainingAway.apply(&candidates)
    candidates = Folding.folded(candidates)
    let ranked = candidates.sorted { a, b in
      let (x, y) = (rank(a), rank(b))
      return x != y ? x > y : (a.onset, a.rule.id, a.scope.joined()) < (b.onset, b.rule.id, b.scope.joined())
    }
    let found = Set(ranked.map(\.rule.id))
    let findings = ranked.filter { !$0.rule.isNoise }.map { finding($0, found: found) }
    let noise = ranked.filter(\.rule.isNoise).map { finding($0, found: found) }
    return (findings, noise)
  }

  /// A cause that shows in several ways is one finding by its strongest evidence.
  private static func best(_ candidates: [Candidate]) -> [Candidate] {
    var position: [[String]: Int] = [:]
    var kept: [Candidate] = []
    for candidate in candidates {
      let key = [candidate.rule.id] + candidate.scope
      guard let known = position[key] else {
        position[key] = kept.count
        kept.append(candidate)
        continue
      }
      if candidate.confidence > kept[known].confidence { kept[known] = candidate }
    }
    return kept
  }

  // MARK: Evidence

  private mutating func candidates(of cause: CausePlan.Cause) -> [Candidate] {
    var found: [Candidate] = []
    let first = cause.evidence[0]
    let fields = index.fields(first)
    for (scope, tally) in index.scopes(first, where: { Self.meets(first.evidence, $0, fields: fields) }) {
      if first.evidence.stops, !hasStopped(tally) { continue }
      if let candidate = candidate(cause, scope: scope, tally) { found.append(candidate) }
    }
    return found
  }

  private mutating func candidate(_ cause: CausePlan.Cause, scope: [String], _ tally: Tally) -> Candidate? {
    let fields = index.fields(cause.evidence[0])
    let firstSeconds = tally.first.time.isKnown ? tally.first.time.seconds : logStart
    let lastSeconds = tally.last.time.isKnown ? tally.last.time.seconds : logEnd
    var success: Tally?
    if let piece = cause.success { success = index.tally(piece, scope: scope) }
    var candidate = Candidate(
      plan: cause, scope: scope, tally: tally, fields: fields, onset: firstSeconds, last: lastSeconds, units: 0)
    candidate.units = units(candidate)
    candidate.incidents = Incident.found(
      failures: tally.histogram, successes: success?.histogram, first: firstSeconds, last: lastSeconds)
    if let incident = Incident.main(of: candidate.incidents) {
      candidate.onset = incident.start
      if !incident.isOpen { candidate.last = incident.end }
      candidate.units = min(candidate.units, incident.failures)
    }
    if cause.evidence[0].evidence.stops { candidate.onset = lastSeconds }
    if let histogram = success?.histogram {
      let width = histogram.width
      candidate.successes =
        Incident.main(of: candidate.incidents)?.successes
        ?? histogram.count(from: candidate.onset + width, through: candidate.last - width)
      candidate.successesAfter = histogram.count(from: candidate.last + width, through: .max / 2)
      candidate.hadSuccessBefore = (success?.first.time.seconds ?? .max) < candidate.onset
    }

    for piece in cause.evidence.dropFirst() {
      let holds = holds(piece, candidate)
      if !holds, !piece.evidence.optional { return nil }
      guard holds else { continue }
      if piece.evidence.elsewhere { candidate.hasControl = true }
      if !piece.evidence.elsewhere { candidate.corroborations += 1 }
    }
    for piece in cause.contrary where holds(piece, candidate) { return nil }
    if let share = cause.evidence[0].evidence.shareAtLeast {
      let total = candidate.units + candidate.successes
      if Double(candidate.units) * 100 < share * Double(total) { return nil }
    }
    candidate.isOngoing = isOngoing(candidate)
    Confidence.judge(&candidate)
    return candidate.confidence >= Self.leastConfidence ? candidate : nil
  }

  /// Independent cases: messages where there are queue IDs, else addresses or users where they are fewer than lines.
  private func units(_ c: Candidate) -> Int {
    if let messages = c.distinct(.emailLocalId), messages > 0 { return messages }
    if let addresses = c.distinct(.clientIp), addresses > 1 { return addresses }
    return c.tally.count
  }

  private mutating func holds(_ piece: CausePlan.Piece, _ candidate: Candidate) -> Bool {
    if piece.evidence.elsewhere {
      let isWindow = piece.evidence.time == .window
      let events = index.countElsewhere(
        piece, scope: candidate.scope, from: isWindow ? candidate.onset : 0,
        through: isWindow ? candidate.last : .max / 2)
      return events >= (piece.evidence.atLeast.first?.value ?? 1)
    }
    guard let tally = index.tally(piece, scope: candidate.scope) else {
      return piece.evidence.atLeast.isEmpty && !piece.evidence.atMost.isEmpty
    }
    let evidence = piece.evidence
    let width = tally.histogram.width
    let inTime: Int?
    switch evidence.time {
    case .any: inTime = nil
    case .window: inTime = tally.histogram.count(from: candidate.onset, through: candidate.last)
    case .after:
      inTime =
        tally.last.time > candidate.tally.last.time
        ? max(1, tally.histogram.count(from: candidate.last + width, through: .max / 2)) : 0
    case .before:
      inTime =
        tally.first.time < candidate.tally.first.time
        ? max(1, tally.histogram.count(from: 0, through: candidate.onset - width)) : 0
    case .onset: inTime = tally.histogram.count(from: candidate.onset - Self.onsetReach, through: candidate.onset)
    }
    if evidence.stops, !hasStopped(tally) { return false }
    if let inTime {
      if inTime == 0 { return evidence.atLeast.isEmpty && !evidence.atMost.isEmpty }
      return Self.meets(evidence, tally, fields: index.fields(piece), events: inTime)
    }
    return Self.meets(evidence, tally, fields: index.fields(piece))
  }

  private static func meets(_ evidence: CauseRule.Evidence, _ tally: Tally, fields: [Field], events: Int? = nil) -> Bool
  {
    func value(_ measure: CauseRule.Threshold.Measure) -> Int {
      switch measure {
      case .events: events ?? tally.count
      case .distinct(let field): fields.firstIndex(of: field).map { tally.distinct[$0].count } ?? 0
      }
    }
    if evidence.atLeast.isEmpty, evidence.atMost.isEmpty { return (events ?? tally.count) > 0 }
    return evidence.atLeast.allSatisfy { value($0.measure) >= $0.value }
      && evidence.atMost.allSatisfy { value($0.measure) <= $0.value }
  }

  /// Regular events that ceased while the log went on: silent for six mean gaps and for twice the longest pause there was
  /// before (mail comes in bursts), while so much else happened that three or more were to be expected. In a steady
  /// stream the chance of that is below 5 % (Poisson).
  private func hasStopped(_ tally: Tally) -> Bool {
    let first = tally.first
    guard tally.count >= 4, first.time.isKnown else { return false }
    let last = tally.last
    let span = Double(last.time.microseconds - first.time.microseconds) / 1e6
    let gap = span / Double(tally.count - 1)
    let silence = Double(ledger.last.microseconds - last.time.microseconds) / 1e6
    let pause = Double(tally.histogram.longestPause)
    let resolution = Double(tally.histogram.width)
    guard gap > 0, silence >= max(6 * gap, 2 * pause, 4 * resolution) else { return false }
    let end = last.time.seconds
    let before = activity.count(from: 0, through: end)
    let after = activity.count(from: end + activity.width, through: .max / 2)
    return Double(tally.count) * Double(after) >= 3 * Double(before)
  }

  private func isOngoing(_ c: Candidate) -> Bool {
    if c.successesAfter >= 1, c.successesAfter * 2 >= c.units { return false }
    // What is stated once (stopped, misconfigured) stays until the log says otherwise; what recurs, as long as it recurs.
    let isState = c.rule.specificity == .definitive && c.tally.count == 1
    if isState || c.rule.specificity == .absence { return true }
    let gap = c.cases > 1 ? Double(c.last - c.onset) / Double(c.cases - 1) : 0
    let quiet = Double(logEnd - c.last)
    return quiet <= max(600, 4 * gap) && c.successesAfter == 0
  }

  // MARK: Ranking

  private func rank(_ c: Candidate) -> Double {
    let weight: Double
    switch c.severity {
    case .critical: weight = 100
    case .warning: weight = 25
    case .notice: weight = 3
    case .info: weight = 0.1
    }
    var value = weight * c.confidence * (1 + log10(1 + harm(c)))
    if c.rule.specificity == .definitive { value *= 1.5 }
    if !c.isOngoing { value *= 0.6 }
    if c.rule.act == .remote { value *= 0.9 }
    if c.consequenceOf != nil { value *= 0.01 }
    return value
  }

  private func harm(_ c: Candidate) -> Double {
    let users = Double(c.distinct(.userName) ?? 0)
    let messages = Double(c.distinct(.emailLocalId) ?? 0)
    return max(users * 3 + messages, Double(c.distinct(.clientIp) ?? 0))
  }

  private func log10(_ x: Double) -> Double { Confidence.decimalLogarithm(x) }

  // MARK: Findings

  private func finding(_ c: Candidate, found: Set<String>) -> Finding {
    let rule = c.rule
    var finding = Finding(
      cause: rule.id, title: filled(c.folded.isEmpty ? rule.title : rule.titleOfMany ?? rule.title, c),
      severity: c.severity, act: rule.act,
      category: rule.category, confidence: (c.confidence * 100).rounded() / 100)
    if c.folded.isEmpty { finding.scope = zip(rule.scope, c.scope).map { (field: $0.name, value: $1) } }
    finding.since = Timestamp(seconds: c.onset)
    let first = c.tally.first.time
    if first.isKnown, first.seconds == c.onset { finding.since = first }
    finding.until = c.tally.last.time.isKnown ? c.tally.last.time : nil
    if c.last < c.tally.last.time.seconds { finding.until = Timestamp(seconds: c.last) }
    if c.incidents.count > 1 {
      finding.incidents = c.incidents.map {
        Finding.Incident(since: Timestamp(seconds: $0.start), until: Timestamp(seconds: $0.end), events: $0.failures)
      }
    }
    let histogram = c.tally.histogram
    finding.series = histogram.buckets.filter { $0.count > 0 }.map {
      Finding.Bucket(start: Timestamp(seconds: $0.start), seconds: histogram.width, count: $0.count)
    }
    finding.ongoing = c.isOngoing
    finding.because = c.because
    finding.impact = impact(c)
    finding.summary = summary(c)
    finding.evidence = [evidence(c)]
    finding.example = place(c.tally)
    finding.rivals = rule.rivals.map { Finding.Rival(cause: $0.cause, share: $0.share) }
    // What it may be as well is not ruled out.
    finding.ruledOut = rule.lookAlikes.filter { other in
      !found.contains(other.cause) && !rule.rivals.contains { $0.cause == other.cause }
    }.map { Finding.RuledOut(cause: $0.cause, why: $0.difference) }
    finding.consequenceOf = c.consequenceOf
    finding.explain = rule.explain
    finding.fix = fix(c)
    finding.references = rule.references
    finding.probes = rule.probes
    return finding
  }

  private func impact(_ c: Candidate) -> Finding.Impact {
    var impact = Finding.Impact()
    impact.messages = c.distinct(.emailLocalId) ?? 0
    impact.recipients = c.distinct(.smtpEnvelopeTo) ?? 0
    impact.senders = c.distinct(.smtpEnvelopeFrom) ?? 0
    impact.users = c.distinct(.userName) ?? 0
    impact.isApproximate = !CausePlan.impactFields.allSatisfy(c.isExact)
    if let position = c.fields.firstIndex(of: .emailLocalId) {
      impact.waiting = outcomes.waiting(among: c.tally.distinct[position]) ?? 0
    }
    return impact
  }

  private func evidence(_ c: Candidate) -> Finding.Evidence {
    var distinct: [String: Int] = [:]
    for (position, field) in c.fields.enumerated() {
      let count = c.tally.distinct[position].count
      if count > 0 { distinct[field.name] = count }
    }
    let select = c.rule.evidence[0].select
    let first = c.tally.first
    let event = first.rule >= 0 ? ledger.tallies.ruleEvents[Int(first.rule)].name : select.events.first?.name ?? ""
    let reason = first.reason == 0 ? nil : plan.reasons[Int(first.reason)]
    var evidence = Finding.Evidence(
      event: event, reason: reason, count: c.tally.count, distinct: distinct,
      first: place(c.tally), last: place(c.tally.last, text: []))
    evidence.approximate = c.fields.filter { !c.isExact($0) }.map(\.name).sorted()
    return evidence
  }

  private func place(_ tally: Tally) -> Place? { place(tally.first, text: tally.mention?.text ?? []) }

  private func place(_ mark: Tally.Mark, text: ContiguousArray<UInt8>) -> Place? {
    guard mark.place.file >= 0, Int(mark.place.file) < fileNames.count else { return nil }
    return Place(
      file: fileNames[Int(mark.place.file)], line: mark.place.line,
      text: String(decoding: text, as: UTF8.self))
  }

  private func summary(_ c: Candidate) -> String {
    var sentence = filled(c.rule.summary, c)
    for gap in [": ?", " ?"] where sentence.hasSuffix(gap) { sentence.removeLast(gap.count) }
    if c.folded.isEmpty { return sentence }
    let most = c.folded.prefix(3).map { "\($0.scope.joined(separator: ", ")) (\(Summary.grouped($0.events)))" }
    return sentence + "; most: " + most.joined(separator: ", ")
  }

  /// A text of the rule with the finding's values in its placeholders.
  private func filled(_ text: String, _ c: Candidate, quote: (String) -> String = { $0 }) -> String {
    let shown = ledger.tallies.plan.tables[c.plan.evidence[0].table].shown
    return Summary.fill(text) { name in
      if name == "events" { return Summary.grouped(c.tally.count) }
      if name == "scope", !c.folded.isEmpty { return manyScopes(c) }
      if name == "scope" { return quote(c.scope.joined(separator: ", ")) }
      if name.hasPrefix("distinct "), let field = Field.named[String(name.dropFirst(9))] {
        return c.distinct(field).map { (c.isExact(field) ? "" : "about ") + Summary.grouped($0) }
      }
      guard let field = Field.named[name] else { return nil }
      if let position = c.rule.scope.firstIndex(of: field), position < c.scope.count { return quote(c.scope[position]) }
      guard let position = shown.firstIndex(of: field), let values = c.tally.mention?.shown,
        position < values.count, !values[position].isEmpty
      else { return nil }
      return quote(values[position])
    }
  }

  /// `82 providers`
  private func manyScopes(_ c: Candidate) -> String {
    "\(Summary.grouped(c.folded.count)) \(ScopeWords.plural(of: c.rule.scope.first))"
  }

  /// The steps for the server whose line shows the fault and those for any server, in the order of the rule. Values from the log are quoted for the
  /// shell, since these lines are made to be copied.
  private func fix(_ c: Candidate) -> [String] {
    var example = c
    // Of many scopes the first stands for all.
    if let first = c.folded.first { (example.scope, example.folded) = (first.scope, []) }
    return steps(c).map { filled($0, example, quote: ShellWord.quoted) }
  }

  private func steps(_ c: Candidate) -> [String] {
    let id = c.tally.first.rule >= 0 ? plan.ruleIDs[Int(c.tally.first.rule)] : ""
    let own = String(id.prefix { $0 != "." })
    let seen = MailServer.allCases.filter { ledger.events(of: $0) > 0 }.map(\.rawValue)
    let server = ([own] + seen).first { name in c.rule.fix.contains { $0.server == name } }
    let steps = c.rule.fix.filter { $0.server == server || $0.server == "any" }.flatMap(\.steps)
    return steps.isEmpty ? c.rule.fix.first?.steps ?? [] : steps
  }
}
