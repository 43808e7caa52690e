import Glibc

/// A line by line conversation with a server, of bounded length: what it reads is a stranger's.
final class Conversation {
  private let socket: Socket
  private var tls: TLSSession?
  private var buffer: [UInt8] = []
  private var start = 0
  private var received = 0
  private var lines = 0
  /// Ends every wait; a step may bring it forward.
  var deadline: Deadline

  /// Bytes and lines that are read of one server in all, and bytes of a line.
  static let byteLimit = 1 << 16
  static let lineCountLimit = 200
  static let lineLimit = 2048

  init(_ socket: consuming Socket, deadline: Deadline) {
    self.socket = socket
    self.deadline = deadline
  }

  deinit { tls = nil }

  var isEncrypted: Bool { tls != nil }

  /// The next line without its end. Longer ones than the limit end the conversation.
  func readLine() throws(NetworkFailure) -> String {
    while true {
      if let end = buffer[start...].firstIndex(of: 0x0A) {
        guard end - start <= Self.lineLimit, lines < Self.lineCountLimit else { throw .tooMuch }
        var line = buffer[start..<end]
        if line.last == 0x0D { line = line.dropLast() }
        start = end + 1
        lines += 1
        return String(decoding: line, as: UTF8.self)
      }
      guard buffer.count - start <= Self.lineLimit, received < Self.byteLimit else { throw .tooMuch }
      let more = try readMore()
      if more.isEmpty { throw .closed }
      received += more.count
      buffer.removeFirst(start)
      start = 0
      buffer += more
    }
  }

  /// Sends a line; its end is added. A line break inside would be a second command and is refused.
  func send(_ line: String) throws(NetworkFailure) {
    guard !line.utf8.contains(0x0A), !line.utf8.contains(0x0D) else { throw .other(EINVAL) }
    let bytes = Array(line.utf8) + [0x0D, 0x0A]
    if let tls {
      try tls.write(bytes) { (events) throws(NetworkFailure) in try self.socket.wait(for: events, until: self.deadline)
      }
    } else {
      try socket.write(bytes, until: deadline)
    }
  }

  /// Turns the connection into an encrypted one. Text that came before it is dropped: it was not protected (CVE-2011-0411).
  func startTLS(name: String?, offer: TLSOffer, trust: TrustAnchors) throws(TLSFailure) -> TLSDetails {
    buffer = []
    start = 0
    let session = try TLSSession(descriptor: socket.descriptor, name: name, offer: offer, trust: trust)
    let details = try session.handshake(name: name) { (events) throws(NetworkFailure) in
      try self.socket.wait(for: events, until: self.deadline)
    }
    tls = session
    return details
  }

  private func readMore() throws(NetworkFailure) -> [UInt8] {
    guard let tls else { return try socket.read(4096, until: deadline) }
    return try tls.read(4096) { (events) throws(NetworkFailure) in
      try self.socket.wait(for: events, until: self.deadline)
    }
  }
}
