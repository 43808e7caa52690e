import Reports
import RuleFiles

/// The rules as pages to read: what logscan knows, without its rule language.
///
/// The same rules give the same bytes. A page that a person wrote is never touched: generated ones begin with a mark.
public enum RuleReference {
  public struct Page: Sendable {
    public var name: String
    public var text: String
  }

  /// All pages, the index first.
  public static func pages(of rules: RuleSet) -> [Page] {
    let pages =
      PatternPages.pages(rules) + [ReasonPage.page(rules)] + CausePages.pages(rules) + ClientPage.pages(rules)
      + [VocabularyPage.page(rules)]
    return [index(pages, rules)] + pages.map { Page(name: $0.name, text: $0.text) }
  }

  /// Whether a page was made by ``pages(of:)``.
  public static func isGenerated(_ text: String) -> Bool { text.hasPrefix(MarkdownPage.mark) }

  /// A page with what the index says of it.
  struct Described {
    var name: String
    var text: String
    var about: String
  }

  private static func index(_ pages: [Described], _ rules: RuleSet) -> Page {
    var page = MarkdownPage(title: "What logscan knows")
    page.paragraph(
      "\(rules.patterns.count) patterns say what a line means, \(rules.reasons.count) reasons why something failed, and "
        + "\(rules.causes.count { !$0.isAlternative }) causes what is really wrong and what to do; "
        + "\(rules.clients.count) entries tell what is behind what mail programs and other servers say. "
        + "[The rule language](../rule-files.md) is described elsewhere; `logscan rules list` also shows your own rules."
    )
    page.table(["page", "holds"], pages.map { ["[\($0.name)](\($0.name))", Escaping.markdown($0.about)] })
    return Page(name: "README.md", text: page.text)
  }
}
