import EventRules
import MailEvents

/// Deliveries by the recipient's domain.
public struct DomainTable: Sendable, Equatable {
  /// Attempts, one a recipient and try.
  public struct Counts: Sendable, Equatable {
    public internal(set) var sent = 0, deferred = 0, bounced = 0, expired = 0
    /// A user of this server wrote there.
    public internal(set) var isOfUsers = false
    public var total: Int { sent + deferred + bounced + expired }

    mutating func merge(_ other: Counts) {
      sent += other.sent
      deferred += other.deferred
      bounced += other.bounced
      expired += other.expired
      isOfUsers = isOfUsers || other.isOfUsers
    }
  }

  private var table = NamedTable<Counts>(limit: 50_000)

  public var count: Int { table.values.count }

  /// The domains (untrusted, in lower case) with most attempts, and those with most failures: so many of each.
  public func largest(_ limit: Int) -> [(name: String, value: Counts)] {
    let busiest = table.largest(limit) { $0.total }
    guard table.values.count > limit else { return busiest }
    let names = Set(busiest.map(\.name))
    let failing = table.largest(limit) { $0.total - $0.sent }.filter { $0.value.total > $0.value.sent }
    return busiest + failing.filter { !names.contains($0.name) }
  }

  /// Deliveries to domains that found no room.
  public var overflow: Int { table.overflow }

  /// Counts a delivery event; others are let pass. `hashes` are of this event.
  mutating func add(
    _ event: FlowEvent, isOfUser: Bool, _ bytes: borrowing Span<UInt8>, _ constants: borrowing Span<UInt8>,
    _ values: borrowing FieldValues, _ hashes: inout FieldHashes
  ) {
    switch event.head.event {
    case .deliverySent, .deliveryDeferred, .deliverySuspended, .deliveryBounced, .deliveryExpired: break
    default: return
    }
    let hash = hashes.hash(.destinationDomain, bytes, constants, values)
    let range = hashes.range(.destinationDomain)
    guard hash != 0, !range.isConstant else { return }
    var number = table.find(hash)
    if number < 0 {
      guard table.makeRoom(for: range.count) else { return }
      for i in range.lower..<range.upper {
        table.append(bytes[i] &- 0x41 < 26 ? bytes[i] | 0x20 : bytes[i])
      }
      number = table.close(hash, Counts())
    }
    if isOfUser { table.values[number].isOfUsers = true }
    switch event.head.event {
    case .deliverySent: table.values[number].sent += 1
    case .deliveryDeferred, .deliverySuspended: table.values[number].deferred += 1
    case .deliveryBounced: table.values[number].bounced += 1
    default: table.values[number].expired += 1
    }
  }

  mutating func merge(_ other: DomainTable) { table.merge(other.table) { $0.merge($1) } }
}
