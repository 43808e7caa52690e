import CLinux
import Glibc
import Synchronization

/// Runs steps side by side, and ends them all when the time is up.
///
/// Unsafe inside, safe outside. Invariant: the box handed to a thread is retained once for it, and released by it.
public enum ProbeRun {
  /// Threads at a time.
  static let width = 48

  /// What the steps saw, in the order of the steps. Returns when all are done, or half a second after the deadline: a step
  /// that hangs in the kernel (a dead network file system) is left behind and reported as not finished.
  public static func observe(_ steps: [ProbeStep], in context: ProbeContext) -> [Observation] {
    // A peer that goes away must not end the program.
    signal(SIGPIPE, SIG_IGN)
    guard !steps.isEmpty else { return [] }
    let shared = Shared(steps: steps, context: context)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    for _ in 0..<min(width, steps.count) {
      var thread = pthread_t()
      let box = Unmanaged.passRetained(shared)
      let result = pthread_create(
        &thread, &attributes,
        { argument in
          let shared = Unmanaged<Shared>.fromOpaque(argument!).takeRetainedValue()
          shared.work()
          return nil
        }, box.toOpaque())
      if result != 0 { box.release() }
    }
    shared.wait()
    return shared.results()
  }

  private final class Shared: Sendable {
    private struct State {
      var next = 0
      var results: [Int: [Observation]] = [:]
    }

    private let steps: [ProbeStep]
    private let context: ProbeContext
    private let state = Mutex(State())
    /// Counts finished steps.
    private let done: Int32

    init(steps: [ProbeStep], context: ProbeContext) {
      self.steps = steps
      self.context = context
      done = linux_eventfd()
    }

    deinit { close(done) }

    func work() {
      while true {
        let number = state.withLock { state in
          defer { state.next += 1 }
          return state.next
        }
        guard number < steps.count else { return }
        let seen = context.deadline.isOver || context.cancellation.isCancelled ? nil : steps[number].run(context)
        state.withLock { $0.results[number] = seen }
        linux_eventfd_add(done, 1)
      }
    }

    func wait() {
      var finished: UInt64 = 0
      while finished < UInt64(steps.count) {
        var waiting = pollfd(fd: done, events: Int16(POLLIN), revents: 0)
        let left = context.deadline.millisecondsLeft
        if left == 0 || context.options.isInterrupted() { context.cancellation.cancel() }
        let isEnding = context.cancellation.isCancelled
        let count = poll(&waiting, 1, isEnding ? 500 : min(left, 250))
        if count == 0, isEnding { return }
        if count <= 0 { continue }
        var value: UInt64 = 0
        if read(done, &value, 8) == 8 { finished += value }
      }
    }

    func results() -> [Observation] {
      state.withLock { state in
        steps.indices.flatMap { number in
          state.results[number] ?? [
            Observation(
              steps[number].probes.first ?? "", "not-finished", target: steps[number].target, .unknown,
              "not finished in time")
          ]
        }
      }
    }
  }
}
