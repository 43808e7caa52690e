import Reports
import RuleFiles

/// What mail programs and other servers say, by who says it.
enum ClientPage {
  /// None where the rules know nothing of clients.
  static func pages(_ rules: RuleSet) -> [RuleReference.Described] {
    guard !rules.clients.isEmpty else { return [] }
    var page = MarkdownPage(title: "What clients show")
    page.paragraph(
      "Codes and texts that users and other servers report, and what may be behind them, the likeliest first. "
        + "`logscan explain` answers them.")
    for (client, entries) in Dictionary(grouping: rules.clients, by: \.client).sorted(by: { $0.key < $1.key }) {
      page.heading(Escaping.markdown(client))
      for entry in entries { write(entry, to: &page) }
    }
    return [
      RuleReference.Described(
        name: "clients.md", text: page.text, about: "\(rules.clients.count) errors that clients show")
    ]
  }

  private static func write(_ entry: ClientRule, to page: inout MarkdownPage) {
    page.heading(MarkdownPage.code(entry.id), level: 3)
    let known = entry.codes.map { MarkdownPage.code($0.description) } + entry.texts.map { "“\(Escaping.markdown($0))”" }
    page.paragraph(known.joined(separator: ", "))
    page.paragraph(Escaping.markdown(entry.means))
    var items: [String] = []
    if !entry.causes.isEmpty { items.append("causes: \(MarkdownPage.codes(entry.causes))") }
    if !entry.reasons.isEmpty { items.append("causes of: \(MarkdownPage.codes(entry.reasons))") }
    items += entry.signs.map { "in the log: \(Escaping.markdown($0))" }
    items += entry.steps.map { "try: \(Escaping.markdown($0))" }
    if !entry.probes.isEmpty { items.append("check: \(MarkdownPage.codes(entry.probes))") }
    page.list(items)
  }
}
