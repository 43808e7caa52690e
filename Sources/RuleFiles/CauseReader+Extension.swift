import MailEvents
import Yams

extension CauseReader {
  /// `extends:` of a cause. Lists that name other causes, contrary evidence, references and samples grow; fixes and
  /// look-alikes change by their key; everything else that is named is replaced. What differs between the ways in which
  /// a cause shows (evidence, kind, summary, success) changes in the first one only.
  func edit(_ node: Node, _ id: Node) -> RuleExtension<CauseRule>? {
    let keys = ["extends"] + Self.keys.filter { $0 != "alternatives" }
    guard let entry = cursor.mapping(node, of: "an extension of a cause", keys: keys) else { return nil }
    var edit = RuleExtension<CauseRule>(id: id.scalarText ?? "", place: cursor.place(id))
    changeWords(entry, &edit)
    changeEvidence(entry, in: node, &edit)
    growLists(entry, &edit)
    return edit
  }

  private func changeWords(_ entry: [String: Node], _ edit: inout RuleExtension<CauseRule>) {
    if let title = entry["title"]?.scalarText { edit.changes.append { $0.title = title } }
    if let many = entry["title_of_many"]?.scalarText { edit.changes.append { $0.titleOfMany = many } }
    if let severity = entry["severity"].flatMap({ cursor.choice($0, of: "severity", among: Severity.named) }) {
      edit.changes.append { $0.severity = severity }
    }
    let actors = Dictionary(uniqueKeysWithValues: Actor.allCases.map { ($0.rawValue, $0) })
    if let act = entry["act"].flatMap({ cursor.choice($0, of: "act", among: actors) }) {
      edit.changes.append { $0.act = act }
    }
    if let category = entry["category"]?.scalarText { edit.changes.append { $0.category = category } }
    if let explain = entry["explain"]?.scalarText { edit.changes.append { $0.explain = explain } }
    if let summary = entry["summary"]?.scalarText {
      edit.changes.append { if !$0.isAlternative { $0.summary = summary } }
    }
    if let noise = entry["noise"] {
      let isNoise = cursor.flag(noise, of: "noise")
      edit.changes.append { $0.isNoise = isNoise }
    }
    let fixes = fix(entry["fix"])
    let lookAlikes = lookAlikes(entry["look_alikes"])
    edit.changes.append { rule in
      rule.fix.removeAll { old in fixes.contains { $0.server == old.server } }
      rule.fix += fixes
      rule.lookAlikes.removeAll { old in lookAlikes.contains { $0.cause == old.cause } }
      rule.lookAlikes += lookAlikes
    }
  }

  private func changeEvidence(
    _ entry: [String: Node], in node: Node, _ edit: inout RuleExtension<CauseRule>
  ) {
    if let kind = entry["kind"], let specificity = specificity(kind, in: node) {
      edit.changes.append { if !$0.isAlternative { $0.specificity = specificity } }
    }
    if let given = entry["evidence"] {
      let evidence = cursor.list(given).compactMap(self.evidence)
      if evidence.isEmpty {
        cursor.report(given, "evidence without an entry; leave the key out to keep what there is")
      } else {
        edit.changes.append { if !$0.isAlternative { $0.evidence = evidence } }
      }
    }
    if let success = entry["success"].map(selector) {
      edit.changes.append { if !$0.isAlternative { $0.success = success } }
    }
    if let given = entry["scope"] {
      let scope = cursor.list(given).compactMap { field($0, $0.scalarText ?? "") }
      edit.changes.append { $0.scope = scope }
    }
    if let escalation = entry["escalate"].flatMap(escalation) {
      edit.changes.append { $0.escalation = escalation }
    }
    let contrary = cursor.list(entry["contrary"]).compactMap(evidence)
    edit.changes.append { $0.contrary += contrary }
  }

  private func growLists(_ entry: [String: Node], _ edit: inout RuleExtension<CauseRule>) {
    let supersedes = cursor.texts(entry["supersedes"], of: "supersedes")
    let follows = cursor.texts(entry["follows"], of: "follows")
    let probes = cursor.texts(entry["probe"], of: "probe")
    let references = cursor.texts(entry["references"], of: "references")
    let rivals = rivals(entry["rivals"])
    let samples = cursor.list(entry["samples"]).compactMap(sample)
    edit.changes.append { rule in
      rule.supersedes += supersedes
      rule.follows += follows
      rule.probes += probes
      rule.references += references
      rule.rivals.removeAll { old in rivals.contains { $0.cause == old.cause } }
      rule.rivals += rivals
      if !rule.isAlternative { rule.samples += samples }
    }
  }
}
