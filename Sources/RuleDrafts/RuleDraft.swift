import MailEvents
import MailFlow
import RuleFiles

/// A drafted rule: what it would say in a rule file, and the lines it was drafted from.
public struct RuleDraft: Sendable {
  public internal(set) var id: String
  /// As in `program:`.
  public internal(set) var program: String
  public internal(set) var count: Int
  /// The first of the lines.
  public internal(set) var place: LinePlace
  public internal(set) var match: String
  public internal(set) var event: EventType
  public internal(set) var direction: Direction
  /// Groups for `reason:`; empty when the rule has none.
  public internal(set) var reasonGroups: [String]
  public internal(set) var sample: String
  /// What the sample gives, read back by the rule itself.
  public internal(set) var gives: [(name: String, value: String)] = []

  /// Named by the template, for `gives`.
  var fields: [Field]
  /// Messages that the rule has to take.
  var examples: [[UInt8]]

  /// The rule as an entry of `patterns:`. All text is printable ASCII and quoted.
  public func yaml(indent: String = "  ") -> String {
    var lines = [
      "- id: \(YAMLText.plain(id))", "  program: \(YAMLText.plain(program))", "  match: \(YAMLText.quoted(match))",
      "  event: \(event.name)  # suggested: check the event type",
    ]
    if direction != .unknown { lines.append("  direction: \(direction.name)") }
    if !reasonGroups.isEmpty { lines.append("  reason: [\(reasonGroups.map(YAMLText.plain).joined(separator: ", "))]") }
    lines.append("  samples:")
    lines.append("    - line: \(YAMLText.quoted(sample))")
    if !gives.isEmpty {
      let values = gives.map { "\($0.name): \(YAMLText.plain($0.value))" }
      lines.append("      gives: {\(values.joined(separator: ", "))}")
    }
    return lines.map { "\(indent)\($0)\n" }.joined()
  }
}

/// Scalars of YAML.
enum YAMLText {
  /// In single quotes. The text must be printable.
  static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

  /// Without quotes where nothing in it means anything to YAML.
  static func plain(_ text: String) -> String {
    let isPlain =
      text.utf8.first.map(MessageSplitter.isLetter) ?? false
      && text.utf8.allSatisfy { MessageSplitter.isAlphanumeric($0) || "./-_@".utf8.contains($0) }
    return isPlain && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
      ? text : quoted(text)
  }

  static func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
}
