import RuleFiles

/// The words that logs are written in, as far as the rules know them.
public enum LogWords {
  /// All words of the fixed text of templates and of the texts of reasons, in lower case.
  public static func of(_ rules: RuleSet) -> Set<String> {
    var words: Set<String> = []
    for pattern in rules.patterns {
      for template in pattern.templates {
        for case .literal(let text) in template.segments { add(text, to: &words) }
      }
    }
    for reason in rules.reasons {
      for text in reason.contains + reason.also { add(Array(text.utf8), to: &words) }
    }
    return words
  }

  private static func add(_ text: [UInt8], to words: inout Set<String>) {
    for word in text.split(whereSeparator: { !MessageSplitter.isLetter($0) && $0 != UInt8(ascii: "-") }) {
      words.insert(String(decoding: word, as: UTF8.self).lowercased())
    }
  }
}
