import EventRules
import MailEvents

/// What the lines of one process just before say about a line that leaves it out.
///
/// OpenSSL's error texts carry no address (Postfix `tls/tls_misc.c`); they belong to the handshake that the same process
/// has just reported. A deferral "Cannot start TLS: handshake failure" gets its reason from there as well.
struct ProcessContexts: Sendable {
  struct Context: Sendable, Equatable {
    var time: Timestamp
    var direction: Direction
    var peerIP: [UInt8]
    var peerName: [UInt8]
    /// The specific TLS reason seen last; 0 is none.
    var reason: UInt16
  }

  private var contexts: [UInt64: Context] = [:]

  /// Processes that are remembered at most.
  static let limit = 10_000
  /// A context is good for so many microseconds.
  static let lifetime: Int64 = 10_000_000

  static func key(pid: Int32, program: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: pid)) << 32 | UInt64(UInt32(bitPattern: program))
  }

  subscript(key: UInt64, at time: Timestamp) -> Context? {
    guard let context = contexts[key] else { return nil }
    let age = time.microseconds &- context.time.microseconds
    return age <= Self.lifetime && age >= -Self.lifetime ? context : nil
  }

  /// Whether anything is known of the process, however old.
  func knows(_ key: UInt64) -> Bool { contexts[key] != nil }

  mutating func set(_ key: UInt64, _ context: Context) {
    if contexts.count >= Self.limit, contexts[key] == nil { contexts.removeAll() }
    contexts[key] = context
  }

  mutating func setReason(_ key: UInt64, _ reason: UInt16) { contexts[key]?.reason = reason }

  mutating func merge(_ next: ProcessContexts) {
    contexts.merge(next.contexts) { $1 }
  }
}
