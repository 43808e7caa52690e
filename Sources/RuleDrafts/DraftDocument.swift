import MailFlow
import Reports

/// Drafted rules as a rule file. What was counted and left out stands in comments.
public struct DraftDocument {
  private let result: RuleDrafter.Result
  private let unrecognised: Int
  private let fileNames: [String]

  /// Lines that were no mail program's, or had no header at all.
  public var foreign = 0
  public var malformed = 0

  /// - Parameter fileNames: of the places of lines. They may hold anything.
  public init(_ result: RuleDrafter.Result, unrecognised: Int, fileNames: [String]) {
    self.result = result
    self.unrecognised = unrecognised
    self.fileNames = fileNames
  }

  public func text() -> String {
    var text = "# Drafted by: logscan rules suggest\n"
    if unrecognised == 0 {
      text += "# Every line of a mail program was recognised: nothing to draft.\n"
    } else {
      text +=
        "# \(Self.counted(unrecognised, "line")) of mail programs not recognised; "
        + "\(Self.counted(result.drafts.count, "rule")) drafted, for the commonest first.\n"
        + "# For each: check the event type and the names of the fields. Samples hold example values in place of\n"
        + "# addresses, numbers and names; a name that looked like a word may be left, so read them before sharing.\n"
    }
    text += "\nlogscan: patterns/1\n"
    text += result.drafts.isEmpty ? "patterns: []\n" : "patterns:\n"
    for draft in result.drafts {
      let file = fileNames.indices.contains(Int(draft.place.file)) ? fileNames[Int(draft.place.file)] : "?"
      text += "  # \(Self.counted(draft.count, "line")), first \(Escaping.terminal(file)):\(draft.place.line)\n"
      text += draft.yaml() + "\n"
    }
    let notes = notes
    if !notes.isEmpty {
      text += (result.drafts.isEmpty ? "\n" : "") + "# Left out:\n"
      for note in notes { text += "#   \(note)\n" }
    }
    return text.hasSuffix("\n\n") ? String(text.dropLast()) : text
  }

  private var notes: [String] {
    var notes: [String] = []
    func add(_ leftOut: RuleDrafter.LeftOut, _ why: String) {
      if leftOut.shapes > 0 {
        notes.append("\(Self.counted(leftOut.shapes, "kind")) of lines (\(Self.counted(leftOut.lines, "line"))) \(why)")
      }
    }
    add(result.beyondLimit, "rarer than these: --limit N shows more")
    add(result.withoutWords, "with too few fixed words: a rule would take other lines too")
    add(result.withoutTemplate, "for which no template was found that takes them")
    if result.notKept > 0 {
      notes.append("\(Self.counted(result.notKept, "line")) of further kinds: draft these, then run again with --rules")
    }
    if malformed > 0 {
      notes.append("\(Self.counted(malformed, "line")) without a header or a known program: no rule can be for them")
    }
    if foreign > 0 { notes.append("\(Self.counted(foreign, "line")) of programs that are not mail") }
    return notes
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
