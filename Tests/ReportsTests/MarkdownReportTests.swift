import Diagnosis
import MailEvents
import Reports
import Testing

@Suite struct MarkdownReportTests {
  @Test func findingAndNoise() {
    let text = MarkdownReport.render(Samples.critical, clock: Samples.clock)
    #expect(text.hasPrefix("# Mail log summary\n"))
    #expect(text.contains("## 1. CRITICAL: Outbound port 25 is blocked\n"))
    #expect(text.contains("| 18,204 | 17,911 | 132 | 44 | 9,120 |\n"))
    #expect(text.contains("```\nmail.log:88123  Nov 23 00:14:02 mx1"))
    #expect(text.contains("- Password guessing: 9,101 attempts"))
  }

  @Test func healthy() {
    let text = MarkdownReport.render(Samples.healthy, clock: Samples.clock)
    #expect(
      text.contains(
        "No problems found.\nMail is flowing: 17,911 messages delivered, none waiting.\n"))
  }

  @Test func aLineOfTheLogCannotLeaveItsBlock() {
    var analysis = Samples.critical
    analysis.findings[0].example = Place(
      file: "mail.log", line: 1, text: "``` \n````\n# owned <script>")
    analysis.findings[0].title = "<img src=x> *x*"
    let text = MarkdownReport.render(analysis, clock: Samples.clock)
    #expect(text.contains("`````\nmail.log:1  ``` \n````\n# owned <script>\n`````\n"))
    #expect(text.contains("\\<img src=x\\> \\*x\\*"))
  }

  @Test(arguments: 0..<100)
  func nothingInvisibleRemains(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    let text = MarkdownReport.render(random.analysis(), clock: Samples.clock)
    #expect(!text.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || $0.value == 0x7F) })
    #expect(!text.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) })
  }
}
