import MailEvents
import Reports
import Testing

@Suite struct CauseTextTests {
  @Test func everythingAboutACause() {
    let text = CauseText.render(
      id: "outbound-port-25-blocked", title: "Outbound port 25 is blocked", severity: .critical,
      act: .provider,
      explain: """
        Many hosting providers block outbound connections to port 25, to keep infected
        machines from sending spam.

        How it shows:
        - connections to many unrelated hosts time out, and this goes on for so long that it fills a line
            an example
        """,
      fixes: [
        ("any", ["ask the provider to open outbound TCP 25"]),
        ("postfix", ["postconf -e 'relayhost = [smtp.provider.example]:587'", "postfix reload"]),
      ], references: ["https://example.org/port-25"],
      lookAlikes: [("remote-host-down", "one destination fails, others succeed")],
      style: Samples.style)
    #expect(
      text == """
        Outbound port 25 is blocked
        critical · act: hosting provider · outbound-port-25-blocked

        Many hosting providers block outbound connections to port 25, to keep infected
        machines from sending spam.

        How it shows:
        - connections to many unrelated hosts time out, and this goes on for so long
          that it fills a line
            an example

        How to tell it from others
           remote-host-down: one destination fails, others succeed

        What to do
           ask the provider to open outbound TCP 25

        What to do (postfix)
           postconf -e 'relayhost = [smtp.provider.example]:587'
           postfix reload

        Read more
           https://example.org/port-25

        """)
  }
}
