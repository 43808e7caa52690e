import MailEvents

/// The answer to "what does this mean, and what do I do about it?", without a log.
///
/// What was asked for, and what was read from it, is UNTRUSTED: it may be pasted from anywhere.
public struct Explanation: Sendable {
  /// What the question was taken for.
  public enum Kind: String, Sendable, CaseIterable {
    case cause, reason, event, line, reply, code, client, text
  }

  /// What one part of the question says.
  public struct Meaning: Sendable, Equatable {
    /// The code, the class, or the name of the error.
    public var name: String
    /// Who says so: a mail program, a standard, the rules for lines.
    public var by: String
    public var text: String
    /// The rule that knows it, where there is one.
    public var rule: String?
    /// The known text is much like what was asked, not the same.
    public var isSimilar = false
  }

  /// A live check by name, and what it does (empty where the vocabulary does not say).
  public struct Probe: Sendable, Equatable {
    public var name: String
    public var does: String
  }

  /// A cause that may be behind it.
  public struct Likely: Sendable {
    public var id: String
    public var title: String
    public var severity: Severity
    public var act: Actor
    public var category: String
    /// Seen in the log it needs no action.
    public var isNoise: Bool
    public var explain: String
    /// What logscan looks for, a list for each way in which the cause shows.
    public var evidence: [[String]]
    /// Other causes that look alike, and the difference.
    public var lookAlikes: [(cause: String, difference: String)]
    public var probes: [Probe]
    /// By server (`postfix`, `dovecot`, `exim`, `any`).
    public var fixes: [(server: String, steps: [String])]
    public var references: [String]
  }

  public var query: String
  public var kinds: [Kind] = []
  public var meanings: [Meaning] = []
  /// Event type of the line, or the one asked for.
  public var event: String?
  /// Reason classes, the surest first.
  public var reasons: [String] = []
  /// The organisation whose reply it is, where the text tells.
  public var provider: String?
  /// The likeliest first.
  public var causes: [Likely] = []
  /// What to look for in the server's log.
  public var signs: [String] = []
  /// Live checks beyond those of the causes.
  public var probes: [Probe] = []
  /// What the user can try.
  public var steps: [String] = []
  public var references: [String] = []

  public init(query: String) { self.query = query }
}
