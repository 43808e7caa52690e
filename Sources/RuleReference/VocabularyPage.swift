import MailEvents
import Reports
import RuleFiles

/// The words of the rules: event types, reason classes, fields and live checks.
enum VocabularyPage {
  static func page(_ rules: RuleSet) -> RuleReference.Described {
    let words = rules.vocabulary
    var page = MarkdownPage(title: "Vocabulary")
    page.heading("Events")
    page.table(
      ["event", "outcome", "means"],
      EventType.allCases.compactMap { event in
        words.events[event.name].map {
          [MarkdownPage.code(event.name), Escaping.markdown($0.outcome), Escaping.markdown($0.means)]
        }
      })
    page.heading("Reasons")
    page.table(
      ["reason", "means"], words.reasons.map { [MarkdownPage.code($0.name), Escaping.markdown($0.means)] })
    page.heading("Fields")
    page.table(
      ["field", "type", "means"],
      Field.allCases.compactMap { field in
        words.fields[field.name].map {
          [MarkdownPage.code(field.name), Escaping.markdown($0.type), Escaping.markdown($0.means)]
        }
      })
    if !words.probes.isEmpty {
      page.heading("Probes")
      page.table(
        ["probe", "does"],
        words.probes.sorted { $0.key < $1.key }.map { [MarkdownPage.code($0.key), Escaping.markdown($0.value)] })
    }
    return RuleReference.Described(
      name: "vocabulary.md", text: page.text,
      about: "\(words.events.count) events, \(words.reasons.count) reason classes, \(words.fields.count) fields")
  }
}
