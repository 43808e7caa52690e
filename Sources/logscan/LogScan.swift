import ArgumentParser
import Glibc
import Reports

/// The command line. Each subcommand has a file of its own; what they do is in the rooms below.
@main
struct LogScan: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "logscan",
    abstract: "Says why mail is failing, and what to do about it.",
    discussion: """
      Reads the logs of Postfix, Dovecot and Exim and prints a short list of root
      causes, worst first.

        logscan /var/log/mail.log*              rotations and .gz in any order
        journalctl -u postfix -u dovecot | logscan
        logscan --journal --since yesterday     the systemd journal
        logscan                                 looks in the usual places, then the journal

      Exit status: 0 analysed, 1 a finding reached --fail-on, 2 wrong usage,
      3 nothing could be read, 4 some input could not be read, 5 a report could not
      be sent.
      """,
    version: version,
    subcommands: [
      Analyse.self, Report.self, ProbeCommand.self, TraceCommand.self, Events.self, Explain.self, Rules.self,
    ],
    defaultSubcommand: Analyse.self)

  static func main() {
    do {
      var command = try parseAsRoot(JournalOptions.completingBoot(Array(CommandLine.arguments.dropFirst())))
      try command.run()
    } catch let code as ExitCode {
      Glibc.exit(code.rawValue)
    } catch {
      let code = exitCode(for: error)
      guard code != .success else { exit(withError: error) }
      // The parser's own status for wrong usage is 64; the documented one is 2.
      let text = message(for: error)
      Messages.error(Messages.inLowerCase(text.isEmpty ? "\(error)" : text))
      Messages.plain("see: logscan --help")
      Glibc.exit(2)
    }
  }
}

/// Exit statuses, as documented in `--help`.
enum Status {
  static let findings: Int32 = 1
  static let usage: Int32 = 2
  static let nothingRead: Int32 = 3
  static let partlyRead: Int32 = 4
  static let notSent: Int32 = 5
}

/// What the program says on standard error: one line each.
enum Messages {
  /// Paths and arguments may hold anything; a terminal gets none of it raw.
  static func error(_ text: String) { plain("logscan: " + Escaping.terminal(text)) }

  /// The parser's sentences begin with a capital; this program's do not.
  static func inLowerCase(_ text: String) -> String {
    let line = text.split(separator: "\n").first.map(String.init) ?? text
    return (line.first?.lowercased() ?? "") + line.dropFirst()
  }

  static func plain(_ text: String) { write(text + "\n") }

  /// Without a line feed, as a progress display needs it.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(2, bytes, bytes.count)
  }
}
