import ArgumentParser
import Diagnosis
import EventRules
import Glibc
import LogSyntax
import MailEvents
import Reports
import RuleFiles

/// `logscan rules`: work on rule files.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check, try and list rules.", subcommands: [Check.self, Test.self, List.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Validate rule files and run their samples.")

    @Argument(help: "Rule files or directories.")
    var paths: [String]

    func run() throws {
      var problems: [RuleProblem] = []
      var files: [(name: String, text: String)] = []
      for path in paths { files += RuleDirectory.files(at: path, problems: &problems) }
      // Files of a user lean on the built-in words and reasons; a whole set stands alone.
      let isWhole = files.contains { $0.text.contains("logscan: vocabulary/") }
      let builtin = isWhole ? RuleSet() : RuleSource.load(extra: []).rules
      let loaded = RuleLoader.load(files, vocabulary: builtin.vocabulary)
      problems += loaded.problems
      var rules = builtin
      rules.overlay(loaded.rules)
      var checker = RuleChecker(rules: rules, builtinPatterns: rules.patterns.count - loaded.rules.patterns.count)
      problems += checker.check()
      problems += CauseChecker.check(rules, only: Set(loaded.rules.causes.map(\.id)))
      for problem in problems { Messages.error("\(problem)") }
      let found = loaded.rules
      try Output.write(
        "\(files.count) files: \(found.patterns.count) patterns, \(found.reasons.count) reasons, "
          + "\(found.causes.count { !$0.isAlternative }) causes; \(problems.count) problems\n", to: nil)
      if !problems.isEmpty { throw ExitCode(Status.findings) }
    }
  }

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
      guard outcome == .recognised else {
        lines.append("\(outcome): no rule takes this line")
        try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
        throw ExitCode(Status.findings)
      }
      let rule = source.rules.patterns[Int(head.rule)]
      lines.append("rule      \(rule.id) (\(rule.place.file):\(rule.place.line))")
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

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List all rules and where they stand.")

    @Option(help: ArgumentHelp("A rule file or a directory of them, besides the built-in ones.", valueName: "path"))
    var rules: [String] = []

    func run() throws {
      let source = RuleSource.load(extra: rules)
      var lines: [String] = []
      for (index, rule) in source.rules.patterns.enumerated() {
        let origin = index < source.builtinPatterns ? "" : "  (user)"
        lines.append("pattern  \(rule.id)  \(rule.event.name)  \(rule.place.file):\(rule.place.line)\(origin)")
      }
      for rule in source.rules.reasons {
        lines.append("reason   \(rule.reason)  \(rule.group)  \(rule.place.file):\(rule.place.line)")
      }
      for rule in source.rules.causes where !rule.isAlternative {
        lines.append("cause    \(rule.id)  \(rule.severity.name)  \(rule.place.file):\(rule.place.line)")
      }
      try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
    }
  }
}
