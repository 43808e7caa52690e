import BuiltinRules
import Glibc
import RuleFiles

/// The rules in force: built in, of the system, of the user, and of the command line, in rising rank.
struct RuleSource {
  /// All rules, the muted ones too.
  var known: RuleSet
  var problems: [RuleProblem] = []

  /// What takes part in an analysis.
  var rules: RuleSet { known.inForce }

  /// Patterns that came with the program; those after them win.
  var builtinPatterns: Int { known.patterns.count - known.userPatterns }

  /// Loads all rules. Mistakes in the user's files are reported; the other rules still load.
  /// - Parameter clients: also what clients show, which an analysis does not need.
  static func load(extra: [String], clients: Bool = false) -> RuleSource {
    var source = RuleSource(known: BuiltinRules.load(clients: clients))
    for (directory, origin) in standardDirectories where access(directory, R_OK) == 0 {
      source.add(directory, origin)
    }
    for path in extra { source.add(path, .option) }
    for problem in source.problems { Messages.error("\(problem)") }
    return source
  }

  private static var standardDirectories: [(path: String, origin: RuleOrigin)] {
    var directories: [(path: String, origin: RuleOrigin)] = [("/etc/logscan/patterns.d", .system)]
    if let config = getenv("XDG_CONFIG_HOME").map({ String(cString: $0) }), !config.isEmpty {
      directories.append((config + "/logscan/patterns.d", .user))
    } else if let home = getenv("HOME").map({ String(cString: $0) }) {
      directories.append((home + "/.config/logscan/patterns.d", .user))
    }
    return directories
  }

  private mutating func add(_ path: String, _ origin: RuleOrigin) {
    let files = RuleDirectory.files(at: path, problems: &problems)
    let loaded = RuleLoader.load(files, vocabulary: known.vocabulary)
    problems += loaded.problems
    problems += known.overlay(loaded.rules, from: origin)
  }
}

/// Finds rule files on disk.
enum RuleDirectory {
  /// The texts of a rule file, or of all `.yaml` files below a directory, by name.
  static func files(at path: String, problems: inout [RuleProblem]) -> [(name: String, text: String)] {
    var info = stat()
    guard stat(path, &info) == 0 else {
      problems.append(RuleProblem(RulePlace(file: path), String(cString: strerror(errno)).lowercased()))
      return []
    }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      return read(path, &problems).map { [(path, $0)] } ?? []
    }
    guard access(path, R_OK) == 0 else {
      problems.append(RuleProblem(RulePlace(file: path), String(cString: strerror(errno)).lowercased()))
      return []
    }
    var files: [(name: String, text: String)] = []
    for name in names(in: path) {
      let child = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      var childInfo = stat()
      guard stat(child, &childInfo) == 0 else { continue }
      if childInfo.st_mode & S_IFMT == S_IFDIR {
        files += self.files(at: child, problems: &problems)
      } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        if let text = read(child, &problems) { files.append((child, text)) }
      }
    }
    return files
  }

  /// The names in a directory, sorted; hidden ones are left out.
  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private static func read(_ path: String, _ problems: inout [RuleProblem]) -> String? {
    if let text = text(of: path) { return text }
    problems.append(RuleProblem(RulePlace(file: path), String(cString: strerror(errno)).lowercased()))
    return nil
  }

  /// The text of a file, or nil when it cannot be opened; then `errno` says why.
  static func text(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
