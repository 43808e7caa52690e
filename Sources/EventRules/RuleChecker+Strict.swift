import LogSyntax
import MailEvents
import RuleFiles

/// What is asked of rules that come with the program.
extension RuleChecker {
  /// Fields of the templates that no sample expects: their values have never been looked at.
  func unexpectedFields(of pattern: PatternRule) -> [RuleProblem] {
    let expected = Set(pattern.samples.flatMap { $0.gives.map(\.name) })
    var missing: [String] = []
    for template in pattern.templates {
      for case .field(let field?, _) in template.segments
      where !expected.contains(field.name) && !missing.contains(field.name) {
        missing.append(field.name)
      }
    }
    guard !missing.isEmpty else { return [] }
    return [RuleProblem(pattern.place, "\(pattern.id): no sample expects \(missing.joined(separator: ", "))")]
  }

  /// Puts hostile words into the values that a stranger controls: no other value may follow them, and the line must stay
  /// what it is. `line` has just been classified.
  mutating func forgeries(
    of line: [UInt8], program: String, _ pattern: PatternRule, _ place: RulePlace
  ) -> [RuleProblem] {
    guard !pattern.spoofable.isEmpty else { return [] }
    var present: [(field: Field, range: ByteRange)] = []
    for field in values.fields {
      if let range = values[field], !range.isConstant, range.upper <= line.count { present.append((field, range)) }
    }
    let genuine = head.rule
    let words = present.map { (field: $0.field, range: $0.range, text: value($0.field.name, line)) }
    let hostile = HostileText(line: line, values: present, program: program)
    for field in pattern.spoofable {
      guard let range = present.first(where: { $0.field == field })?.range else { continue }
      // A value within the stranger's own words is the stranger's as well.
      let others = words.filter {
        !pattern.spoofable.contains($0.field) && !pattern.forgeable.contains($0.field.name)
          && !($0.range.lower >= range.lower && $0.range.upper <= range.upper)
      }
      for text in hostile.texts(for: field, at: range) {
        let forged = Array(line[..<range.lower]) + text + Array(line[range.upper...])
        let outcome = classify(forged, program: program)
        let says = "\(pattern.id): \(field.name) '\(String(decoding: text, as: UTF8.self))'"
        if outcome != .recognised || head.rule != genuine {
          if pattern.forgeable.contains("event") { continue }
          let reading = outcome == .recognised ? "makes it \(classifier.rules[Int(head.rule)].id)" : "hides the line"
          return [RuleProblem(place, "\(says) \(reading)")]
        }
        for other in others {
          let seen = value(other.field.name, forged)
          guard seen != other.text else { continue }
          return [
            RuleProblem(
              place, "\(says) makes \(other.field.name) '\(seen ?? "absent")' instead of '\(other.text ?? "")'")
          ]
        }
      }
    }
    return []
  }
}
