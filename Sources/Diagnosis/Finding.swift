import MailEvents

/// A root cause that explains failures in the log.
///
/// Strings that hold values from the log (scope values, evidence texts) are UNTRUSTED: escape them for where they go.
public struct Finding: Sendable {
  public struct Evidence: Sendable {
    /// Event type, e.g. `connection.failed`.
    public var event: String
    /// Reason class, e.g. `connection.timeout`; nil when the evidence has none.
    public var reason: String?
    public var count: Int
    /// Distinct values by field name, e.g. `destination.domain`: 41. Above 1,024 an estimate
    /// (HyperLogLog, 3.25 % standard error).
    public var distinct: [String: Int]
    /// The names of those that are estimates.
    public var approximate: [String] = []
    public var first: Place?
    public var last: Place?
    public init(
      event: String, reason: String?, count: Int, distinct: [String: Int] = [:], first: Place?,
      last: Place?
    ) {
      self.event = event; self.reason = reason; self.count = count; self.distinct = distinct
      self.first = first; self.last = last
    }
  }

  public struct Impact: Sendable, Equatable {
    public var messages = 0, recipients = 0, senders = 0, users = 0
    /// Of the messages: how many still waited when the log ended.
    public var waiting = 0
    /// One of the numbers is an estimate, with 3.25 % standard error.
    public var isApproximate = false
    public init() {}
  }

  /// A stretch in which failures prevailed.
  public struct Incident: Sendable, Equatable {
    public var since: Timestamp
    public var until: Timestamp
    /// Failures within it.
    public var events: Int
    public init(since: Timestamp, until: Timestamp, events: Int) {
      self.since = since; self.until = until; self.events = events
    }
  }

  /// Failures counted in a stretch of time.
  public struct Bucket: Sendable, Equatable {
    public var start: Timestamp
    /// How long it is.
    public var seconds: Int64
    public var count: Int
    public init(start: Timestamp, seconds: Int64, count: Int) {
      self.start = start; self.seconds = seconds; self.count = count
    }
  }

  /// How it compares with an earlier period.
  public struct Change: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable { case new, worse, same, better, gone }

    /// What the earlier period counted.
    public struct Figures: Sendable, Equatable {
      public var events = 0, messages = 0, users = 0
      public init() {}
    }

    /// The figures are much the same, and yet something turned.
    public enum Turn: String, Sendable, CaseIterable {
      /// It went on when the earlier period ended, and is over now.
      case recovered
      /// It was over, and goes on again.
      case recurred
    }

    public var kind: Kind
    /// nil for what is new.
    public var then: Figures?
    public var turn: Turn?
    /// Of what is gone: so little was to be expected in this time that its absence may be chance.
    public var isUncertain = false

    public init(kind: Kind, then: Figures? = nil) {
      self.kind = kind
      self.then = then
    }
  }

  public struct Rival: Sendable, Equatable {
    public var cause: String
    /// 0…1
    public var share: Double
    public init(cause: String, share: Double) { self.cause = cause; self.share = share }
  }

  /// The result of live checks.
  public struct Probe: Sendable, Equatable {
    /// `confirmed`, `refuted` or `inconclusive`.
    public var verdict: String
    /// What was seen, in sentences: untrusted.
    public var seen: [String]
    public init(verdict: String, seen: [String]) { self.verdict = verdict; self.seen = seen }
  }

  public struct RuledOut: Sendable, Equatable {
    public var cause: String
    public var why: String
    public init(cause: String, why: String) { self.cause = cause; self.why = why }
  }

  public var cause: String
  public var title: String
  public var severity: Severity
  public var act: Actor
  public var category: String
  /// Field name → value, in rule order; empty for the whole host. Values are untrusted.
  public var scope: [(field: String, value: String)] = []
  public var since: Timestamp?
  public var until: Timestamp?
  public var ongoing = false
  /// All stretches of trouble, where there are several; `since` and `until` are those of the one that matters now.
  public var incidents: [Incident] = []
  /// The evidence over time; stretches without any are left out.
  public var series: [Bucket] = []
  /// 0…1
  public var confidence: Double
  /// Why that confidence, in words, strongest first.
  public var because: [String] = []
  /// One sentence of evidence with numbers: "1,880 connections to port 25 of 63 hosts timed out; none succeeded since 00:14".
  public var summary = ""
  public var impact = Impact()
  public var evidence: [Evidence] = []
  /// The most typical line.
  public var example: Place?
  public var rivals: [Rival] = []
  public var ruledOut: [RuledOut] = []
  /// The cause this finding follows from.
  public var consequenceOf: String?
  public var explain = ""
  /// Commands and steps for the server at hand, in order.
  public var fix: [String] = []
  public var references: [String] = []
  /// nil where nothing was compared.
  public var change: Change?
  /// What a live check found; nil where none was made.
  public var probe: Probe?
  /// Names of live checks that would confirm or refute it.
  public var probes: [String] = []

  public init(
    cause: String, title: String, severity: Severity, act: Actor, category: String, confidence: Double
  ) {
    self.cause = cause; self.title = title; self.severity = severity; self.act = act
    self.category = category; self.confidence = confidence
  }
}
