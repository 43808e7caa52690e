import Glibc

/// A stream socket that never blocks longer than its deadline, and is closed with its last use.
///
/// Unsafe inside, safe outside. Invariant: pointers into address structures and buffers live for one system call, and the
/// length given with them is that of the value they point to.
struct Socket: ~Copyable {
  let descriptor: Int32
  private let cancellation: Cancellation

  deinit { close(descriptor) }

  /// Connects over TCP.
  init(_ address: IPAddress, port: UInt16, until deadline: Deadline, _ cancellation: Cancellation)
    throws(NetworkFailure)
  {
    var storage = sockaddr_storage()
    let size = withUnsafeMutableBytes(of: &storage) { bytes in
      if address.isIPv6 {
        var inner = sockaddr_in6()
        inner.sin6_family = sa_family_t(AF_INET6)
        inner.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &inner.sin6_addr) { $0.copyBytes(from: address.bytes) }
        withUnsafeBytes(of: inner) { bytes.copyMemory(from: $0) }
        return MemoryLayout<sockaddr_in6>.size
      }
      var inner = sockaddr_in()
      inner.sin_family = sa_family_t(AF_INET)
      inner.sin_port = port.bigEndian
      withUnsafeMutableBytes(of: &inner.sin_addr) { $0.copyBytes(from: address.bytes) }
      withUnsafeBytes(of: inner) { bytes.copyMemory(from: $0) }
      return MemoryLayout<sockaddr_in>.size
    }
    descriptor = try Self.connected(address.isIPv6 ? AF_INET6 : AF_INET, storage, size, deadline, cancellation)
    self.cancellation = cancellation
  }

  /// Connects to a local socket.
  init(path: String, until deadline: Deadline, _ cancellation: Cancellation) throws(NetworkFailure) {
    var inner = sockaddr_un()
    inner.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard !name.isEmpty, name.count < MemoryLayout.size(ofValue: inner.sun_path), !name.contains(0) else {
      throw .missing
    }
    withUnsafeMutableBytes(of: &inner.sun_path) { $0.copyBytes(from: name) }
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) { bytes in withUnsafeBytes(of: inner) { bytes.copyMemory(from: $0) } }
    descriptor = try Self.connected(AF_UNIX, storage, MemoryLayout<sockaddr_un>.size, deadline, cancellation)
    self.cancellation = cancellation
  }

  /// A connected descriptor, which is the caller's to close.
  private static func connected(
    _ family: Int32, _ storage: sockaddr_storage, _ size: Int, _ deadline: Deadline, _ cancellation: Cancellation
  ) throws(NetworkFailure) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = Glibc.socket(family, type, 0)
    guard descriptor >= 0 else { throw NetworkFailure(errno: errno) }
    do throws(NetworkFailure) {
      let result = withUnsafeBytes(of: storage) {
        connect(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(size))
      }
      if result == 0 { return descriptor }
      guard errno == EINPROGRESS else { throw NetworkFailure(errno: errno) }
      try wait(descriptor, for: POLLOUT, until: deadline, cancellation)
      var code: Int32 = 0
      var length = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
      if code != 0 { throw NetworkFailure(errno: code) }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Waits until the socket can be read (`POLLIN`) or written (`POLLOUT`).
  func wait(for events: Int32, until deadline: Deadline) throws(NetworkFailure) {
    try Self.wait(descriptor, for: events, until: deadline, cancellation)
  }

  private static func wait(
    _ descriptor: Int32, for events: Int32, until deadline: Deadline, _ cancellation: Cancellation
  ) throws(NetworkFailure) {
    while true {
      var waiting = [
        pollfd(fd: descriptor, events: Int16(events), revents: 0),
        pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&waiting, 2, deadline.millisecondsLeft)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw NetworkFailure(errno: errno) }
      if waiting[1].revents != 0 { throw .cancelled }
      if waiting[0].revents != 0 { return }
      throw .timedOut
    }
  }

  /// At most `limit` bytes; none when the other side has closed.
  func read(_ limit: Int, until deadline: Deadline) throws(NetworkFailure) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: limit)
    while true {
      try wait(for: POLLIN, until: deadline)
      let count = recv(descriptor, &buffer, limit, 0)
      if count >= 0 { return Array(buffer[..<count]) }
      if errno != EAGAIN, errno != EINTR { throw NetworkFailure(errno: errno) }
    }
  }

  func write(_ bytes: [UInt8], until deadline: Deadline) throws(NetworkFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      try wait(for: POLLOUT, until: deadline)
      let count = send(descriptor, Array(rest), rest.count, Int32(MSG_NOSIGNAL))
      if count > 0 { rest = rest.dropFirst(count) }
      if count < 0, errno != EAGAIN, errno != EINTR { throw NetworkFailure(errno: errno) }
    }
  }
}
