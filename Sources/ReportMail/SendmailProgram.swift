import Glibc

/// The `sendmail` command that every mail server brings: recipients from the header (`-t`), a lone dot ends nothing (`-oi`).
struct SendmailProgram {
  let path: String

  func send(_ message: MailMessage) throws(Delivery.Failure) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw failure(errno) }
    // Else the command would hold its own input open, and wait for its end for ever.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    let arguments = [path, "-t", "-oi"].map { (word: String) in strdup(word) } + [nil]
    defer { arguments.forEach { free($0) } }
    var child = pid_t()
    let status = posix_spawn(&child, path, &actions, nil, arguments, environ)
    close(ends[0])
    guard status == 0 else {
      close(ends[1])
      throw failure(status)
    }
    // The command wants line feeds alone.
    let isTaken = write(Array(message.data.replacing("\r\n", with: "\n").utf8), to: ends[1])
    close(ends[1])
    var result: Int32 = 0
    while waitpid(child, &result, 0) < 0, errno == EINTR {}
    let exited = result & 0x7F == 0
    guard exited, result >> 8 & 0xFF == 0, isTaken else {
      throw Delivery.Failure(
        text: exited
          ? "\(path) ended with status \(result >> 8 & 0xFF)" : "\(path) was ended by signal \(result & 0x7F)")
    }
  }

  private func failure(_ error: Int32) -> Delivery.Failure {
    Delivery.Failure(text: "\(path) cannot be started: \(String(cString: strerror(error)).lowercased())")
  }

  private func write(_ bytes: [UInt8], to file: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let rest = Array(bytes[written...])
      let count = Glibc.write(file, rest, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      written += count
    }
    return true
  }
}
