import ArgumentParser
import Glibc
import JournalInput
import LogInput

/// What to read, and of which time.
struct InputOptions: ParsableArguments {
  @Argument(help: "Log files or directories; '-' is standard input.")
  var paths: [String] = []

  @Option(
    parsing: .unconditional, help: "Only lines from this time on: yesterday, -2h, 2026-11-22, '2026-11-22 14:00'.")
  var since: String?

  @Option(parsing: .unconditional, help: "Only lines up to this time.")
  var until: String?

  @OptionGroup var journal: JournalOptions

  @Flag(
    name: [.customShort("f"), .long],
    help: "Read on as the inputs grow, through rotations; Ctrl-C ends with the analysis of all.")
  var follow = false

  @Option(help: "Time zone of logs that do not say theirs, e.g. Europe/Berlin. Default: the system's.")
  var timezone: String?

  @Option(help: ArgumentHelp("A rule file or a directory of them, besides the built-in ones.", valueName: "path"))
  var rules: [String] = []

  func validate() throws {
    for (name, text) in [("--since", since), ("--until", until)] {
      if let text, TimeArgument.parse(text) == nil {
        throw ValidationError(
          "\(name): '\(text)' is no time; write yesterday, -2h, 2026-11-22 or '2026-11-22 14:00'")
      }
    }
  }

  /// In the usual places also what was rotated away last.
  var includesRotated = false

  enum CodingKeys: String, CodingKey { case paths, since, until, journal, follow, timezone, rules }

  /// What is to be read.
  struct Choice {
    var paths: [String] = []
    var journal: JournalPlace?
  }

  /// What was named, or standard input, or the usual places, or the journal.
  func chosen() throws -> Choice {
    if let place = journal.place { return Choice(paths: paths, journal: place) }
    if !paths.isEmpty { return Choice(paths: paths) }
    if Self.inputIsPiped { return Choice(paths: ["-"]) }
    let usual = InputPlanner.usualPlaces(includesRotated: includesRotated)
    guard usual.isEmpty else {
      Messages.error("no file named; reading \(usual.joined(separator: ", "))")
      return Choice(paths: usual)
    }
    guard JournalFiles.isThere else {
      Messages.error(
        "no mail log in the usual places and no journal; name one: logscan FILE, or: journalctl -u postfix | logscan")
      throw ExitCode(Status.nothingRead)
    }
    Messages.error("no file named and no mail log in the usual places; reading the journal")
    return Choice(journal: JournalPlace(location: .own))
  }

  /// A pipe, a file or a connection; a service and cron have the null device there.
  private static var inputIsPiped: Bool {
    var info = stat()
    guard fstat(0, &info) == 0 else { return false }
    return info.st_mode & S_IFMT != S_IFCHR
  }
}
