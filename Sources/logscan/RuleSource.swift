import BuiltinRules
import Glibc
import RuleFiles

/// The rules in force: built in, of the system, of the user, and of the command line, in rising rank.
struct RuleSource {
  var rules: RuleSet
  /// Patterns that came with the program; those after them win.
  var builtinPatterns: Int
  var problems: [RuleProblem] = []

  /// Loads all rules. Mistakes in the user's files are reported; the other rules still load.
  static func load(extra: [String]) -> RuleSource {
    let builtin = BuiltinRules.load()
    var source = RuleSource(rules: builtin, builtinPatterns: builtin.patterns.count)
    for directory in standardDirectories where access(directory, R_OK) == 0 { source.add(directory) }
    for path in extra { source.add(path) }
    for problem in source.problems { Messages.error("\(problem)") }
    return source
  }

  private static var standardDirectories: [String] {
    var directories = ["/etc/logscan/patterns.d"]
    if let config = getenv("XDG_CONFIG_HOME").map({ String(cString: $0) }) {
      directories.append(config + "/logscan/patterns.d")
    } else if let home = getenv("HOME").map({ String(cString: $0) }) {
      directories.append(home + "/.config/logscan/patterns.d")
    }
    return directories
  }

  private mutating func add(_ path: String) {
    let files = RuleDirectory.files(at: path, problems: &problems)
    let loaded = RuleLoader.load(files, vocabulary: rules.vocabulary)
    problems += loaded.problems
    let replaced = Set(loaded.rules.patterns.map(\.id))
    builtinPatterns -= rules.patterns.prefix(builtinPatterns).count { replaced.contains($0.id) }
    rules.overlay(loaded.rules)
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
    guard let directory = opendir(path) else {
      problems.append(RuleProblem(RulePlace(file: path), String(cString: strerror(errno)).lowercased()))
      return []
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    var files: [(name: String, text: String)] = []
    for name in names.sorted() {
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

  private static func read(_ path: String, _ problems: inout [RuleProblem]) -> String? {
    guard let file = fopen(path, "r") else {
      problems.append(RuleProblem(RulePlace(file: path), String(cString: strerror(errno)).lowercased()))
      return nil
    }
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
