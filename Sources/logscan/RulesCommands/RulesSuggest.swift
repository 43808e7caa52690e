import ArgumentParser
import EventRules
import LogInput
import MailFlow
import RuleDrafts

extension Rules {
  struct Suggest: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draft rules for the lines that no rule takes.",
      discussion: """
        Lines that logscan does not know are grouped by their words, the commonest kind first, and for each a rule is \
        drafted, tried, and printed as a rule file:

          logscan rules suggest /var/log/mail.log -o my.yaml
          logscan rules check my.yaml
          logscan --rules my.yaml /var/log/mail.log

        The event type is guessed from the words: read each rule before you rely on it. Samples hold example values \
        in place of addresses and names.
        """)

    @OptionGroup var input: InputOptions

    @Option(help: ArgumentHelp("Draft at most so many rules.", valueName: "n"))
    var limit = 20

    @Option(name: .shortAndLong, help: ArgumentHelp("Write to a file, replaced as a whole.", valueName: "file"))
    var output: String?

    func validate() throws {
      if limit < 1 { throw ValidationError("--limit: '\(limit)' is too small; give 1 or more") }
    }

    func run() throws {
      let source = RuleSource.load(extra: input.rules)
      let rules = source.rules
      let classifier = LineClassifier(rules: rules, builtinPatterns: source.builtinPatterns)
      var session = try ScanSession(options: input, classifier: classifier)
      var missed = MissedLines(knownWords: LogWords.of(rules))
      session.run(into: &missed) { _ in }
      var drafter = RuleDrafter(rules: rules, builtinPatterns: source.builtinPatterns)
      var document = DraftDocument(
        drafter.draft(missed, limit: limit), unrecognised: missed.count, fileNames: session.sources.map(\.path))
      document.foreign = Int(session.scanner.counts.foreign)
      document.malformed = Int(session.scanner.counts.malformed)
      try Output.write(document.text(), to: output)
      if let status = session.status { throw ExitCode(status) }
    }
  }
}
