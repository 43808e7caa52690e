/// The kinds of rule.
public enum RuleKind: String, Sendable, CaseIterable {
  case pattern, reason, cause, client
}

/// Where rules come from, in rising rank.
public enum RuleOrigin: String, Sendable {
  /// Part of the program.
  case builtin
  /// `/etc/logscan/patterns.d`
  case system
  /// `patterns.d` in the configuration directory of the user.
  case user
  /// `--rules`
  case option
}

/// What a rule file changes in rules that stand elsewhere.
public struct RuleEdits: Sendable {
  var patterns: [RuleExtension<PatternRule>] = []
  var reasons: [RuleExtension<ReasonRule>] = []
  var causes: [RuleExtension<CauseRule>] = []
  var clients: [RuleExtension<ClientRule>] = []
  var mutes: [RuleMute] = []

  /// How many rules are extended.
  public var extensionCount: Int { patterns.count + reasons.count + causes.count + clients.count }
  /// How many entries `mute:` has.
  public var muteCount: Int { mutes.count }
  /// The causes that are extended.
  public var extendedCauses: [String] { causes.map(\.id) }
  /// What of clients is extended.
  public var extendedClients: [String] { clients.map(\.id) }
}

/// `extends: ID`: changes of the named keys of one rule.
struct RuleExtension<Rule: Sendable>: Sendable {
  var id: String
  /// Where the id is written.
  var place: RulePlace
  var changes: [@Sendable (inout Rule) -> Void] = []
}

/// `mute: [ID, PREFIX*]`: rules that are off.
struct RuleMute: Sendable {
  var kind: RuleKind
  /// An id, or the beginning of ids and `*`.
  var pattern: String
  var place: RulePlace

  func covers(_ id: String) -> Bool {
    pattern.hasSuffix("*") ? id.hasPrefix(pattern.dropLast()) : id == pattern
  }
}

/// What became of a rule when files were laid over the rules before them.
public struct RuleChange: Sendable {
  public enum Verb: String, Sendable { case added, replaced, extended, muted }
  public var kind: RuleKind
  public var id: String
  public var verb: Verb
  public var origin: RuleOrigin
  /// Where the change is written.
  public var place: RulePlace
  /// Where the rule stood before.
  public var former: RulePlace?
}

/// What can be replaced, extended and muted by its id.
protocol IdentifiedRule: Sendable {
  static var kind: RuleKind { get }
  var id: String { get }
  /// Whether the id is written in the file. One that was made up replaces nothing.
  var hasOwnID: Bool { get }
  var place: RulePlace { get }
  var isMuted: Bool { get set }
  /// Makes ids that were made up differ from each other.
  static func distinguish(_ rules: inout [Self])
}

extension IdentifiedRule {
  static func distinguish(_ rules: inout [Self]) {}
}

extension PatternRule: IdentifiedRule {
  static var kind: RuleKind { .pattern }
  var hasOwnID: Bool { true }
}

extension ReasonRule: IdentifiedRule {
  static var kind: RuleKind { .reason }
}

extension CauseRule: IdentifiedRule {
  static var kind: RuleKind { .cause }
  var hasOwnID: Bool { true }
}
