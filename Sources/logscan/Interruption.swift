import Glibc

/// SIGINT asks for what was found so far; a second one ends the program.
enum Interruption {
  /// Set by the signal handler only, read between chunks; a flag needs no more.
  private nonisolated(unsafe) static var flag: sig_atomic_t = 0

  static var isAsked: Bool { flag != 0 }

  static func watch() {
    signal(SIGINT) { _ in
      Interruption.flag = 1
      signal(SIGINT, SIG_DFL)
    }
  }
}
