import Anonymity
import ArgumentParser
import EventRules
import Glibc
import LogInput
import MailEvents
import MailFlow
import Reports
import RuleFiles

/// `logscan events`: every recognised line as a JSON object.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the classified events as JSON lines.")

  @OptionGroup var input: InputOptions
  @OptionGroup var anonymity: AnonymityOptions

  func run() throws {
    let source = RuleSource.load(extra: input.rules)
    let classifier = LineClassifier(rules: source.rules, builtinPatterns: source.builtinPatterns)
    var session = try ScanSession(options: input, classifier: classifier)
    let words = source.rules.vocabulary
    let numbers = Field.allCases.filter { ["int", "decimal"].contains(words.fields[$0.name]?.type) }
    var writer = EventWriter(
      classifier: classifier, outcomes: words.events.mapValues(\.outcome), numbers: Set(numbers))
    if let pseudonyms = try anonymity.pseudonyms() { writer.rename = { pseudonyms.value($0, $1) } }
    writer.paths = session.sources.map(\.path)
    func flush(_ writer: inout EventWriter) {
      Output.write(writer.output.bytes)
      writer.flush()
    }
    if input.follow {
      session.follow(into: &writer, flush: flush) { _, _ in }
    } else {
      session.run(into: &writer, flush: flush)
    }
    if let status = session.status { throw ExitCode(status) }
  }
}
