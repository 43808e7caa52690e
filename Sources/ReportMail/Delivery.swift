import Glibc

/// How a mail leaves this host.
public enum Delivery: Sendable, Equatable {
  /// A program that takes the mail on standard input, as `sendmail -t -oi` does.
  case program(path: String)
  /// A mail server that takes mail from this host without a login.
  case smtp(host: String, port: String)

  /// What went wrong, in one line and lower case; what servers and programs said in it is UNTRUSTED.
  public struct Failure: Error, Sendable, Equatable {
    public var text: String
  }

  /// Where the sendmail command is (Filesystem Hierarchy Standard 3.0, section 4.10).
  private static let sendmailPaths = ["/usr/sbin/sendmail", "/usr/lib/sendmail"]

  /// The sendmail command, where it is there and can work; else the local server. Postfix's `postdrop` needs its group,
  /// which a service with `NoNewPrivileges` does not get.
  public static var standard: Delivery {
    if !forbidsNewPrivileges, let path = sendmailPaths.first(where: { access($0, X_OK) == 0 }) {
      return .program(path: path)
    }
    return .smtp(host: "localhost", port: "25")
  }

  /// The line `NoNewPrivs: 1` (proc(5)).
  private static var forbidsNewPrivileges: Bool {
    guard let file = fopen("/proc/self/status", "re") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if text.hasPrefix("NoNewPrivs:") { return text.contains("1") }
    }
    return false
  }

  public func send(_ message: MailMessage) throws(Failure) {
    switch self {
    case .program(let path): try SendmailProgram(path: path).send(message)
    case .smtp(let host, let port): try SMTPSubmission(host: host, port: port).send(message)
    }
  }
}
