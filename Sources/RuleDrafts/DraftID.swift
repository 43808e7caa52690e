/// Ids for drafted rules: the program and the words of the line.
enum DraftID {
  /// Words that say nothing about what happened.
  static let emptyWords: Set<String> = [
    "and", "are", "debug", "error", "fatal", "for", "from", "has", "info", "its", "not", "notice", "panic", "that",
    "the",
    "this", "was", "warning", "with",
  ]

  private static let longest = 64

  /// `postfix.smtp.suggested-table-lookup-problem`; numbered where `taken` has it.
  static func id(program: String, words: [String], taken: Set<String>) -> String {
    let server = program.replacing("*", with: "any").split { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "-") }
    var base = server.joined(separator: ".") + ".suggested"
    for word in words.prefix(5) {
      let plain = word.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      if base.count + plain.count < longest, !plain.isEmpty { base += "-\(plain)" }
    }
    var id = base
    var number = 2
    while taken.contains(id) {
      id = "\(base)-\(number)"
      number += 1
    }
    return id
  }
}
