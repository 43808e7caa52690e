import ArgumentParser
import EventRules
import Glibc
import LogSyntax
import MailEvents
import Reports
import RuleFiles

extension Rules {
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show which rule takes a line, and what it reads from it.")

    @Option(help: "A log line, with or without its header.")
    var line: String

    @Option(help: "The program, for a message without header, e.g. postfix/smtp.")
    var program: String?

    @Option(help: ArgumentHelp("A rule file or a directory of them, besides the built-in ones.", valueName: "path"))
    var rules: [String] = []

    func run() throws {
      let source = RuleSource.load(extra: rules)
      var classifier = LineClassifier(rules: source.rules, builtinPatterns: source.builtinPatterns)
      let bytes = Array((program.map { "\($0): \(line)" } ?? line).utf8)
      var framer = LineFramer(options: FramerOptions(reference: Timestamp(seconds: Int64(time(nil)))))
      let frame = framer.frame(bytes.span, ByteRange(0, bytes.count))
      let text = frame.inScratch ? framer.scratch : bytes
      var head = EventHead()
      var values = FieldValues()
      let outcome = classifier.classify(text.span, frame, &head, &values)
      var lines = ["program   \(classifier.programs[Int(head.program)].name)"]
      lines.append(
        "message   \(Escaping.terminal(String(decoding: text[frame.message.lower..<max(frame.message.lower, frame.message.upper)], as: UTF8.self)))"
      )
      guard outcome == .recognised || outcome == .muted else {
        lines.append("\(outcome): no rule takes this line")
        try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
        throw ExitCode(Status.findings)
      }
      let rule = source.rules.patterns[Int(head.rule)]
      lines.append("rule      \(rule.id) (\(rule.place.file):\(rule.place.line))")
      if outcome == .muted { lines.append("muted     its lines are counted and give no event") }
      lines.append("event     \(head.event.name)")
      if head.direction != .unknown { lines.append("direction \(head.direction.name)") }
      if head.reason != 0 { lines.append("reason    \(classifier.reasons[Int(head.reason)])") }
      for field in Field.allCases {
        guard !field.isDerived, let range = values[field] else { continue }
        let value = textValue(range, text.span, classifier.constants.span)
        lines.append("  \(field.name) = \(Escaping.terminal(value))")
      }
      try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
    }
  }
}
