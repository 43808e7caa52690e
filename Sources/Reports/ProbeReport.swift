import Diagnosis

/// What live checks saw, without a log.
public enum ProbeReport {
  /// One thing that was looked at.
  public struct Check: Sendable, Equatable {
    /// The probe's name: `tls-own`.
    public var check: String
    /// What was looked at. Untrusted, as is `seen`.
    public var target: String
    /// `ok`, `problem` or `unknown`.
    public var verdict: String
    /// The cause that a problem is a sign of.
    public var cause: String?
    public var seen: String
    public init(check: String, target: String, verdict: String, cause: String?, seen: String) {
      self.check = check; self.target = target; self.verdict = verdict; self.cause = cause; self.seen = seen
    }
  }

  public static func json(_ checks: [Check], version: String, rules: String) -> String {
    var json = JSONWriter(pretty: true)
    json.beginObject()
    json.array("checks") { json in
      for check in checks {
        json.beginObject()
        json.field("cause", check.cause)
        json.field("check", check.check)
        json.field("seen", check.seen)
        json.field("target", check.target)
        json.field("verdict", check.verdict)
        json.endObject()
      }
    }
    json.object("logscan") {
      $0.field("rules", rules)
      $0.field("schema", JSONReport.schema)
      $0.field("version", version)
    }
    json.endObject()
    json.endLine()
    return json.text
  }

  /// Problems first, then what could not be told, then what is in order.
  public static func text(_ checks: [Check], style: TextStyle) -> String {
    var page = TextPage(style: style)
    let kinds = [("problem", "Problems"), ("unknown", "Could not tell"), ("ok", "In order")]
    for (kind, heading) in kinds {
      let list = checks.filter { $0.verdict == kind }
      guard !list.isEmpty else { continue }
      if !page.text.isEmpty { page.blank() }
      page.line("\(heading) (\(list.count))")
      for check in list {
        page.paragraph(page.clean("\(check.target): \(check.seen)"), label: "   ", indent: 5)
        if let cause = check.cause { page.line("     more: logscan explain \(page.clean(cause))") }
      }
    }
    let problems = checks.count { $0.verdict == "problem" }
    page.blank()
    page.line(
      problems == 0
        ? "No problem found in \(Figures.counted(checks.count, "check"))."
        : "\(Figures.counted(problems, "problem")) in \(Figures.counted(checks.count, "check")).")
    return page.text
  }
}
