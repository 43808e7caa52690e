import MailEvents

/// Everything a report shows, as plain data: the answer to "why is mail failing, and what do I do about it?".
public struct Analysis: Sendable {
  public struct Input: Sendable {
    public var path: String
    public var bytes: Int64 = 0
    public var lines: Int64 = 0
    public var first: Timestamp?
    public var last: Timestamp?
    /// Why it could not be read, or not to its end. One line, lower case.
    public var problem: String?
    public init(path: String) { self.path = path }
  }

  public struct Lines: Sendable, Equatable {
    public var total: Int64 = 0
    public var recognised: Int64 = 0
    public var unrecognised: Int64 = 0
    /// Lines of programs that have nothing to do with mail.
    public var foreign: Int64 = 0
    /// Blank, binary, or without anything a message could be found in.
    public var malformed: Int64 = 0
    /// Of the recognised: second copies of an entry, which are no events.
    public var copies: Int64 = 0
    /// Parts of an entry that began on a line before, and blank lines.
    public var continued: Int64 = 0
    /// Lines that were longer than the limit and were cut.
    public var cut: Int64 = 0
    public init() {}
  }

  public struct Messages: Sendable, Equatable {
    public var received = 0, delivered = 0, waiting = 0, bounced = 0, expired = 0
    public var discarded = 0, held = 0, unknown = 0
    /// Put off at least once, whatever became of them.
    public var deferred = 0
    /// This server's own notifications about messages; none of the other counts but those of what waits has them.
    public var notices = 0
    /// When the oldest of those that wait came in.
    public var oldestWaiting: Timestamp?
    public init() {}
  }

  public struct Deliveries: Sendable, Equatable {
    public var sent = 0, deferred = 0, bounced = 0, expired = 0
    /// Of the deferred: put off without a try, because an earlier one failed.
    public var suspended = 0
    public init() {}
  }

  /// Deliveries to one domain.
  public struct Domain: Sendable, Equatable {
    /// Untrusted.
    public var name: String
    public var deliveries = Deliveries()
    /// A user of this server wrote there, so that a live check may contact it.
    public var isOfUsers = false
    public init(name: String) { self.name = name }
  }

  /// One account's logins and mail.
  public struct User: Sendable, Equatable {
    /// Untrusted.
    public var name: String
    public var succeeded = 0, failed = 0, delivered = 0
    /// Messages handed in.
    public var sent = 0
    public init(name: String) { self.name = name }
  }

  /// Seconds between arrival and delivery.
  public struct Delay: Sendable, Equatable {
    public var median: Double
    public var p90: Double
    public var p99: Double
    public init(median: Double, p90: Double, p99: Double) { self.median = median; self.p90 = p90; self.p99 = p99 }
  }

  public struct Hour: Sendable, Equatable {
    public var start: Timestamp
    public var delivered = 0, deferred = 0, bounced = 0, rejected = 0
    public init(start: Timestamp) { self.start = start }
  }

  /// The earlier period that the findings are compared with.
  public struct Comparison: Sendable {
    /// `the period before`, or the file that it was saved in (untrusted).
    public var name: String
    public var since: Timestamp?
    public var until: Timestamp?
    public var coveredSeconds: Double
    /// What was found then and is not there now; `change` says with which figures.
    public var gone: [Finding]
    public init(name: String, since: Timestamp?, until: Timestamp?, coveredSeconds: Double, gone: [Finding]) {
      self.name = name; self.since = since; self.until = until
      self.coveredSeconds = coveredSeconds; self.gone = gone
    }
  }

  /// Lines no rule knows, that look alike.
  public struct Shape: Sendable, Equatable {
    public var shape: String
    public var count: Int64
    public var example: Place
    public init(shape: String, count: Int64, example: Place) {
      self.shape = shape; self.count = count; self.example = example
    }
  }

  public var version = ""
  /// Digest of the rules in force.
  public var rules = ""
  public var inputs: [Input] = []
  public var hosts: [String] = []
  public var since: Timestamp?
  public var until: Timestamp?
  /// What had to be guessed, in words: "years inferred from the files' times", "times taken as Europe/Berlin".
  public var assumptions: [String] = []
  public var lines = Lines()
  public var messages = Messages()
  public var deliveries = Deliveries()
  public var rejects = 0
  public var authenticationSucceeded = 0
  public var authenticationFailed = 0
  public var delay: Delay?
  public var timeline: [Hour] = []
  /// By the recipient's domain: those with most attempts and those with most failures, the largest first.
  public var domains: [Domain] = []
  /// Accounts that log in or are tried, or get mail; those with most events first.
  public var users: [User] = []
  /// All there are, listed or not.
  public var domainCount = 0
  public var userCount = 0
  /// Reason classes of deliveries and rejects that did not succeed.
  public var reasons: [String: Int] = [:]
  /// In the order of the report: ranked, worst first.
  public var findings: [Finding] = []
  /// What needs no action.
  public var noise: [Finding] = []
  public var comparison: Comparison?
  /// Seconds of the time asked for that the log covers: what rates refer to.
  public var coveredSeconds: Double = 0
  public var unrecognised: [Shape] = []
  /// Distinct shapes of unrecognised lines, including those not listed.
  public var unrecognisedShapes = 0
  /// The analysis was interrupted; the figures cover only what had been read.
  public var isPartial = false
  /// Wall-clock seconds the analysis took.
  public var seconds: Double = 0

  public init() {}
}

/// A line of an input.
public struct Place: Sendable, Equatable {
  public var file: String
  /// Counted from 1.
  public var line: Int64
  /// The line's text as it stands in the file: UNTRUSTED, escape it for where it goes.
  public var text: String
  public init(file: String, line: Int64, text: String) {
    self.file = file; self.line = line; self.text = text
  }
}
