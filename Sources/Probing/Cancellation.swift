import CLinux
import Glibc

/// Ends all steps of a run at once: a descriptor that every wait of a probe watches besides its own.
public final class Cancellation: Sendable {
  /// Readable once the run is cancelled, and from then on.
  let descriptor: Int32

  public init() { descriptor = linux_eventfd() }

  deinit { if descriptor >= 0 { close(descriptor) } }

  public func cancel() { if descriptor >= 0 { linux_eventfd_add(descriptor, 1) } }

  public var isCancelled: Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return descriptor >= 0 && poll(&waiting, 1, 0) > 0
  }
}
