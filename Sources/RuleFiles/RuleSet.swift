import MailEvents

/// All rules in force: vocabulary, patterns, reasons, causes and what clients show.
public struct RuleSet: Sendable {
  public var vocabulary = RuleVocabulary()
  public var patterns: [PatternRule] = []
  public var reasons: [ReasonRule] = []
  public var causes: [CauseRule] = []
  /// An analysis needs none of them; ``RuleArchive`` keeps them apart.
  public var clients: [ClientRule] = []
  /// They were not loaded: what other files change in them is passed over.
  public internal(set) var leavesOutClients = false
  /// Programs whose lines are not mail unless a rule takes them.
  public var foreignPrograms: Set<String> = []
  /// What the files these rules were read from change in rules elsewhere; in effect once they are laid over those.
  public internal(set) var edits = RuleEdits()
  /// What was added, replaced, extended and muted, in the order in which it happened.
  public internal(set) var changes: [RuleChange] = []
  /// So many patterns, at the end, were laid over those that came first and win against them.
  public internal(set) var userPatterns = 0

  public init() {}
}

/// The words rules may use.
public struct RuleVocabulary: Sendable {
  /// Reason class → meaning, in the order of the file.
  public var reasons: [(name: String, means: String)] = []
  /// Event type → outcome and meaning.
  public var events: [String: (outcome: String, means: String)] = [:]
  public var fields: [String: (type: String, means: String)] = [:]
  /// Live check → what it does. Kept apart like the clients.
  public var probes: [String: String] = [:]
  public init() {}

  public var isEmpty: Bool { reasons.isEmpty }

  mutating func overlay(_ other: RuleVocabulary) {
    for reason in other.reasons where !reasons.contains(where: { $0.name == reason.name }) {
      reasons.append(reason)
    }
    events.merge(other.events) { $1 }
    fields.merge(other.fields) { $1 }
    probes.merge(other.probes) { $1 }
  }
}

/// What a line says: a template for the messages of some programs and the event it stands for.
public struct PatternRule: Sendable {
  public struct Sample: Sendable {
    public var line: String
    /// Expected values by name (`event`, `reason`, fields); empty when only the rule is expected.
    public var gives: [(name: String, value: String)]
    public var program: String?
    /// A line this rule must not take.
    public var isNegative: Bool
    public var place: RulePlace
  }

  public enum Reason: Sendable, Equatable {
    case none
    case fixed(String)
    /// Groups that classify the text, and the class when none of them knows it.
    case classified(groups: [String], otherwise: String)
  }

  public var id: String
  public var programs: [String]
  public var templates: [Template]
  public var event: EventType
  public var direction: Direction
  public var reason: Reason
  public var constants: [(field: Field, value: String)]
  public var spoofable: [Field]
  /// What those values can imitate, because the server does not mark where they end: field names, or `event`.
  public var forgeable: [String] = []
  public var since: String?
  public var until: String?
  public var samples: [Sample]
  public var place: RulePlace
  /// Its lines are known and give no event.
  public var isMuted = false
}

/// Why a line says what it says: texts and reply codes → a reason class.
public struct ReasonRule: Sendable {
  public var id: String
  public var group: String
  public var reason: String
  public var contains: [String]
  public var also: [String]
  public var unless: [String]
  public var codes: [String]
  public var enhancedCodes: [String]
  public var provider: String?
  public var samples: [(text: String, place: RulePlace)]
  public var place: RulePlace
  /// Whether the id is written in the file, not made up from the group and the first text.
  public var hasOwnID = false
  public var isMuted = false
}
