import Diagnosis
import MailEvents

/// The summary on a terminal, in the order of a tired reader's questions: is mail flowing; what is
/// wrong and what to do; what may be ignored; what could not be judged.
public enum TextReport {
  /// No line is wider than `style.columns`; nothing from the log reaches the terminal unescaped.
  /// Ends with a line break.
  public static func render(_ analysis: Analysis, style: TextStyle) -> String {
    var writer = TextReportWriter(analysis, style: style)
    writer.write()
    return writer.page.text
  }
}

/// State while a text report is written; the parts stand in extensions, a file each.
struct TextReportWriter {
  let analysis: Analysis
  let tree: FindingTree
  let times: TimeWords
  /// nil where nothing is compared.
  let changes: ChangeWords?
  var page: TextPage

  init(_ analysis: Analysis, style: TextStyle) {
    self.analysis = analysis
    tree = FindingTree(analysis.findings)
    times = TimeWords(end: analysis.end, clock: style.clock)
    changes = analysis.comparison.map { [times] in
      ChangeWords(comparison: $0, times: times, coveredSeconds: analysis.coveredSeconds)
    }
    page = TextPage(style: style)
  }

  mutating func write() {
    writePartial()
    writeHeader()
    writeFlow()
    writeVerdict()
    writeFindings()
    writeGone()
    writeNoise()
    writeProblems()
    writeUnrecognised()
  }
}

extension Analysis {
  /// When the log ends, as far as is known.
  var end: Timestamp? {
    if let until, until.isKnown { return until }
    return inputs.compactMap(\.last).filter(\.isKnown).max()
  }

  /// Some of the input was not read, so that silence proves nothing.
  var isIncomplete: Bool { isPartial || inputs.contains { $0.problem != nil } }
}
