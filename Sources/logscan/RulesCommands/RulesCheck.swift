import ArgumentParser
import Diagnosis
import EventRules
import Explanations
import RuleFiles

extension Rules {
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Validate rule files and run their samples.")

    @Argument(help: "Rule files or directories.")
    var paths: [String]

    @Flag(
      help:
        "Also: each field must be expected by a sample, and hostile words in a stranger's values must not move others.")
    var strict = false

    func run() throws {
      var problems: [RuleProblem] = []
      var files: [(name: String, text: String)] = []
      for path in paths { files += RuleDirectory.files(at: path, problems: &problems) }
      // Files of a user lean on the built-in words and reasons; a whole set stands alone.
      let isWhole = files.contains { $0.text.contains("logscan: vocabulary/") }
      var rules = isWhole ? RuleSet() : RuleSource.load(extra: [], clients: true).known
      let loaded = RuleLoader.load(files, vocabulary: rules.vocabulary)
      let found = loaded.rules
      problems += loaded.problems
      problems += rules.overlay(found)
      var checker = RuleChecker(
        rules: rules.inForce, builtinPatterns: rules.patterns.count - rules.userPatterns, strict: strict)
      problems += checker.check()
      problems += CauseChecker.check(rules, only: Set(found.causes.map(\.id) + found.edits.extendedCauses))
      problems += ClientChecker.check(rules, only: Set(found.clients.map(\.id) + found.edits.extendedClients))
      for problem in problems { Messages.error("\(problem)") }
      let edits =
        found.edits.extensionCount + found.edits.muteCount > 0
        ? ", \(found.edits.extensionCount) extended, \(found.edits.muteCount) muted" : ""
      try Output.write(
        "\(files.count) files: \(found.patterns.count) patterns, \(found.reasons.count) reasons, "
          + "\(found.causes.count { !$0.isAlternative }) causes, \(found.clients.count) client errors\(edits); \(problems.count) problems\n",
        to: nil)
      if !problems.isEmpty { throw ExitCode(Status.findings) }
    }
  }
}
