/// What somebody sees who is not at the server: the error of a mail program, or the code of a reply, and what may be
/// behind it. See docs/rule-files.md for the language.
public struct ClientRule: Sendable {
  public var id: String
  /// Who shows it: `Outlook for Windows`, `SMTP`.
  public var client: String
  public var codes: [ErrorCode]
  /// Texts as they are shown; `*` stands for what differs (a server's name).
  public var texts: [String]
  public var means: String
  /// Ids of causes, the likeliest first.
  public var causes: [String]
  /// Reason classes: the causes whose evidence asks for them are meant as well.
  public var reasons: [String]
  /// What the server's log shows, or does not show.
  public var signs: [String]
  public var probes: [String]
  /// What the user can try.
  public var steps: [String]
  public var references: [String]
  public var samples: [(text: String, place: RulePlace)]
  public var place: RulePlace
  public var isMuted = false
}

extension ClientRule: IdentifiedRule {
  static var kind: RuleKind { .client }
  var hasOwnID: Bool { true }
}
