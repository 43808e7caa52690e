import Glibc

/// Hands a mail to a server by SMTP (RFC 5321), as the host's own programs do: no login and no encryption, so the server
/// should be this host or a relay in its network.
struct SMTPSubmission {
  let host: String
  let port: String

  /// Seconds to wait for each answer.
  static let patience = 60
  private static let longestReply = 64 * 1024

  func send(_ message: MailMessage) throws(Delivery.Failure) {
    let socket = try connected()
    defer { close(socket) }
    var received: [UInt8] = []
    try expect(2, socket, &received, "the greeting")
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let own = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    try command("EHLO \(own.isEmpty ? "localhost" : own)", 2, socket, &received)
    try command("MAIL FROM:<\(message.from)>", 2, socket, &received)
    for recipient in message.to { try command("RCPT TO:<\(recipient)>", 2, socket, &received) }
    try command("DATA", 3, socket, &received)
    // RFC 5321 section 4.5.2.
    let stuffed = message.data.replacing("\r\n.", with: "\r\n..")
    try write(stuffed + ".\r\n", socket)
    try expect(2, socket, &received, "the end of the mail")
    // It is taken; what follows cannot fail any more.
    try? write("QUIT\r\n", socket)
  }

  private func connected() throws(Delivery.Failure) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, port, &hints, &list)
    guard status == 0, let list else {
      throw failure("is not found: \(String(cString: gai_strerror(status)).lowercased())")
    }
    defer { freeaddrinfo(list) }
    var last = ECONNREFUSED
    for entry in sequence(first: list, next: { $0.pointee.ai_next }) {
      let address = entry.pointee
      let file = Glibc.socket(
        address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), address.ai_protocol)
      guard file >= 0 else { continue }
      var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
      setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      if connect(file, address.ai_addr, address.ai_addrlen) == 0 { return file }
      last = errno
      close(file)
    }
    throw failure("cannot be reached: \(String(cString: strerror(last)).lowercased())")
  }

  private func failure(_ text: String) -> Delivery.Failure { Delivery.Failure(text: "\(host):\(port) \(text)") }

  private func command(
    _ text: String, _ expected: Int, _ socket: Int32, _ received: inout [UInt8]
  ) throws(Delivery.Failure) {
    try write(text + "\r\n", socket)
    try expect(expected, socket, &received, text)
  }

  private func write(_ text: String, _ socket: Int32) throws(Delivery.Failure) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let rest = Array(bytes[written...])
      let count = Glibc.send(socket, rest, rest.count, Int32(MSG_NOSIGNAL))
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("hung up: \(String(cString: strerror(errno)).lowercased())")
      }
      written += count
    }
  }

  /// Reads one reply, which may have several lines.
  private func expect(
    _ expected: Int, _ socket: Int32, _ received: inout [UInt8], _ what: String
  ) throws(Delivery.Failure) {
    var size = 0
    while true {
      let line = try nextLine(socket, &received)
      size += line.count
      guard size <= Self.longestReply else { throw failure("answered \(what) without end") }
      // `250-` goes on, `250 ` is the last.
      if line.count > 3, line[3] == UInt8(ascii: "-") { continue }
      guard let first = line.first, first == UInt8(ascii: "0") + UInt8(expected) else {
        throw failure("answered \(what) with: \(String(decoding: line.prefix(200), as: UTF8.self))")
      }
      return
    }
  }

  private func nextLine(_ socket: Int32, _ received: inout [UInt8]) throws(Delivery.Failure) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(received[..<end].filter { $0 != UInt8(ascii: "\r") })
        received.removeSubrange(...end)
        return line
      }
      guard received.count <= Self.longestReply else { throw failure("sent a line without end") }
      let count = recv(socket, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw failure(count == 0 ? "hung up" : "did not answer: \(String(cString: strerror(errno)).lowercased())")
      }
      received += buffer[..<count]
    }
  }
}
