import EventRules
import LogSyntax
import MailEvents
import MailFlow

/// The first pass: which queue IDs, message-ids and sessions belong to what is looked for.
///
/// Keeps two numbers for each link between them and nothing of the lines, so that memory grows with the number of messages
/// only, up to ``linkLimit``.
public struct TraceFinder: EventSink {
  /// What ties lines together, by hash; three kinds of name in one space of numbers.
  struct Node: Hashable, Sendable {
    enum Kind: UInt64 { case queueID = 1, messageID = 2, session = 3 }
    var hash: UInt64

    init(_ kind: Kind, _ range: ByteRange, _ bytes: borrowing Span<UInt8>) {
      hash = ByteHash.hash(bytes, range, seed: ByteHash.seed &+ kind.rawValue)
    }
  }

  private struct Link: Sendable {
    var a: UInt64
    var b: UInt64
  }

  private let query: TraceQuery
  private var links: ContiguousArray<Link> = []
  private(set) var seeds: Set<UInt64> = []
  /// Lines that matched.
  public private(set) var matches = 0
  /// Links that found no room: the trace may lack parts of messages.
  public private(set) var droppedLinks = 0
  private var last = Link(a: 0, b: 0)

  static let linkLimit = 1 << 24
  static let seedLimit = 1 << 20
  /// A message-id that more queue IDs share is a mailing's or a forger's and ties nothing together.
  static let hubLimit: Int32 = 20

  public init(_ query: TraceQuery) { self.query = query }

  public mutating func register(program: Int32, name: String) {}

  public mutating func receive(
    _ event: FlowEvent, _ frame: LineFrame, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues
  ) {
    let isMatch = query.matches(bytes, constants, values)
    if isMatch { matches += 1 }
    var own: UInt64 = 0
    if let id = TraceNames.queueID(values) { own = Node(.queueID, id, bytes).hash }
    if let next = values[.emailNextLocalId], own != 0, !next.isConstant {
      link(own, Node(.queueID, next, bytes).hash)
    }
    if let id = TraceNames.messageID(values, bytes) {
      let node = Node(.messageID, id, bytes).hash
      if own != 0 { link(own, node) } else { own = node }
    } else if own == 0, isMatch, let session = values[.sessionId], !session.isConstant {
      own = Node(.session, session, bytes).hash
    }
    if isMatch, own != 0, seeds.count < Self.seedLimit { seeds.insert(own) }
  }

  private mutating func link(_ a: UInt64, _ b: UInt64) {
    // Postfix repeats the pair in the lines that follow.
    if last.a == a, last.b == b { return }
    last = Link(a: a, b: b)
    guard links.count < Self.linkLimit else {
      droppedLinks += 1
      return
    }
    links.append(last)
  }

  /// All that is tied to what matched. O(links) for each step of the longest chain.
  func wanted() -> Set<UInt64> {
    var wanted = seeds
    // How many names each name is tied to, so that hubs are not followed.
    var degree: [UInt64: Int32] = [:]
    var steps = 0
    while steps < 8 {
      var new: Set<UInt64> = []
      degree.removeAll(keepingCapacity: true)
      for link in links {
        if wanted.contains(link.a) { degree[link.a, default: 0] += 1 }
        if wanted.contains(link.b) { degree[link.b, default: 0] += 1 }
      }
      for link in links {
        if wanted.contains(link.a), !wanted.contains(link.b), degree[link.a] ?? 0 <= Self.hubLimit {
          new.insert(link.b)
        }
        if wanted.contains(link.b), !wanted.contains(link.a), degree[link.b] ?? 0 <= Self.hubLimit {
          new.insert(link.a)
        }
      }
      if new.isEmpty { break }
      wanted.formUnion(new)
      steps += 1
    }
    return wanted
  }
}

/// The names in an event that tie lines together.
enum TraceNames {
  static func queueID(_ values: borrowing FieldValues) -> ByteRange? {
    guard let id = values[.emailLocalId], !id.isConstant, !id.isEmpty else { return nil }
    return id
  }

  /// Without its brackets.
  static func messageID(_ values: borrowing FieldValues, _ bytes: borrowing Span<UInt8>) -> ByteRange? {
    guard let id = values[.emailMessageId], !id.isConstant, !id.isEmpty else { return nil }
    guard id.count > 2, bytes[id.lower] == UInt8(ascii: "<"), bytes[id.upper - 1] == UInt8(ascii: ">") else {
      return id
    }
    return ByteRange(id.lower + 1, id.upper - 1)
  }
}
