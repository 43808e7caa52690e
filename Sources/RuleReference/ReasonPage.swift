import Reports
import RuleFiles

/// Reasons by class, with the texts that give them.
enum ReasonPage {
  static func page(_ rules: RuleSet) -> RuleReference.Described {
    var page = MarkdownPage(title: "Reasons")
    page.paragraph(
      "Why something failed: a text (or a reply code, where no text is known) gives a class. The group says where the "
        + "text is looked for.")
    let classes = Dictionary(grouping: rules.reasons, by: \.reason)
    let order = rules.vocabulary.reasons
    for (name, means) in order {
      guard let reasons = classes[name] else { continue }
      page.heading(MarkdownPage.code(name))
      page.paragraph(Escaping.markdown(means))
      page.list(reasons.map(item))
    }
    return RuleReference.Described(
      name: "reasons.md", text: page.text, about: "\(rules.reasons.count) texts and codes of \(classes.count) classes")
  }

  private static func item(_ rule: ReasonRule) -> String {
    var parts: [String] = []
    if !rule.contains.isEmpty { parts.append(MarkdownPage.codes(rule.contains)) }
    if !rule.also.isEmpty { parts.append("with \(MarkdownPage.codes(rule.also))") }
    if !rule.unless.isEmpty { parts.append("without \(MarkdownPage.codes(rule.unless))") }
    if !rule.codes.isEmpty { parts.append("code \(MarkdownPage.codes(rule.codes))") }
    if !rule.enhancedCodes.isEmpty { parts.append("enhanced code \(MarkdownPage.codes(rule.enhancedCodes))") }
    let provider = rule.provider.map { ", \($0)" } ?? ""
    return parts.joined(separator: ", ") + " (\(Escaping.markdown(rule.group + provider)))"
  }
}
