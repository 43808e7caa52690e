import Explanations
import MailEvents
import Reports
import RuleFiles

/// Causes, a page for each rule file.
enum CausePages {
  static func pages(_ rules: RuleSet) -> [RuleReference.Described] {
    let files = Dictionary(grouping: rules.causes) { name(of: $0.place.file) }
    return files.sorted { $0.key < $1.key }.map { page($0.key, $0.value) }
  }

  /// `outbound-tls` of `patterns/causes/outbound-tls.yaml`.
  private static func name(of file: String) -> String {
    let last = file.split(separator: "/").last ?? ""
    return (last.split(separator: ".").first ?? "other").lowercased().filter { $0.isLetter || $0.isNumber || $0 == "-" }
  }

  private static func page(_ name: String, _ causes: [CauseRule]) -> RuleReference.Described {
    let subject = name.split(separator: "-").joined(separator: " ")
    var page = MarkdownPage(title: "Causes: \(subject)")
    let first = causes.filter { !$0.isAlternative }.sorted { $0.id < $1.id }
    page.table(
      ["cause", "severity", "who acts"],
      first.map { ["[\(title(of: $0))](#\($0.id))", $0.severity.name, actor($0.act)] })
    for cause in first {
      write(cause, ways: causes.filter { $0.isAlternative && $0.id == cause.id }, to: &page)
    }
    return RuleReference.Described(
      name: "causes-\(name).md", text: page.text,
      about: "\(first.count) cause\(first.count == 1 ? "" : "s"): \(subject)")
  }

  /// The title as it is before there is a finding: the scope is named by its fields.
  private static func title(of cause: CauseRule) -> String {
    let scope = cause.scope.map { "*\(Escaping.markdown($0.name))*" }.joined(separator: ", ")
    return Escaping.markdown(cause.title).replacing("{scope}", with: scope.isEmpty ? "…" : scope)
  }

  private static func write(_ cause: CauseRule, ways: [CauseRule], to page: inout MarkdownPage) {
    // The heading is the id, so that a link to a cause outlives its title.
    page.heading(Escaping.markdown(cause.id))
    page.paragraph("**\(title(of: cause))**")
    var facts = [cause.severity.name, "acts: \(actor(cause.act))"]
    if let escalation = cause.escalation { facts[0] += ", then \(escalation.severity.name)" }
    if cause.isNoise { facts.append("needs no action") }
    if !cause.scope.isEmpty {
      facts.append("one for each \(MarkdownPage.codes(cause.scope.map(\.name)))")
    }
    page.paragraph(facts.joined(separator: " · "))
    page.prose(cause.explain)
    writeEvidence(cause, "Found by", to: &page)
    for way in ways { writeEvidence(way, "Or by", to: &page) }
    if !cause.supersedes.isEmpty {
      page.paragraph("Explains \(MarkdownPage.codes(cause.supersedes)) when both hold.")
    }
    if !cause.lookAlikes.isEmpty {
      page.paragraph("Looks like:")
      page.list(cause.lookAlikes.map { "\(MarkdownPage.code($0.cause)): \(Escaping.markdown($0.difference))" })
    }
    for fix in cause.fix where !fix.steps.isEmpty {
      page.paragraph(fix.server == "any" ? "What to do:" : "What to do (\(Escaping.markdown(fix.server))):")
      page.block(fix.steps.flatMap { $0.split(separator: "\n").map(String.init) })
    }
    if !cause.references.isEmpty {
      page.paragraph("Read more: " + cause.references.map(Escaping.markdown).joined(separator: "; "))
    }
  }

  private static let evidence = EvidenceWords(code: { MarkdownPage.code($0) }, prose: { Escaping.markdown($0) })

  private static func writeEvidence(_ cause: CauseRule, _ heading: String, to page: inout MarkdownPage) {
    page.paragraph("\(heading) (\(cause.specificity.rawValue)):")
    page.list(evidence.sentences(cause))
  }

  private static func actor(_ actor: Actor) -> String {
    switch actor {
    case .user: "the user"
    case .admin: "the administrator"
    case .remote: "the remote side"
    case .provider: "the hosting provider"
    case .nobody: "nobody"
    }
  }
}
