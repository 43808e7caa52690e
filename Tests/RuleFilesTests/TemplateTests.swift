import MailEvents
import RuleFiles
import Testing

@Suite("A template")
struct TemplateTests {
  @Test("is literals and fields in turn")
  func segments() throws {
    let template = try Template(parsing: "connect to {smtp.relay.address:host}[{:ip}]: {event.reason}")
    #expect(
      template.segments == [
        .literal(Array("connect to ".utf8)), .field(.smtpRelayAddress, .host), .literal(Array("[".utf8)),
        .field(nil, .ip), .literal(Array("]: ".utf8)), .field(.eventReason, .free),
      ])
  }

  @Test("writes braces twice")
  func braces() throws {
    let template = try Template(parsing: "a {{b}} c")
    #expect(template.segments == [.literal(Array("a {b} c".utf8))])
  }

  @Test(
    "says what is wrong with it",
    arguments: [
      ("{client.ip", "'{' without '}'"),
      ("a } b", "'}' without '{'"),
      ("{client.ipp:ip}", "did you mean 'client.ip'?"),
      ("{client.ip:ipp}", "did you mean 'ip'?"),
      ("{event.reason} {client.ip:ip}{event.count:int}", "without a literal"),
      ("{event.reason}{client.ip:ip}", "needs a literal"),
      ("{event.reason:rest} end", "nothing can follow"),
      ("{event.count:int}5 times", "can never match"),
      ("", "empty"),
      ("{destination.domain}", "unknown field"),
    ])
  func mistakes(text: String, expected: String) {
    let mistake = #expect(throws: Template.Mistake.self) { try Template(parsing: text) }
    #expect(mistake?.text.contains(expected) == true, "\(mistake?.text ?? "")")
  }
}
