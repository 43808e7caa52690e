import Diagnosis
import MailEvents

/// The charts. Text stands beside them in HTML, so that it keeps its size on a phone and on paper; each chart says in words
/// what it shows.
extension HTMLReportWriter {
  mutating func writeFlowChart() {
    let hours = analysis.timeline.filter(\.start.isKnown).sorted { $0.start < $1.start }
    guard let first = hours.first, let last = hours.last, first.start < last.start else { return }
    let columns = FlowColumns(hours)
    var chart = StackedBars(
      columns: columns.count, classes: ["delivered", "deferred", "bounced", "rejected"])
    for (column, counts) in columns.counts.enumerated() { chart.set(column, counts) }
    let sums = columns.sums
    line("<figure>")
    line("<figcaption>Deliveries and rejections \(columns.unit)</figcaption>")
    writeLegend([
      ("delivered", "delivered \(Figures.grouped(sums[0]))"), ("deferred", "deferred \(Figures.grouped(sums[1]))"),
      ("bounced", "bounced \(Figures.grouped(sums[2]))"), ("rejected", "rejected \(Figures.grouped(sums[3]))"),
    ])
    writePlot(
      chart,
      label: "Bars \(columns.unit) from \(times.moment(first.start)) to \(times.moment(last.start)): "
        + "\(sums[0]) delivered, \(sums[1]) deferred, \(sums[2]) bounced, \(sums[3]) rejected; at most \(chart.highest) at a time",
      from: times.moment(first.start), through: times.moment(Timestamp(seconds: last.start.seconds + 3600)))
    line("</figure>")
  }

  /// The problems, worst first, each as a row of its failures over time.
  mutating func writeFailureChart() {
    let findings = tree.roots.map(\.finding).filter { $0.severity >= .notice && !$0.series.isEmpty }.prefix(8)
    guard let since = analysis.since?.seconds, let until = analysis.end?.seconds, until > since, !findings.isEmpty
    else { return }
    line("<section aria-labelledby=\"failures\">")
    line("<h2 id=\"failures\">Failures by cause over time</h2>")
    for finding in findings {
      var chart = StackedBars(columns: 96, classes: [finding.severity.name])
      for bucket in finding.series {
        chart.spread(
          bucket.count, from: Double(bucket.start.seconds - since) / Double(until - since),
          to: Double(bucket.start.seconds + bucket.seconds - since) / Double(until - since))
      }
      let sum = finding.series.reduce(0) { $0 &+ $1.count }
      line("<figure class=\"row\">")
      line("<figcaption>\(safe(finding.title))</figcaption>")
      writePlot(
        chart, label: "\(finding.title): \(sum) events over time", from: times.moment(Timestamp(seconds: since)),
        through: times.moment(Timestamp(seconds: until)))
      line("</figure>")
    }
    line("</section>")
  }

  mutating func writeDelays() {
    guard let delay = analysis.delay else { return }
    line("<section aria-labelledby=\"delays\">")
    line("<h2 id=\"delays\">Time to delivery</h2>")
    line("<table class=\"bars\">")
    line("<caption>So many deliveries took no longer (within 6 %)</caption>")
    line(
      "<thead><tr><th scope=\"col\">share</th><th scope=\"col\" class=\"number\">time</th><th scope=\"col\"><span class=\"unseen\">bar</span></th></tr></thead>"
    )
    line("<tbody>")
    for (share, seconds) in [("50 %", delay.median), ("90 %", delay.p90), ("99 %", delay.p99)] {
      line(
        "<tr><th scope=\"row\">\(share)</th><td class=\"number\">\(Figures.seconds(seconds))</td>"
          + "<td>\(bar([("delivered", delay.p99 > 0 ? seconds / delay.p99 : 0)]))</td></tr>")
    }
    line("</tbody>")
    line("</table>")
    line("</section>")
  }

  mutating func writeDestinations() {
    let domains = analysis.domains
    guard !domains.isEmpty else { return }
    line("<section aria-labelledby=\"destinations\">")
    line("<h2 id=\"destinations\">Destinations</h2>")
    let failing = domains.filter { $0.failures > 0 }.sorted { ($1.failures, $0.name) < ($0.failures, $1.name) }
    writeDomains(Array(failing.prefix(Self.rows)), "With most trouble")
    writeDomains(Array(domains.prefix(Self.rows)), "With most mail")
    if analysis.domainCount > Self.rows {
      line("<p class=\"facts\">of \(Figures.counted(analysis.domainCount, "domain"))</p>")
    }
    line("</section>")
  }

