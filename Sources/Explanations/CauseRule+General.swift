import MailEvents
import RuleFiles

extension CauseRule {
  /// The title as it is before there is a finding: what differs is named by its field.
  public var generalTitle: String { general(title) }

  /// A text of the rule in which `{scope}` and `{FIELD}` are named instead of filled in: `<client.ip>`.
  func general(_ text: String) -> String {
    let scope = self.scope.map { "<\($0.name)>" }.joined(separator: ", ")
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      rest = rest[rest.index(after: open)...]
      let name = rest.prefix { $0 != "}" && $0 != "{" }
      guard rest.dropFirst(name.count).first == "}", name == "scope" || Field.named[String(name)] != nil else {
        result += "{"
        continue
      }
      result += name == "scope" ? (scope.isEmpty ? "…" : scope) : "<\(name)>"
      rest = rest.dropFirst(name.count + 1)
    }
    return result + rest
  }
}
