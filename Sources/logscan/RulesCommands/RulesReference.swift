import ArgumentParser
import Glibc
import RuleFiles
import RuleReference

extension Rules {
  struct Reference: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write rule files as Markdown pages to read.",
      discussion: """
        One page for each server's patterns, one for the reasons, one for each file of causes, one for the \
        vocabulary:

          logscan rules reference patterns -o docs/rules           write them
          logscan rules reference patterns -o docs/rules --check   name stale ones

        With --check nothing is written, and the status is 1 when a page is stale. Pages in the directory that this command did not write are left alone.
        """)

    @Argument(help: "Rule files or directories; all of a set, with its vocabulary.")
    var paths: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("Directory of the pages.", valueName: "directory"))
    var output: String

    @Flag(help: "Write nothing; name the pages that are not what they should be.")
    var check = false

    func run() throws {
      var problems: [RuleProblem] = []
      var files: [(name: String, text: String)] = []
      for path in paths { files += RuleDirectory.files(at: path, problems: &problems) }
      let loaded = RuleLoader.load(files)
      problems += loaded.problems
      var rules = RuleSet()
      problems += rules.overlay(loaded.rules)
      for problem in problems { Messages.error("\(problem)") }
      if !problems.isEmpty { throw ExitCode(Status.findings) }
      let stale = try update(RuleReference.pages(of: rules))
      if check, !stale.isEmpty {
        for line in stale { Messages.error(line) }
        throw ExitCode(Status.findings)
      }
    }

    /// Writes the pages that differ and removes generated ones that are no longer made; only names them when checking.
    private func update(_ pages: [RuleReference.Page]) throws -> [String] {
      var stale: [String] = []
      if !check, mkdir(output, 0o755) != 0, errno != EEXIST {
        Messages.error("\(output): \(String(cString: strerror(errno)).lowercased())")
        throw ExitCode(Status.partlyRead)
      }
      for page in pages {
        let path = "\(output)/\(page.name)"
        if RuleDirectory.text(of: path) == page.text { continue }
        stale.append("\(path): stale; run: make docs")
        if !check { try Output.write(page.text, to: path) }
      }
      let made = Set(pages.map(\.name))
      for name in RuleDirectory.names(in: output) where name.hasSuffix(".md") && !made.contains(name) {
        let path = "\(output)/\(name)"
        guard let text = RuleDirectory.text(of: path), RuleReference.isGenerated(text) else { continue }
        stale.append("\(path): no longer made; run: make docs")
        if !check { unlink(path) }
      }
      return stale
    }
  }
}
