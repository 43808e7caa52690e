import MailEvents
import Reports
import RuleFiles

/// The words of the rules: event types, reason classes and fields.
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
    return RuleReference.Described(
      name: "vocabulary.md", text: page.text,
      about: "\(words.events.count) events, \(words.reasons.count) reason classes, \(words.fields.count) fields")
  }
}
