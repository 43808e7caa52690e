import Glibc
import Synchronization

/// Politeness towards the hosts of others: one connection at a time to an address, three in a run.
public final class HostGate: Sendable {
  private struct Use {
    var total = 0
    var isBusy = false
  }

  private let uses = Mutex<[IPAddress: Use]>([:])
  private let cancellation: Cancellation

  static let connectionLimit = 3

  init(cancellation: Cancellation) { self.cancellation = cancellation }

  /// Runs `body` when it is this connection's turn. Nil when there were enough, or the time is up.
  func pass<Result>(_ address: IPAddress, until deadline: Deadline, _ body: () -> Result) -> Result? {
    while true {
      let isMine: Bool? = uses.withLock { uses in
        let use = uses[address] ?? Use()
        if use.total >= Self.connectionLimit { return nil }
        if use.isBusy { return false }
        uses[address] = Use(total: use.total + 1, isBusy: true)
        return true
      }
      guard let isMine else { return nil }
      if isMine { break }
      if deadline.isOver || cancellation.isCancelled { return nil }
      usleep(20_000)
    }
    defer { uses.withLock { $0[address]?.isBusy = false } }
    return body()
  }
}
