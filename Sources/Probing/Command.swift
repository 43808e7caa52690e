import CLinux
import Glibc

/// Runs a program of the system to read what it says: absolute path, fixed arguments, no shell, a time limit.
///
/// Unsafe inside, safe outside. Invariant: the argument vectors end in nil and live until `posix_spawn` returns, which
/// copies them.
enum Command {
  struct Result: Sendable, Equatable {
    /// Standard output, and standard error after it.
    var output: String
    var errors: String
    /// The exit status; nil when it was ended by a signal or by the time limit.
    var status: Int32?
    var isSuccess: Bool { status == 0 }
  }

  /// Bytes of output that are read.
  static let outputLimit = 4 << 20

  /// Nil when the program does not exist or cannot be started.
  static func run(_ path: String, _ arguments: [String], until deadline: Deadline, _ cancellation: Cancellation)
    -> Result?
  {
    guard path.hasPrefix("/"), access(path, X_OK) == 0 else { return nil }
    var out: [Int32] = [-1, -1]
    var err: [Int32] = [-1, -1]
    guard linux_pipe(&out) == 0 else { return nil }
    defer { for end in out + err where end >= 0 { close(end) } }
    guard linux_pipe(&err) == 0 else { return nil }
    guard let child = spawn(path, arguments, out[1], err[1]) else { return nil }
    close(out[1])
    close(err[1])
    out[1] = -1
    err[1] = -1
    var texts: [[UInt8]] = [[], []]
    let isComplete = collect(&texts, [out[0], err[0]], deadline, cancellation)
    if !isComplete { kill(-child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let exited = status & 0x7F == 0 && isComplete
    return Result(
      output: String(decoding: texts[0], as: UTF8.self), errors: String(decoding: texts[1], as: UTF8.self),
      status: exited ? (status >> 8) & 0xFF : nil)
  }

  /// In a process group of its own, so that its children end with it.
  private static func spawn(_ path: String, _ arguments: [String], _ output: Int32, _ errors: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    posix_spawnattr_setpgroup(&attributes, 0)
    var ignored = sigset_t()
    sigemptyset(&ignored)
    sigaddset(&ignored, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &ignored)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    let environment = ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_COLORS=0", "SYSTEMD_PAGER="]
    var argumentPointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    var environmentPointers: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, path, &actions, &attributes, &argumentPointers, &environmentPointers)
    return result == 0 ? child : nil
  }

  /// Reads both pipes to their ends. False when the time is up or there is too much.
  private static func collect(
    _ texts: inout [[UInt8]], _ pipes: [Int32], _ deadline: Deadline, _ cancellation: Cancellation
  ) -> Bool {
    var isOpen = [true, true]
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while isOpen[0] || isOpen[1] {
      var waiting = [
        pollfd(fd: isOpen[0] ? pipes[0] : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isOpen[1] ? pipes[1] : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&waiting, 3, deadline.millisecondsLeft)
      if count < 0, errno == EINTR { continue }
      if count <= 0 || waiting[2].revents != 0 { return false }
      for i in 0...1 where waiting[i].revents != 0 {
        let got = read(pipes[i], &buffer, buffer.count)
        if got <= 0 { isOpen[i] = false } else { texts[i] += buffer[..<got] }
        if texts[i].count > outputLimit { return false }
      }
    }
    return true
  }
}
