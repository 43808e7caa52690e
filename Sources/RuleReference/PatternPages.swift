import MailEvents
import Reports
import RuleFiles

/// Patterns, a page for each server and one for each larger companion.
enum PatternPages {
  /// A program with more patterns than this has a page of its own.
  private static let ownPage = 60

  static func pages(_ rules: RuleSet) -> [RuleReference.Described] {
    var servers: [String: [PatternRule]] = [:]
    for rule in rules.patterns { servers[server(of: rule.programs[0]), default: []].append(rule) }
    var pages: [String: [PatternRule]] = [:]
    for (server, patterns) in servers {
      let isServer = ["postfix", "dovecot", "exim"].contains(server)
      pages[isServer || patterns.count > ownPage ? server : "companions", default: []] += patterns
    }
    return pages.sorted { $0.key < $1.key }.map { page($0.key, $0.value) }
  }

  private static func server(of program: String) -> String {
    program.split(separator: "/").first.map { $0.filter { $0.isLetter || $0.isNumber || $0 == "-" } } ?? "other"
  }

  private static func page(_ name: String, _ patterns: [PatternRule]) -> RuleReference.Described {
    let title = name == "companions" ? "Patterns: programs around a mail server" : "Patterns: \(name)"
    var page = MarkdownPage(title: title)
    page.paragraph(
      "What a line of the log means: the event, the fields that are read from it, and one such line (without time and "
        + "tag). Versions are the first and the last that are known to write it.")
    let programs = Dictionary(grouping: patterns) { $0.programs.joined(separator: ", ") }
    for (program, rules) in programs.sorted(by: { $0.key < $1.key }) {
      page.heading(MarkdownPage.code(program))
      for rule in rules.sorted(by: { $0.id < $1.id }) { write(rule, to: &page) }
    }
    return RuleReference.Described(
      name: "patterns-\(name).md", text: page.text,
      about: "\(patterns.count) patterns" + (name == "companions" ? ": programs around a mail server" : " of \(name)"))
  }

  private static func write(_ rule: PatternRule, to page: inout MarkdownPage) {
    page.heading(MarkdownPage.code(rule.id), level: 3)
    var facts = [MarkdownPage.code(rule.event.name)]
    if rule.direction != .unknown { facts.append(rule.direction.name) }
    switch rule.reason {
    case .none: break
    case .fixed(let reason): facts.append("reason \(MarkdownPage.code(reason))")
    case .classified(let groups, _): facts.append("reason by \(Escaping.markdown(groups.joined(separator: ", ")))")
    }
    if let since = rule.since { facts.append("since \(MarkdownPage.code(since))") }
    if let until = rule.until { facts.append("until \(MarkdownPage.code(until))") }
    let fields = fields(of: rule)
    if !fields.isEmpty { facts.append("fields \(MarkdownPage.codes(fields))") }
    page.paragraph(facts.joined(separator: " · "))
    if let sample = rule.samples.first(where: { !$0.isNegative }) { page.block([sample.line]) }
  }

  /// In the order of the templates; constants last. Lists of pairs bring fields of their own.
  private static func fields(of rule: PatternRule) -> [String] {
    var names: [String] = []
    for template in rule.templates {
      for case .field(let field, let type) in template.segments {
        let name = type == .pairs || type == .eximfields ? type.rawValue : field?.name
        if let name, !names.contains(name) { names.append(name) }
      }
    }
    for constant in rule.constants where !names.contains(constant.field.name) { names.append(constant.field.name) }
    return names
  }
}