  private mutating func writeDomains(_ domains: [Analysis.Domain], _ caption: String) {
    guard !domains.isEmpty else { return }
    let most = Double(domains.map { $0.failures &+ $0.deliveries.sent }.max() ?? 1)
    line("<table class=\"bars\">")
    line("<caption>\(caption)</caption>")
    line(
      "<thead><tr><th scope=\"col\">domain</th><th scope=\"col\" class=\"number\">sent</th>"
        + "<th scope=\"col\" class=\"number\">deferred</th><th scope=\"col\" class=\"number\">bounced</th>"
        + "<th scope=\"col\"><span class=\"unseen\">bar</span></th></tr></thead>")
    line("<tbody>")
    for domain in domains {
      let counts = domain.deliveries
      let lost = counts.bounced &+ counts.expired
      line(
        "<tr><th scope=\"row\">\(safe(domain.name))</th><td class=\"number\">\(Figures.grouped(counts.sent))</td>"
          + "<td class=\"number\">\(Figures.grouped(counts.deferred))</td><td class=\"number\">\(Figures.grouped(lost))</td><td>"
          + bar([
            ("delivered", Double(counts.sent) / most), ("deferred", Double(counts.deferred) / most),
            ("bounced", Double(lost) / most),
          ]) + "</td></tr>")
    }
    line("</tbody>")
    line("</table>")
  }

  mutating func writeSenders() {
    let senders = analysis.users.filter { $0.sent > 0 }.sorted { ($1.sent, $0.name) < ($0.sent, $1.name) }
    guard !senders.isEmpty else { return }
    let most = Double(senders[0].sent)
    line("<section aria-labelledby=\"senders\">")
    line("<h2 id=\"senders\">Users who send most</h2>")
    line("<table class=\"bars\">")
    line("<caption>Messages handed in after a login</caption>")
    line(
      "<thead><tr><th scope=\"col\">user</th><th scope=\"col\" class=\"number\">messages</th><th scope=\"col\"><span class=\"unseen\">bar</span></th></tr></thead>"
    )
    line("<tbody>")
    for sender in senders.prefix(Self.rows) {
      line(
        "<tr><th scope=\"row\">\(safe(sender.name))</th><td class=\"number\">\(Figures.grouped(sender.sent))</td>"
          + "<td>\(bar([("delivered", Double(sender.sent) / most)]))</td></tr>")
    }
    line("</tbody>")
    line("</table>")
    line("</section>")
  }

  // MARK: Parts

  private mutating func writeLegend(_ entries: [(kind: String, text: String)]) {
    line("<ul class=\"legend\">")
    for entry in entries { line("<li><span class=\"\(entry.kind)\"></span>\(entry.text)</li>") }
    line("</ul>")
  }

  private mutating func writePlot(_ chart: StackedBars, label: String, from start: String, through end: String) {
    line("<div class=\"plot\"><span class=\"highest\">\(Figures.grouped(chart.highest))</span>")
    line(chart.svg(label: safe(label)))
    line("</div>")
    line("<div class=\"axis\"><span>\(safe(start))</span><span>\(safe(end))</span></div>")
  }

  /// A bar of parts (each a share of the whole width); what it shows stands in the cells beside it.
  private func bar(_ parts: [(kind: String, share: Double)]) -> String {
    var x = 0.0
    var svg = "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
    for part in parts where part.share > 0 && part.share.isFinite {
      let width = min(max(part.share * 100, 0.5), 100 - x)
      svg +=
        "<rect class=\"\(part.kind)\" x=\"\(StackedBars.number(x))\" y=\"0\" width=\"\(StackedBars.number(width))\" height=\"10\"/>"
      x += width
    }
    return svg + "</svg>"
  }
}

extension Analysis.Domain {
  /// Attempts that did not succeed.
  var failures: Int { deliveries.deferred &+ deliveries.bounced &+ deliveries.expired }
}

/// Hours put together so that not too many bars stand side by side.
private struct FlowColumns {
  static let limit = 168
  private(set) var counts: [[Int]] = []
  private let hoursPerColumn: Int

  /// - Parameter hours: in time order, not empty.
  init(_ hours: [Analysis.Hour]) {
    let first = hours[0].start.seconds / 3600
    let span = Int(hours[hours.count - 1].start.seconds / 3600 - first) + 1
    hoursPerColumn = span <= Self.limit ? 1 : (span + Self.limit * 24 - 1) / (Self.limit * 24) * 24
    counts = Array(repeating: [0, 0, 0, 0], count: (span + hoursPerColumn - 1) / hoursPerColumn)
    for hour in hours {
      let column = Int(hour.start.seconds / 3600 - first) / hoursPerColumn
      counts[column][0] += hour.delivered
      counts[column][1] += hour.deferred
      counts[column][2] += hour.bounced
      counts[column][3] += hour.rejected
    }
  }

  var count: Int { counts.count }
  var unit: String {
    hoursPerColumn == 1 ? "per hour" : hoursPerColumn == 24 ? "per day" : "in \(hoursPerColumn / 24) days each"
  }
  var sums: [Int] { counts.reduce([0, 0, 0, 0]) { sums, column in zip(sums, column).map { $0 &+ $1 } } }
}
