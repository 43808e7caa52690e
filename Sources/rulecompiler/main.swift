// Compiles `patterns/` into a Swift source that the build embeds. A mistake in a rule is a mistake of the build, reported
// as file:line:column: error.
//
// Usage: rulecompiler OUTPUT.swift PATTERNS-DIRECTORY FILE...

import EventRules
import Glibc
import RuleFiles

func complain(_ text: String) {
  let bytes = Array("\(text)\n".utf8)
  _ = write(2, bytes, bytes.count)
}

func fail(_ text: String) -> Never {
  complain(text)
  exit(1)
}

func contents(of path: String) -> String {
  guard let file = fopen(path, "r") else { fail("\(path): error: cannot be read") }
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

guard CommandLine.arguments.count > 3 else { fail("usage: rulecompiler OUTPUT.swift DIRECTORY FILE...") }
let output = CommandLine.arguments[1]
let directory = CommandLine.arguments[2] + "/"
let loaded = RuleLoader.load(
  CommandLine.arguments.dropFirst(3).sorted().map { path in
    // Places are told relative to the repository, so that the program's own rules are found by name.
    (name: path.hasPrefix(directory) ? "patterns/" + path.dropFirst(directory.count) : path, text: contents(of: path))
  })
var problems = loaded.problems
let classifier = LineClassifier(rules: loaded.rules)
for conflict in classifier.conflicts() {
  problems.append(
    RuleProblem(
      conflict.place, "\(conflict.second) takes the same lines as \(conflict.first) (program \(conflict.program))"))
}
if !problems.isEmpty {
  for problem in problems { complain("\(problem.file):\(problem.line):\(problem.column): error: \(problem.text)") }
  exit(1)
}

/// What stands between the quotes of a Swift string literal.
func literal(_ text: String) -> String {
  var literal = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\": literal += "\\\\"
    case "\"": literal += "\\\""
    case "\n": literal += "\\n"
    case "\t": literal += "\\t"
    case "\r": literal += "\\r"
    case "\0": literal += "\\0"
    default: literal.unicodeScalars.append(scalar)
    }
  }
  return literal
}

let source = """
  // Made from patterns/ by the rule compiler.
  enum RuleTable {
    static let archive: StaticString = "\(literal(RuleArchive.encode(loaded.rules)))"
    static let clients: StaticString = "\(literal(RuleArchive.encodeClients(loaded.rules)))"
  }

  """
guard let file = fopen(output, "w") else { fail("\(output): error: cannot be written") }
fputs(source, file)
fclose(file)
