import Diagnosis
import MailEvents

/// The report as one HTML page that needs nothing else: no script, no picture, no font from elsewhere. It is kept in a
/// file, sent by mail, and printed.
public enum HTMLReport {
  /// No page is larger (bytes).
  public static let sizeLimit = 300_000

  /// - Parameter heading: what stands on top, e.g. `Mail on mx1.example.com`; not from the log.
  public static func render(_ analysis: Analysis, heading: String = "Mail log summary", clock: WallClock = .system)
    -> String
  {
    var findings = 40
    while true {
      var writer = HTMLReportWriter(analysis, heading: heading, clock: clock, maximumFindings: findings)
      writer.write()
      if writer.text.utf8.count <= sizeLimit || findings == 0 { return writer.text }
      findings /= 2
    }
  }
}

/// State while a page is written; its parts stand in extensions, a file each.
struct HTMLReportWriter {
  let analysis: Analysis
  let tree: FindingTree
  let times: TimeWords
  let changes: ChangeWords?
  let heading: String
  let maximumFindings: Int
  var text = ""

  /// What comes from a log is cut: a line of a log may be very long.
  static let longestText = 600
  static let rows = 12

  init(_ analysis: Analysis, heading: String, clock: WallClock, maximumFindings: Int) {
    self.analysis = analysis
    self.heading = heading
    self.maximumFindings = maximumFindings
    tree = FindingTree(analysis.findings)
    let times = TimeWords(end: analysis.end, clock: clock)
    self.times = times
    changes = analysis.comparison.map {
      ChangeWords(comparison: $0, times: times, coveredSeconds: analysis.coveredSeconds)
    }
  }

  mutating func line(_ line: String) { text += line + "\n" }

  /// Any text, for the page.
  func safe(_ value: String) -> String {
    guard value.utf8.count > Self.longestText else { return Escaping.html(value) }
    return Escaping.html(String(value.prefix(Self.longestText))) + "…"
  }

  mutating func write() {
    line("<!DOCTYPE html>")
    line("<html lang=\"en\">")
    line("<head>")
    line("<meta charset=\"utf-8\">")
    line(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
    )
    line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
    line("<meta name=\"referrer\" content=\"no-referrer\">")
    line("<title>\(safe(heading)): \(safe(Headline(analysis).text))</title>")
    line("<style>\n\(HTMLStyle.sheet)</style>")
    line("</head>")
    line("<body>")
    writeHeader()
    line("<main>")
    writeFigures()
    writeFlowChart()
    writeFindings()
    writeGone()
    writeFailureChart()
    writeDelays()
    writeDestinations()
    writeSenders()
    writeNoise()
    writeUnjudged()
    line("</main>")
    line("<footer><p>logscan \(safe(analysis.version))</p></footer>")
    line("</body>")
    line("</html>")
  }

  // MARK: Head

  private mutating func writeHeader() {
    line("<header>")
    line("<h1>\(safe(heading))</h1>")
    let headline = Headline(analysis)
    line("<p class=\"verdict \(headline.severity?.name ?? "fine")\">\(safe(headline.text))</p>")
    if analysis.isPartial {
      line("<p><strong>Partial: the analysis was interrupted. The figures cover only what had been read.</strong></p>")
    }
    if let window = times.window(since: analysis.since, until: analysis.until) {
      line("<p class=\"facts\">\(safe(window))</p>")
    }
    if let changes { line("<p class=\"facts\">\(safe(changes.heading))</p>") }
    if !analysis.hosts.isEmpty {
      line(
        "<p class=\"facts\">\(analysis.hosts.count == 1 ? "host" : "hosts") \(safe(analysis.hosts.joined(separator: ", ")))</p>"
      )
    }
    for assumption in analysis.assumptions { line("<p class=\"facts\">assumed: \(safe(assumption))</p>") }
    line("</header>")
  }

  private mutating func writeFigures() {
    guard analysis.lines.recognised > 0 else { return }
    let messages = analysis.messages
    line("<section aria-labelledby=\"figures\">")
    line("<h2 id=\"figures\">Mail flow</h2>")
    line("<dl class=\"figures\">")
    func figure(_ count: Int, _ word: String, _ more: String? = nil) {
      let more = more.map { "<span>\(safe($0))</span>" } ?? ""
      line("<div><dt>\(word)</dt><dd>\(Figures.grouped(count))\(more)</dd></div>")
    }
    figure(messages.received, "received")
    figure(messages.delivered, "delivered", analysis.delay.map { "median \(Figures.seconds($0.median))" })
    var oldest: String?
    if let since = messages.oldestWaiting, let end = analysis.end, end.seconds > since.seconds {
      oldest = "oldest \(Figures.duration(Double(end.seconds - since.seconds)))"
    }
    figure(messages.waiting, "waiting", oldest)
    figure(
      messages.bounced + messages.expired, "bounced",
      messages.expired > 0 ? "\(Figures.grouped(messages.expired)) expired" : nil)
    figure(analysis.rejects, "rejected")
    if messages.held > 0 { figure(messages.held, "held") }
    if analysis.authenticationSucceeded + analysis.authenticationFailed > 0 {
      figure(analysis.authenticationSucceeded, "logins", "\(Figures.grouped(analysis.authenticationFailed)) failed")
    }
    line("</dl>")
    if !tree.hasProblem { for sentence in Verdict(analysis).sentences { line("<p>\(safe(sentence))</p>") } }
    line("</section>")
  }
}

/// The report in a line: for a title, a subject.
public struct Headline: Sendable {
  public let text: String
  /// That of the worst problem; nil when there is none.
  public let severity: Severity?

  public init(_ analysis: Analysis) {
    let problems = FindingTree(analysis.findings).roots.map(\.finding).filter { $0.severity >= .warning }
    severity = problems.map(\.severity).max()
    guard let first = problems.first else {
      text = Verdict(analysis).sentences.first ?? "No problems found."
      return
    }
    let more = problems.count > 1 ? " and \(Figures.counted(problems.count - 1, "other problem"))" : ""
    text = "\(first.severity.name.uppercased()): \(first.title)\(more)"
  }
}
