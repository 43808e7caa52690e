import ArgumentParser
import Reports
import RuleFiles

/// `logscan explain CAUSE`: what a cause means and what to do about it.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a cause: what it means, how to tell it from others, how to fix it.")

  @Argument(help: "The cause's name as the report shows it, e.g. outbound-port-25-blocked; none lists all.")
  var cause: String?

  @Option(help: ArgumentHelp("A rule file or a directory of them, besides the built-in ones.", valueName: "path"))
  var rules: [String] = []

  func run() throws {
    let causes = RuleSource.load(extra: rules).rules.causes.filter { !$0.isAlternative }
    let style = Terminal.style(color: .auto, all: true)
    guard let cause else {
      let width = causes.map(\.id.count).max() ?? 0
      for rule in causes.sorted(by: { $0.id < $1.id }) {
        try Output.write(
          rule.id + String(repeating: " ", count: width + 2 - rule.id.count) + rule.title + "\n", to: nil)
      }
      return
    }
    guard let rule = causes.first(where: { $0.id == cause.lowercased() }) else {
      let hint = Suggestion.hint(for: cause, among: causes.map(\.id))
      Messages.error("no cause is called '\(Escaping.terminal(cause))'\(hint)")
      throw ExitCode(Status.usage)
    }
    try Output.write(
      CauseText.render(
        id: rule.id, title: rule.title, severity: rule.severity, act: rule.act, explain: rule.explain,
        fixes: rule.fix, references: rule.references,
        lookAlikes: rule.lookAlikes.map { (cause: $0.cause, difference: $0.difference) }, style: style),
      to: nil)
  }
}
