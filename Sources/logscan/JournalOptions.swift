import ArgumentParser
import LogInput

/// Which journal to read.
struct JournalOptions: ParsableArguments {
  @Flag(help: "Read the systemd journal.")
  var journal = false

  @Option(help: ArgumentHelp("Read the journal files in a directory.", valueName: "directory"))
  var journalDirectory: String?

  @Option(help: ArgumentHelp("Read a journal file; may be repeated.", valueName: "file"))
  var journalFile: [String] = []

  @Option(help: ArgumentHelp("Read the journal of a running container.", valueName: "name"))
  var machine: String?

  @Option(help: ArgumentHelp("Read the journal of a namespace.", valueName: "name"))
  var namespace: String?

  @Option(
    help: ArgumentHelp(
      "Only one boot of the journal: 0, the last, when nothing is said; -1 is the one before, 1 the first; or an id.",
      valueName: "boot"))
  var boot: String?

  func validate() throws {
    let named = [journalDirectory, machine, namespace].compactMap(\.self).count + (journalFile.isEmpty ? 0 : 1)
    guard named < 2 else {
      throw ValidationError("give only one of --journal-directory, --journal-file, --machine, --namespace")
    }
    if let boot, JournalPlace.Boot(boot) == nil {
      throw ValidationError("--boot: '\(boot)' is no boot; write 0, -1, 1 or an id of journalctl --list-boots")
    }
  }

  /// nil when no journal was asked for.
  var place: JournalPlace? {
    let location: JournalPlace.Location
    if let journalDirectory {
      location = .directory(journalDirectory)
    } else if !journalFile.isEmpty {
      location = .files(journalFile)
    } else if let machine {
      location = .machine(machine)
    } else if let namespace {
      location = .namespace(namespace)
    } else if journal || boot != nil {
      location = .own
    } else {
      return nil
    }
    return JournalPlace(location: location, boot: boot.flatMap { JournalPlace.Boot($0) })
  }

  /// Gives `--boot` the value 0 where none follows, as journalctl does. The parser knows no options with optional values.
  static func completingBoot(_ arguments: [String]) -> [String] {
    var completed: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" { return completed + [argument] + rest }
      if argument != "--boot" {
        completed.append(argument)
      } else if let next = rest.first, JournalPlace.Boot(next) != nil {
        completed.append("--boot=\(next)")
        rest.removeFirst()
      } else {
        completed.append("--boot=0")
      }
    }
    return completed
  }
}
