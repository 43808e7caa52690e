import Diagnosis
import MailEvents
import Reports
import Testing

@Suite struct TextReportTests {
  @Test func oneCriticalFinding() {
    #expect(
      TextReport.render(Samples.critical, style: Samples.style) == """
        logscan  mail.log   1,204,331 lines, 171 MB, 0.21 s
                 mx1 · Sun 22 Nov 00:00 – Mon 23 Nov 02:11 (+01:00)

        Mail flow    18,204 received   17,911 delivered   132 waiting   44 bounced
                     9,120 rejected    median delay 0.8 s, p99 41 s

        1  CRITICAL  Outbound port 25 is blocked                   act: hosting provider
           since Mon 00:14, ongoing · 132 messages to 41 domains wait · confidence 97%
           1,880 connections to port 25 of 63 hosts timed out; none succeeded
             mail.log:88123  Nov 23 00:14:02 mx1 postfix/smtp[2121]: connect to
                             mx.example.net[203.0.113.9]:25: Connection timed out
           not this:  remote host down (63 unrelated hosts fail); DNS (names resolve)
           fix:  ask the provider to open outbound TCP 25, or relay through port 587:
                 postconf -e 'relayhost = [smtp.provider.example]:587'
           more: logscan explain outbound-port-25-blocked

        No action needed
           Password guessing: 9,101 attempts from 2,120 addresses, no account entered

        Not recognised: 12 lines in 3 shapes (0.001 %)   logscan rules suggest mail.log

        """)
  }

  @Test func aHealthyLogSaysSoInTwoLines() {
    let text = TextReport.render(Samples.healthy, style: Samples.style)
    #expect(
      text.hasSuffix(
        """

        No problems found.
        Mail is flowing: 17,911 messages delivered, none waiting.

        """))
  }

  @Test func noticesAreNoProblem() {
    var analysis = Samples.healthy
    var notice = Samples.warning("A small thing")
    notice.severity = .notice
    analysis.findings = [notice]
    let text = TextReport.render(analysis, style: Samples.style)
    #expect(text.contains("No problems found."))
    #expect(text.contains("1  NOTICE    A small thing"))
  }

  @Test func whatWasNotReadIsNotCalledHealthy() {
    var analysis = Samples.healthy
    analysis.inputs[0].problem = "permission denied"
    let text = TextReport.render(analysis, style: Samples.style)
    #expect(text.contains("No problems found in what could be read.\n"))
    #expect(text.contains("Not judged\n   mail.log: permission denied\n"))
  }

  @Test func anEmptyLog() {
    #expect(
      TextReport.render(Analysis(), style: Samples.style) == """
        logscan  0 lines

        The log is empty: there is nothing to analyse.

        """)
  }

  @Test func aLogWithoutMailLines() {
    var analysis = Analysis()
    analysis.lines.total = 1204
    analysis.lines.foreign = 1204
    let text = TextReport.render(analysis, style: Samples.style)
    #expect(text.contains("No mail lines: none of 1,204 lines is known to be from a mail server."))
    #expect(!text.contains("Mail flow"))
    #expect(!text.contains("No problems"))
  }

  @Test func consequencesStandUnderTheirRootAndHaveNoNumber() {
    var analysis = Samples.healthy
    var consequence = Samples.warning("The queue grows", cause: "queue-grows")
    consequence.consequenceOf = "outbound-port-25-blocked"
    consequence.impact.messages = 1
    consequence.impact.waiting = 1
    var second = Samples.warning("Delay warnings are sent", cause: "delay-warnings")
    second.consequenceOf = "queue-grows"
    analysis.findings = [
      consequence, Samples.portBlocked, second, Samples.warning("Another thing"),
    ]
    let text = TextReport.render(analysis, style: Samples.style)
    #expect(
      text.contains(
        "   because of this: The queue grows (1 message waits)\n   because of this: Delay warnings are sent\n"
      ))
    #expect(text.contains("\n1  CRITICAL  Outbound"))
    #expect(text.contains("\n2  WARNING   Another thing"))
    #expect(!text.contains("\n3  "))
  }

  @Test func aConsequenceWithoutItsRootStandsAlone() {
    var analysis = Samples.healthy
    var orphan = Samples.warning("The queue grows")
    orphan.consequenceOf = "not-in-the-report"
    analysis.findings = [orphan]
    #expect(
      TextReport.render(analysis, style: Samples.style).contains("\n1  WARNING   The queue grows"))
  }

  @Test func causesThatFollowFromEachOtherAreBothShown() {
    var analysis = Samples.healthy
    var first = Samples.warning("First", cause: "first")
    first.consequenceOf = "second"
    var second = Samples.warning("Second", cause: "second")
    second.consequenceOf = "first"
    analysis.findings = [first, second]
    let text = TextReport.render(analysis, style: Samples.style)
    #expect(text.contains("First") && text.contains("Second"))
  }

  @Test func moreFindingsThanAskedFor() {
    var analysis = Samples.healthy
    analysis.findings = (1...14).map { Samples.warning("Thing \($0)", cause: "thing-\($0)") }
    let text = TextReport.render(analysis, style: Samples.style)
    #expect(text.contains("\n10 WARNING   Thing 10"))
    #expect(!text.contains("Thing 11"))
    #expect(text.contains("\nand 4 more: --all\n"))
    var all = Samples.style
    all.maximumFindings = nil
    let whole = TextReport.render(analysis, style: all)
    #expect(whole.contains("\n14 WARNING   Thing 14"))
    #expect(!whole.contains("--all"))
  }

  @Test func rivalsNameTheProbeOnlyWhenThereIsOne() {
    var analysis = Samples.healthy
    var finding = Samples.warning("Something")
    finding.rivals = [.init(cause: "firewall-here", share: 0.3)]
    analysis.findings = [finding]
    #expect(
      TextReport.render(analysis, style: Samples.style).contains(
        "   could also be firewall here (30 %)\n"))
    analysis.findings[0].probes = ["egress-port-25"]
    #expect(
      TextReport.render(analysis, style: Samples.style).contains(
        "   could also be firewall here (30 %); `logscan probe` decides\n"))
  }

  @Test func actMovesToItsOwnLineWhenTheTitleIsLong() {
    var analysis = Samples.healthy
    analysis.findings = [
      Samples.warning("A title that is so long that little room is left on this line")
    ]
    #expect(
      TextReport.render(analysis, style: Samples.style).contains(
        "so long that little room is left on this line\n   act: the administrator\n"))
  }

  @Test func partialIsSaidFirst() {
    var analysis = Samples.healthy
    analysis.isPartial = true
    #expect(TextReport.render(analysis, style: Samples.style).hasPrefix("Partial: "))
  }

  @Test func coloursOnlyWhenAskedFor() {
    var style = Samples.style
    #expect(!TextReport.render(Samples.critical, style: style).contains("\u{1B}"))
    style.color = true
    let text = TextReport.render(Samples.critical, style: style)
    #expect(text.contains("\u{1B}[1;31mCRITICAL\u{1B}[0m"))
    #expect(
      text.replacing("\u{1B}[1;31m", with: "").replacing("\u{1B}[0m", with: "")
        == TextReport.render(Samples.critical, style: Samples.style))
  }

  @Test func asciiOnlyWithoutUnicode() {
    var style = Samples.style
    style.unicode = false
    var analysis = Samples.critical
    analysis.hosts = ["mäx"]
    analysis.timeline = (0..<6).map {
      var hour = Analysis.Hour(start: Samples.time(0, $0, 0))
      hour.delivered = $0 * 10
      return hour
    }
    let text = TextReport.render(analysis, style: style)
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    #expect(
      text.contains("since Mon 00:14, ongoing - 132 messages to 41 domains wait - confidence 97%"))
    #expect(text.contains("m\\u00e4x"))
  }

  @Test func longEvidenceEndsWithAnEllipsis() {
    var analysis = Samples.healthy
    var finding = Samples.warning("Something")
    finding.example = Place(file: "mail.log", line: 1, text: String(repeating: "word ", count: 200))
    analysis.findings = [finding]
    let lines = TextReport.render(analysis, style: Samples.style).split(separator: "\n")
      .filter { $0.contains("word") }
    #expect(lines.count == 4)
    #expect(lines.last?.hasSuffix("…") == true)
  }

  @Test func loginsAreShownWhenThereAreAny() {
    var analysis = Samples.healthy
    #expect(!TextReport.render(analysis, style: Samples.style).contains("Logins"))
    analysis.authenticationSucceeded = 1200
    analysis.authenticationFailed = 1
    #expect(
      TextReport.render(analysis, style: Samples.style).contains(
        "\nLogins       1,200 succeeded   1 failed\n"))
  }

  @Test func aStopOfDeliveriesShowsInTheBars() {
    var analysis = Samples.healthy
    analysis.timeline = (0..<12).map {
      var hour = Analysis.Hour(start: Samples.time(0, $0, 0))
      hour.delivered = $0 < 9 ? 100 : 0
      return hour
    }
    #expect(TextReport.render(analysis, style: Samples.style).contains("   █████████▁▁▁\n"))
  }

  @Test func namesInCommandsAreQuoted() {
    var analysis = Samples.critical
    analysis.unrecognised[0].example.file = "mail log; rm -rf"
    #expect(
      TextReport.render(analysis, style: Samples.style).contains(
        "logscan rules suggest 'mail log; rm -rf'"))
  }
}
