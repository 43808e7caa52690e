import MailEvents

/// What is really wrong, how the ledger shows it, and what to do. See docs/rule-files.md for the language.
public struct CauseRule: Sendable {
  /// How directly the evidence names the cause; the first term of the confidence.
  public enum Specificity: String, Sendable, CaseIterable {
    /// The program states its own fault: one line is enough.
    case definitive
    /// A text names the cause.
    case explicit
    /// The pattern of failures shows it.
    case pattern
    /// What is missing shows it.
    case absence
  }

  /// Whose events count.
  public enum Population: String, Sendable, CaseIterable {
    /// Addresses with a login or accepted mail of their own.
    case users
    /// Hosts whose mail was accepted before.
    case partners
    /// Users and partners.
    case known
    /// Everyone else.
    case strangers
    /// Addresses that guess passwords.
    case attackers
    /// Strangers and attackers.
    case outsiders
    /// Everyone but attackers.
    case notAttackers = "not-attackers"
  }

  /// Which events.
  public struct Selector: Sendable, Hashable {
    public var events: [EventType] = []
    /// Reason classes; `tls.*` stands for all that begin so.
    public var reasons: [String] = []
    public var direction: Direction = .unknown
    /// Programs as in pattern files (`postfix/smtpd`, `dovecot/*`).
    public var programs: [String] = []
    /// Ids of pattern rules.
    public var rules: [String] = []
    /// Field tests: the value equals or matches one of the texts (`*` at either end; `loopback`, `remote`, `private` for
    /// addresses; `<10`, `>=25` for numbers; `present`, `absent`).
    public var fields: [Test] = []
    public struct Test: Sendable, Hashable {
      public var field: Field
      public var isOneOf: [String]
    }
    public init() {}
  }

  /// A number that must be reached, or may not be.
  public struct Threshold: Sendable, Hashable {
    public enum Measure: Sendable, Hashable {
      case events
      case distinct(Field)
    }
    public var measure: Measure
    public var value: Int
  }

  public struct Evidence: Sendable {
    public enum Time: String, Sendable, CaseIterable {
      /// Any time in the log.
      case any
      /// Between the onset and the last of the first evidence.
      case window
      /// After the last of the first evidence.
      case after
      /// Before the onset.
      case before
      /// In the five minutes before the onset.
      case onset
    }
    public var select = Selector()
    public var population: Population?
    /// Counted in the finding's own scope, or on the whole host.
    public var inScope = true
    /// Counted everywhere but in the finding's own scope.
    public var elsewhere = false
    public var time = Time.any
    /// All must be reached.
    public var atLeast: [Threshold] = []
    /// None may be exceeded.
    public var atMost: [Threshold] = []
    /// Share of these events among these and the cause's `success` in the same scope and window, in percent.
    public var shareAtLeast: Double?
    /// For absence: these events must have been regular before and have stopped.
    public var stops = false
    /// The evidence adds confidence but need not be there.
    public var optional = false
    /// Why this speaks against the cause, in words (contrary evidence only).
    public var says: String?
    public var place: RulePlace

    public init(select: Selector = Selector(), place: RulePlace) {
      self.select = select
      self.place = place
    }
  }

  public var id: String
  public var title: String
  /// The title when more than a few scopes are one finding.
  public var titleOfMany: String?
  public var severity: Severity
  public var act: Actor
  public var category: String
  /// What the severity becomes when so much is reached.
  public var escalation: Escalation?
  public var scope: [Field]
  public var specificity: Specificity
  /// The first carries the finding; all others must hold as well.
  public var evidence: [Evidence]
  /// Any that holds refutes the cause.
  public var contrary: [Evidence]
  /// Events that show that what the cause forbids does work (for causes that say that nothing works).
  public var success: Selector?
  /// Causes that this one explains when both hold at the same time.
  public var supersedes: [String]
  /// Causes this one is a consequence of when both hold at the same time.
  public var follows: [String]
  public var rivals: [(cause: String, share: Double)]
  public var probes: [String]
  public var lookAlikes: [(cause: String, difference: String)]
  /// A sentence with `{events}`, `{distinct FIELD}`, `{scope}`, `{onset}`.
  public var summary: String
  public var explain: String
  /// By server (`postfix`, `dovecot`, `exim`, `any`).
  public var fix: [(server: String, steps: [String])]
  public var references: [String]
  /// No action is needed: listed as noise.
  public var isNoise: Bool
  public var samples: [Sample]
  /// Another way in which the cause of the same id shows, not a cause of its own.
  public var isAlternative = false
  public var place: RulePlace
  /// It is never reported.
  public var isMuted = false

  public struct Escalation: Sendable {
    public var severity: Severity
    public var atLeast: [Threshold]
  }

  public struct Sample: Sendable {
    public var log: String
    /// The finding must come; otherwise it must not.
    public var mustFind: Bool
    public var place: RulePlace
  }
}
