import Glibc

/// SIGINT asks for what was found so far; a second one ends the program.
enum Interruption {
  /// Set by the signal handler only, read between chunks; a flag needs no more.
  private nonisolated(unsafe) static var flag: sig_atomic_t = 0

  static var isAsked: Bool { flag != 0 }

  static func watch() {
    // Not `signal`, which would restart a read that waits for a silent pipe.
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      Interruption.flag = 1
      signal(SIGINT, SIG_DFL)
    }
    sigaction(SIGINT, &action, nil)
  }
}
