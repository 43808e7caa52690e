import Synchronization

/// How many questions a run may ask.
public final class QuestionBudget: Sendable {
  private let left: Mutex<Int>

  public init(_ count: Int = 300) { left = Mutex(count) }

  func take() -> Bool {
    left.withLock { left in
      guard left > 0 else { return false }
      left -= 1
      return true
    }
  }
}
