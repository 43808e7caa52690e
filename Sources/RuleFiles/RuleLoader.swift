import Yams

/// Loads rule files. Everything that is wrong is collected; what is right is kept.
public enum RuleLoader {
  public struct Loaded: Sendable {
    public var rules = RuleSet()
    public var problems: [RuleProblem] = []
    public var files: [String] = []
    public init() {}
  }

  /// Loads texts as rule files.
  /// - Parameters:
  ///   - files: name and YAML text of each. The vocabulary is found by its first key, wherever it stands.
  ///   - vocabulary: words known already, for files that bring none.
  public static func load(
    _ files: [(name: String, text: String)], vocabulary: RuleVocabulary = RuleVocabulary()
  ) -> Loaded {
    var loaded = Loaded()
    var documents: [(cursor: YAMLCursor, root: Node, kind: FileKind)] = []
    for file in files {
      loaded.files.append(file.name)
      let cursor = YAMLCursor(file: file.name)
      if let document = open(file.text, cursor) {
        documents.append((cursor, document.root, document.kind))
      } else {
        loaded.problems += cursor.problems
      }
    }

    loaded.rules.vocabulary = vocabulary
    for document in documents where document.kind == .vocabulary {
      let found = VocabularyReader(cursor: document.cursor).read(document.root)
      loaded.rules.vocabulary.overlay(found)
    }
    let words = loaded.rules.vocabulary
    for document in documents {
      switch document.kind {
      case .vocabulary: break
      case .patterns:
        let reader = PatternReader(cursor: document.cursor, vocabulary: words)
        let found = reader.read(document.root)
        loaded.rules.patterns += found.rules
        loaded.rules.foreignPrograms.formUnion(found.foreign)
        loaded.rules.edits.patterns += found.extensions
        loaded.rules.edits.mutes += found.mutes
      case .reasons:
        let found = ReasonReader(cursor: document.cursor, vocabulary: words).read(document.root)
        loaded.rules.reasons += found.rules
        loaded.rules.edits.reasons += found.extensions
        loaded.rules.edits.mutes += found.mutes
      case .causes:
        let found = CauseReader(cursor: document.cursor, vocabulary: words).read(document.root)
        loaded.rules.causes += found.rules
        loaded.rules.edits.causes += found.extensions
        loaded.rules.edits.mutes += found.mutes
      case .clients:
        let found = ClientReader(cursor: document.cursor, vocabulary: words).read(document.root)
        loaded.rules.clients += found.rules
        loaded.rules.edits.clients += found.extensions
        loaded.rules.edits.mutes += found.mutes
      }
      loaded.problems += document.cursor.problems
    }
    ReasonRule.distinguish(&loaded.rules.reasons)
    reportRepeatedIDs(&loaded)
    return loaded
  }

  enum FileKind: String, CaseIterable {
    case vocabulary, patterns, reasons, causes, clients

    var heading: String { "\(rawValue)/1" }
  }

  private static func open(_ text: String, _ cursor: YAMLCursor) -> (root: Node, kind: FileKind)? {
    let root: Node
    do {
      guard let node = try Yams.compose(yaml: text) else {
        cursor.problems.append(RuleProblem(RulePlace(file: cursor.file), "the file is empty"))
        return nil
      }
      root = node
    } catch let error as YamlError {
      cursor.problems.append(problem(of: error, file: cursor.file))
      return nil
    } catch {
      cursor.problems.append(RuleProblem(RulePlace(file: cursor.file), "not YAML: \(error)"))
      return nil
    }
    let headings = FileKind.allCases.map(\.heading)
    guard case .mapping(let mapping) = root, let heading = mapping["logscan"]?.scalarText else {
      cursor.report(
        root, "not a rule file: the first key must be 'logscan: \(headings.joined(separator: " | "))'")
      return nil
    }
    guard let kind = FileKind.allCases.first(where: { $0.heading == heading }) else {
      cursor.report(
        mapping["logscan"]!,
        "unknown language version '\(heading)'; this logscan reads \(headings.joined(separator: ", "))")
      return nil
    }
    return (root, kind)
  }

  private static func problem(of error: YamlError, file: String) -> RuleProblem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return RuleProblem(file: file, line: mark.line, column: mark.column, text: "not YAML: \(problem)")
    case .reader(let problem, _, _, _):
      return RuleProblem(RulePlace(file: file), "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return RuleProblem(
        file: file, line: context.mark.line, column: context.mark.column,
        text: "the key '\(duplicates.map { "\($0)" }.joined(separator: ", "))' is given twice")
    default:
      return RuleProblem(RulePlace(file: file), "not YAML: \(error)")
    }
  }

  private static func reportRepeatedIDs(_ loaded: inout Loaded) {
    func check(_ rules: [(id: String, place: RulePlace)], _ problems: inout [RuleProblem]) {
      var seen: [String: RulePlace] = [:]
      for rule in rules {
        if let first = seen[rule.id] {
          problems.append(
            RuleProblem(
              rule.place, "the id '\(rule.id)' is taken: \(first.file):\(first.line)"))
        }
        seen[rule.id] = seen[rule.id] ?? rule.place
      }
    }
    check(loaded.rules.patterns.map { ($0.id, $0.place) }, &loaded.problems)
    check(loaded.rules.reasons.map { ($0.id, $0.place) }, &loaded.problems)
    check(loaded.rules.clients.map { ($0.id, $0.place) }, &loaded.problems)
    check(loaded.rules.causes.filter { !$0.isAlternative }.map { ($0.id, $0.place) }, &loaded.problems)
  }
}
