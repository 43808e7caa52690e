import MailEvents

/// What the ledger shall count: selections of events, each by the values of some fields. Causes ask for tables; nothing
/// else is kept.
public struct TallyPlan: Sendable {
  /// A test of one field's value.
  public struct FieldTest: Sendable, Hashable {
    public enum Condition: Sendable, Hashable {
      case equals([UInt8])
      case hasPrefix([UInt8])
      case hasSuffix([UInt8])
      case contains([UInt8])
      case present
      case loopback
      case privateNetwork
      case remote
      case less(Int)
      case atLeast(Int)
    }
    public var field: Field
    /// Any of these, each possibly turned round.
    public var anyOf: [Test]
    public struct Test: Sendable, Hashable {
      public var condition: Condition
      public var isNegated: Bool
      public init(_ condition: Condition, isNegated: Bool) {
        self.condition = condition
        self.isNegated = isNegated
      }
    }
    public init(field: Field, anyOf: [Test]) {
      self.field = field
      self.anyOf = anyOf
    }
  }

  public struct Selection: Sendable, Hashable {
    public var events: [EventType] = []
    /// Reason class ids; empty: any.
    public var reasons: [UInt16] = []
    public var direction: Direction = .unknown
    /// Program names or `server/*`; empty: any.
    public var programs: [String] = []
    /// Indices of pattern rules; empty: any.
    public var rules: [Int32] = []
    public var tests: [FieldTest] = []
    public init() {}
  }

  public struct Table: Sendable {
    public var selection: Selection
    /// The fields whose values make the key; an event that lacks one is not counted.
    public var key: [Field]
    public var distinct: [Field]
    /// Keep the text of the first and the last line of each key.
    public var keepsText: Bool
    /// Fields whose values in the first event are kept.
    public var shown: [Field]
  }

  public private(set) var tables: [Table] = []

  public init() {}

  /// Asks for a table and returns its index. The same selection by the same key is kept once.
  public mutating func table(
    _ selection: Selection, key: [Field], distinct: [Field], keepsText: Bool,
    shown: [Field] = []
  ) -> Int {
    if let index = tables.firstIndex(where: { $0.selection == selection && $0.key == key }) {
      for field in distinct where !tables[index].distinct.contains(field) {
        tables[index].distinct.append(field)
      }
      for field in shown where !tables[index].shown.contains(field) {
        tables[index].shown.append(field)
      }
      tables[index].keepsText = tables[index].keepsText || keepsText
      return index
    }
    tables.append(
      Table(
        selection: selection, key: key, distinct: distinct, keepsText: keepsText, shown: shown))
    return tables.count - 1
  }
}
