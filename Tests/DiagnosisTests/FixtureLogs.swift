import BuiltinRules
import EventRules
import Glibc
import LogSyntax
import MailEvents
import MailFlow
import RuleFiles

@testable import Diagnosis

/// Recorded logs of `Fixtures/`, and the built-in rules to read them with.
enum FixtureLogs {
  static let rules = BuiltinRules.load()
  static let classifier = LineClassifier(rules: rules)
  static let plan = CausePlan(rules: rules, classifier: classifier)

  static func bytes(_ name: String) -> [UInt8] {
    let path = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Fixtures/" + name
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  static func ledger(startsStream: Bool) -> Ledger {
    Ledger(setup: Ledger.Setup(plan: plan.tallies, classifier: classifier), startsStream: startsStream)
  }

  /// Scans bytes[range], whole lines, into a ledger of its own, in chunks that end where `chunkEnds` says.
  static func scan(
    _ bytes: [UInt8], startsStream: Bool = true, firstLine: Int64 = 1, chunkEnds: [Int]? = nil
  ) -> (ledger: Ledger, counts: LineScanner.Counts) {
    var scanner = LineScanner(classifier: classifier)
    var ledger = ledger(startsStream: startsStream)
    var framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: 1_798_761_600)))
    var start = 0
    var line = firstLine
    for end in chunkEnds ?? [bytes.count] {
      let chunk = Array(bytes[start..<end])
      scanner.scan(
        chunk.span, count: chunk.count, firstLine: line, file: 0, framer: &framer, into: &ledger)
      line += Int64(chunk.count { $0 == 0x0A })
      start = end
    }
    return (ledger, scanner.counts)
  }

  static func findings(_ ledger: Ledger) -> [Finding] {
    var ledger = ledger
    ledger.finish()
    var diagnostician = Diagnostician(plan: plan, ledger: ledger, fileNames: ["mail.log"])
    return diagnostician.diagnose().findings
  }

  /// All that a ledger says, in an order that does not depend on how it was made.
  static func description(_ ledger: Ledger) -> [String] {
    var ledger = ledger
    ledger.finish()
    let outcomes = ledger.messageOutcomes()
    var lines = [
      "settled \(outcomes.settled)", "waiting \(outcomes.waiting) held \(outcomes.held)",
      "oldest \(outcomes.oldestWaiting?.microseconds ?? 0)", "deliveries \(ledger.deliveries)",
      "logins \(ledger.loginsSucceeded) \(ledger.loginsFailed)", "reasons \(Array(ledger.reasonCounts))",
      "events \(Array(ledger.eventCounts))", "first \(ledger.first) last \(ledger.last)",
      "delays \(ledger.delays.total) \(ledger.delays.quantile(0.5) ?? -1)",
    ]
    for (hour, counts) in ledger.timeline.sorted(by: { $0.key < $1.key }) { lines.append("hour \(hour) \(counts)") }
    for (ip, source) in ledger.access.sources.sorted(by: { $0.key < $1.key }) { lines.append("source \(ip) \(source)") }
    for (user, account) in ledger.access.accounts.sorted(by: { $0.key < $1.key }) {
      lines.append("account \(user) \(account)")
    }
    for login in ledger.access.logins.sorted(by: { ($0.user, $0.ip) < ($1.user, $1.ip) }) {
      lines.append("login \(login)")
    }
    for table in ledger.tallies.plan.tables.indices {
      let entries = ledger.tallies.indices(of: table).map { index in
        let tally = ledger.tallies.tally(index, of: table)
        let counts = "\(tally.count) \(tally.distinct.map(\.count)) \(tally.histogram.buckets)"
        let marks = "\(tally.first.place.line) \(tally.last.place.line) \(tally.mention?.shown ?? [])"
        return "table \(table) \(ledger.tallies.key(index, of: table)) \(counts) \(marks)"
      }
      lines += entries.sorted()
    }
    return lines
  }
}
