import MailFlow
import Testing

@testable import Diagnosis

/// Merging parts must equal one run over the whole; chunk borders must never show.
@Suite("Splitting a recorded log")
struct MergeTests {
  static let logs = [
    "postfix-outbound-port-25-blocked/mail.log", "postfix-own-cert-expired/mail.log", "exim-healthy/mainlog",
    "postfix-dovecot-stopped/mail.log",
  ]

  private func lineEnds(_ bytes: [UInt8]) -> [Int] {
    bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
  }

  @Test("into random parts gives the same ledger and findings as the whole", arguments: logs, 0..<5)
  func parts(name: String, seed: Int) throws {
    let bytes = FixtureLogs.bytes(name)
    try #require(!bytes.isEmpty)
    let whole = FixtureLogs.scan(bytes).ledger
    let ends = lineEnds(bytes)
    var cuts = (0..<Int.random(in: 1...6)).map { _ in ends.randomElement()! }.sorted()
    cuts.append(bytes.count)
    var merged: Ledger?
    var start = 0
    var line: Int64 = 1
    for cut in cuts where cut > start {
      let part = Array(bytes[start..<cut])
      let ledger = FixtureLogs.scan(part, startsStream: merged == nil, firstLine: line).ledger
      if merged == nil { merged = ledger } else { merged!.merge(ledger) }
      line += Int64(part.count { $0 == 0x0A })
      start = cut
    }
    let expected = FixtureLogs.description(whole)
    let found = FixtureLogs.description(try #require(merged))
    #expect(found == expected, "cut at \(cuts): \(zip(found, expected).filter { $0 != $1 }.prefix(3))")
    #expect(FixtureLogs.findings(merged!).map(\.cause) == FixtureLogs.findings(whole).map(\.cause))
  }

  @Test("into chunks of any size gives the same ledger", arguments: logs, 0..<5)
  func chunks(name: String, seed: Int) throws {
    let bytes = FixtureLogs.bytes(name)
    try #require(!bytes.isEmpty)
    let whole = FixtureLogs.scan(bytes)
    let ends = lineEnds(bytes).filter { _ in Int.random(in: 0..<4) == 0 } + [bytes.count]
    let chunked = FixtureLogs.scan(bytes, chunkEnds: ends)
    #expect(chunked.counts == whole.counts)
    #expect(FixtureLogs.description(chunked.ledger) == FixtureLogs.description(whole.ledger))
  }
}
