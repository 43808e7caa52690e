import ArgumentParser
import Comparison
import Glibc
import Reports

/// What to compare the findings with, and where to save them for the next time.
struct CompareOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Mark findings new, worse, better or gone, against 'previous' (the time before --since) or a saved report.",
      valueName: "previous|file"))
  var compare: String?

  @Option(help: ArgumentHelp("Save the report as JSON for a later --compare.", valueName: "file"))
  var save: String?

  /// The word for the period before.
  private static let previous = "previous"

  var asksForPrevious: Bool { compare == Self.previous }

  private static var stateFile: String? { StateDirectory.path.map { "\($0)/last-report.json" } }

  /// With the period before, unless something else was asked for.
  mutating func comparesWithPrevious() { compare = compare ?? Self.previous }

  /// The file of the earlier run.
  var savedFile: String? { asksForPrevious ? Self.stateFile : compare }

  /// All files that this run's report is to be saved in.
  var filesToSave: [String] { [save, asksForPrevious ? Self.stateFile : nil].compactMap(\.self) }

  /// - Parameter since: `--since` was given.
  func check(since: Bool) throws {
    if asksForPrevious, !since, Self.stateFile == nil {
      throw ValidationError(
        "--compare previous: no period is given; add --since, or name a saved report: --compare FILE")
    }
  }

  enum Saved {
    case none
    /// It was to be there, and cannot be used; said already.
    case unusable
    case report(EarlierPeriod)
  }

  /// Reads the report of the earlier run. One that is about to be saved for the first time need not be there yet.
  func loadSaved() -> Saved {
    guard let path = savedFile else { return .none }
    guard let file = fopen(path, "re") else {
      if errno == ENOENT, filesToSave.contains(path) {
        Messages.error("\(path): nothing was saved yet; nothing is compared")
        return .none
      }
      return unusable(path, "cannot be read: \(String(cString: strerror(errno)).lowercased())")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= SavedReport.sizeLimit {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    if ferror(file) != 0 { return unusable(path, "cannot be read: \(String(cString: strerror(errno)).lowercased())") }
    guard bytes.count <= SavedReport.sizeLimit else {
      return unusable(path, "is larger than \(SavedReport.sizeLimit >> 20) MiB: no saved report")
    }
    do {
      return .report(try SavedReport.read(bytes, name: path, schema: JSONReport.schema))
    } catch {
      return unusable(path, error.text)
    }
  }

  private func unusable(_ path: String, _ text: String) -> Saved {
    Messages.error("\(path): \(text); nothing is compared")
    return .unusable
  }
}
