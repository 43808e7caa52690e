import MailEvents
import RuleFiles
import RuleReference
import Testing

@Suite("The reference of the rules")
struct RuleReferenceTests {
  private static let files = [
    (
      name: "patterns/vocabulary.yaml",
      text: """
      logscan: vocabulary/1
      reasons:
        mailbox.full: 'a <full> mailbox | really'
      """
    ),
    (
      name: "patterns/postfix/smtp.yaml",
      text: """
      logscan: patterns/1
      program: [postfix/smtp]
      patterns:
        - id: a.b
          match: 'connect to {smtp.relay.address:host}: {event.reason}'
          event: connection.failed
          direction: outbound
          since: "2.3"
          samples: ['connect to mx.example.net: `x` <b>']
      """
    ),
    (
      name: "patterns/reasons/local.yaml",
      text: """
      logscan: reasons/1
      group: local
      reasons:
        - {reason: mailbox.full, contains: ['a`b', 'over|quota'], when: {code: 552}, samples: ['552 a`b']}
      """
    ),
    (
      name: "patterns/causes/boxes.yaml",
      text: """
      logscan: causes/1
      causes:
        - id: box-full
          title: A *box* is full
          severity: warning
          act: user
          kind: explicit
          scope: [user.name]
          evidence: [{select: {event: [delivery.deferred, delivery.bounced], reason: mailbox.full}, at_least: {events: 3}}]
          contrary: [{select: {event: delivery.sent}, when: after, says: mail came in again}]
          explain: |
            First.

            - one <item>
          fix: {any: ['rm -rf x']}
      """
    ),
    (
      name: "patterns/clients/some.yaml",
      text: """
      logscan: clients/1
      client: A *mailer*
      errors:
        - {id: a.full, code: '0x800CCC6D', text: 'the <box> is full', means: 'No room | really.', causes: [box-full], log: a | line, samples: ['0x800CCC6D']}
      """
    ),
  ]

  private func pages() throws -> [String: String] {
    let loaded = RuleLoader.load(Self.files)
    #expect(loaded.problems.isEmpty, "\(loaded.problems)")
    return Dictionary(
      uniqueKeysWithValues: RuleReference.pages(of: loaded.rules).map { ($0.name, $0.text) })
  }

  @Test("has a page for each kind and an index that names them")
  func names() throws {
    let pages = try pages()
    #expect(
      pages.keys.sorted() == [
        "README.md", "causes-boxes.md", "clients.md", "patterns-postfix.md", "reasons.md", "vocabulary.md",
      ])
    for name in pages.keys where name != "README.md" { #expect(pages["README.md"]?.contains("(\(name))") == true) }
    for text in pages.values {
      #expect(RuleReference.isGenerated(text))
      #expect(text.hasSuffix("\n") && !text.contains(" \n") && !text.contains("\n\n\n"))
    }
  }

  @Test("tells of a pattern its event, fields, version and a line")
  func pattern() throws {
    let text = try #require(try pages()["patterns-postfix.md"])
    #expect(
      text.contains(
        "`connection.failed` · outbound · since `2.3` · fields `smtp.relay.address`, `event.reason`\n\n"
          + "    connect to mx.example.net: `x` <b>\n"))
  }

  @Test("tells the evidence in words, and lets no text be markup")
  func escaping() throws {
    let pages = try pages()
    let cause = try #require(pages["causes-boxes.md"])
    #expect(cause.contains("**A \\*box\\* is full**"))
    #expect(
      cause.contains(
        "- `delivery.deferred` or `delivery.bounced`, because of `mailbox.full`, at least 3 events\n"
          + "- but not: `delivery.sent`, after it: mail came in again\n"))
    #expect(cause.contains("- one \\<item\\>\n"))
    #expect(cause.contains("\n    rm -rf x\n"))
    #expect(pages["reasons.md"]?.contains("- `` a`b ``, `over|quota`, code `552` (local)") == true)
    #expect(pages["vocabulary.md"]?.contains("a \\<full\\> mailbox \\| really") == true)
  }

  @Test("tells what clients show and which causes are behind it")
  func clients() throws {
    let text = try #require(try pages()["clients.md"])
    #expect(
      text.contains(
        "## A \\*mailer\\*\n\n### `a.full`\n\n`0x800CCC6D`, “the \\<box\\> is full”\n\nNo room \\| really.\n"))
    #expect(text.contains("- causes: `box-full`\n- in the log: a \\| line\n"))
  }

  @Test("is the same each time")
  func deterministic() throws {
    #expect(try pages() == pages())
  }
}
