/// What only `logscan explain` and those who work on rules need: a text of its own, so that an analysis does not read it.
extension RuleArchive {
  /// Writes what clients show and what the live checks do; samples are left out.
  public static func encodeClients(_ rules: RuleSet) -> String {
    var out = Writer()
    out.list(rules.vocabulary.probes.sorted { $0.key < $1.key }) {
      $0.text($1.key); $0.text($1.value)
    }
    out.list(rules.clients, client)
    return out.result
  }

  /// Reads back what ``encodeClients(_:)`` wrote. The text is the program's own, so a wrong one is a programming error.
  public static func decodeClients(_ text: StaticString, into rules: inout RuleSet) {
    decodeClients(bytes: text.withUTF8Buffer { Array($0) }, into: &rules)
  }

  public static func decodeClients(bytes: [UInt8], into rules: inout RuleSet) {
    var input = Reader(bytes: bytes)
    for probe in input.list({ ($0.text(), $0.text()) }) { rules.vocabulary.probes[probe.0] = probe.1 }
    rules.clients = input.list(client)
    rules.leavesOutClients = false
  }

  private static func client(_ out: inout Writer, _ rule: ClientRule) {
    out.text(rule.id)
    out.text(rule.client)
    out.texts(rule.codes.map(\.description))
    out.texts(rule.texts)
    out.text(rule.means)
    out.texts(rule.causes)
    out.texts(rule.reasons)
    out.texts(rule.signs)
    out.texts(rule.probes)
    out.texts(rule.steps)
    out.texts(rule.references)
    out.place(rule.place)
  }

  private static func client(_ input: inout Reader) -> ClientRule {
    ClientRule(
      id: input.text(), client: input.text(), codes: input.texts().compactMap { ErrorCode($0) }, texts: input.texts(),
      means: input.text(), causes: input.texts(), reasons: input.texts(), signs: input.texts(), probes: input.texts(),
      steps: input.texts(), references: input.texts(), samples: [], place: input.place())
  }
}
