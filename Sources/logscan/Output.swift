import ArgumentParser
import Glibc

/// Writes results to standard output or, as a whole, to a file.
enum Output {
  static func write(_ text: String, to path: String?) throws {
    let bytes = Array(text.utf8)
    guard let path else {
      write(bytes)
      return
    }
    let temporary = "\(path).\(getpid()).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure(path) }
    let isComplete = writeAll(bytes, to: file) && fsync(file) == 0
    close(file)
    guard isComplete, rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  /// Ends the program quietly when the reader has gone (`| head`).
  static func write(_ bytes: [UInt8]) {
    if !writeAll(bytes, to: 1) { Glibc.exit(errno == EPIPE ? 0 : 4) }
  }

  private static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + written, bytes.count - written) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      written += count
    }
    return true
  }

  private static func failure(_ path: String) -> ExitCode {
    Messages.error("\(path): cannot be written: \(String(cString: strerror(errno)).lowercased())")
    return ExitCode(Status.partlyRead)
  }
}
