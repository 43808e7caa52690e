import MailEvents

/// Where the time of a log goes back: the clock of its host was set, or parts of logs were joined in the wrong order.
struct ClockSteps: Sendable {
  /// Programs that write at once may come this much out of order (seconds).
  static let tolerance: Int64 = 120

  struct Step: Sendable {
    /// What is written behind it.
    var time: Timestamp
    var seconds: Int64
  }

  private var before = Timestamp.unknown
  private(set) var count = 0
  private(set) var largest: Step?

  /// The next line is of another file or host.
  mutating func begin() { before = .unknown }

  /// - Parameter time: of the next line of the same file and host.
  @inline(__always)
  mutating func note(_ time: Timestamp) {
    guard time.isKnown else { return }
    if before.isKnown, time < before { goBack(to: time) }
    before = time
  }

  private mutating func goBack(to time: Timestamp) {
    let seconds = before.seconds - time.seconds
    guard seconds > Self.tolerance else { return }
    count += 1
    if seconds > largest?.seconds ?? 0 { largest = Step(time: time, seconds: seconds) }
  }
}
