import Diagnosis
import MailEvents
import Reports
import Testing

@Suite("The report as a page")
struct HTMLReportTests {
  @Test("tells finding, evidence, fix and noise")
  func findingAndNoise() {
    let page = HTMLReport.render(Samples.critical, heading: "Mail on mx1", clock: Samples.clock)
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(page.contains("<h1>Mail on mx1</h1>\n<p class=\"verdict critical\">CRITICAL: Outbound port 25 is blocked"))
    #expect(page.contains("<b>mail.log:88123</b> Nov 23 00:14:02 mx1"))
    #expect(page.contains("<b>Password guessing</b>: 9,101 attempts"))
    #expect(page.contains("<dt>delivered</dt><dd>17,911<span>median 0.8 s</span></dd>"))
  }

  @Test("says that all is well")
  func healthy() {
    let page = HTMLReport.render(Samples.healthy, clock: Samples.clock)
    #expect(page.contains("<p class=\"verdict fine\">No problems found.</p>"))
    #expect(!page.contains("<article"))
  }

  @Test("any values make a page without markup of a stranger", arguments: 0..<100)
  func hostile(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    let page = HTMLReport.render(random.analysis(), clock: Samples.clock)
    #expect(page.utf8.count <= HTMLReport.sizeLimit)
    #expect(!page.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || (0x7F..<0xA0).contains($0.value)) })
    #expect(!page.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) })
    let tags = Set(page.matches(of: /<([a-zA-Z]+)/).map { String($0.1) })
    #expect(tags.isDisjoint(with: ["script", "img", "a", "iframe", "object", "link", "form"]), "\(tags)")
    #expect(page.matches(of: /<article/).count == page.matches(of: /<\/article>/).count)
  }
}

@Suite("Figures for monitoring")
struct MonitoringTests {
  @Test("any values keep the form of Prometheus", arguments: 0..<100)
  func prometheus(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    let text = PrometheusReport.render(random.analysis(), now: Timestamp(seconds: 1_795_410_000))
    // By scalars: a combining mark at the beginning of a value makes one character with the quote before it.
    let sample = /[a-z_]+(\{[a-z]+="([^"\\\n]|\\.)*"(,[a-z]+="([^"\\\n]|\\.)*")*\})? (-?[0-9][0-9.e+-]*|inf|nan)/
      .matchingSemantics(.unicodeScalar)
    for line in text.split(separator: "\n") where !line.hasPrefix("# ") {
      #expect((try? sample.wholeMatch(in: line)) != nil, "\(line)")
    }
  }

  @Test("any values make one line for Nagios", arguments: 0..<100)
  func nagios(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    let line = NagiosLine.render(random.analysis())
    #expect(line.text.count { $0 == "|" } == 1 && !line.text.contains { $0.isNewline })
    #expect((0...3).contains(line.status))
  }

  @Test("a subject holds nothing of the log", arguments: 0..<100)
  func subject(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    let subject = SubjectLine.text(random.analysis(), host: "mx1", clock: Samples.clock)
    #expect((try? /mx1: [a-zA-Z0-9 ,()]+/.wholeMatch(in: subject)) != nil, "\(subject)")
  }
}
