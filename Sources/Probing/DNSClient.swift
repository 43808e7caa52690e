import CAres
import Glibc

/// Asks resolvers, by c-ares: retries, TCP for long answers, and a time limit.
///
/// Unsafe inside, safe outside. Invariant: a channel and the box its callbacks write to live for one call of ``ask``, which
/// ends all queries of the channel before it returns.
public struct DNSClient: Sendable {
  /// Addresses with or without a port (`192.0.2.53`, `192.0.2.53:5353`).
  public var servers: [String]
  /// Seconds for each of two tries.
  public var trySeconds = 1.5
  private let cancellation: Cancellation
  private let budget: QuestionBudget

  public init(servers: [String], budget: QuestionBudget = QuestionBudget(), cancellation: Cancellation) {
    self.servers = servers
    self.budget = budget
    self.cancellation = cancellation
  }

  /// The answer to one question. Never takes longer than the deadline. A resolver that fails does not end it while there is
  /// another, as in the C library.
  public func ask(_ name: String, _ type: DNSType, until deadline: Deadline) -> DNSAnswer {
    guard Self.isSensible(name) else { return .failed("not a name that can be asked for") }
    guard budget.take() else { return .failed("too many questions in one run") }
    var answer = ask(servers, name, type, until: deadline)
    for server in servers.dropFirst() where answer == .serverFailure || answer == .declined {
      answer = ask([server], name, type, until: deadline)
    }
    return answer
  }

  private func ask(_ servers: [String], _ name: String, _ type: DNSType, until deadline: Deadline) -> DNSAnswer {
    var channel: ares_channel?
    var options = ares_options()
    options.timeout = Int32(trySeconds * 1000)
    options.tries = 2
    options.flags = Int32(ARES_FLAG_NOCHECKRESP) | Int32(ARES_FLAG_NOSEARCH) | Int32(ARES_FLAG_EDNS)
    options.ednspsz = 1232
    let mask = Int32(ARES_OPT_TIMEOUTMS) | Int32(ARES_OPT_TRIES) | Int32(ARES_OPT_FLAGS) | Int32(ARES_OPT_EDNSPSZ)
    guard ares_init_options(&channel, &options, mask) == Int32(ARES_SUCCESS), let channel else {
      return .failed("the DNS library could not start")
    }
    defer { ares_destroy(channel) }
    if !servers.isEmpty, ares_set_servers_ports_csv(channel, servers.joined(separator: ",")) != Int32(ARES_SUCCESS) {
      return .failed("'\(servers.joined(separator: ","))' is no address of a resolver")
    }
    return withQuery(name, type) { query in
      var box = Box()
      withUnsafeMutablePointer(to: &box) { pointer in
        ares_send(
          channel, query, Int32(query.count),
          { argument, status, _, bytes, count in
            let box = argument!.assumingMemoryBound(to: Box.self)
            // A channel that is destroyed calls back with an error after the answer was used.
            guard box.pointee.status == nil else { return }
            box.pointee.status = status
            if let bytes, count > 0 {
              box.pointee.bytes = Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
            }
          }, pointer)
        run(channel, until: deadline) { pointer.pointee.status != nil }
        if pointer.pointee.status == nil { ares_cancel(channel) }
      }
      return Self.answer(box, type)
    }
  }

  private struct Box {
    var status: Int32?
    var bytes: [UInt8] = []
  }

  private func withQuery(_ name: String, _ type: DNSType, _ body: ([UInt8]) -> DNSAnswer) -> DNSAnswer {
    var pointer: UnsafeMutablePointer<UInt8>?
    var count: Int32 = 0
    let id = UInt16.random(in: 0...UInt16.max)
    let status = ares_create_query(name, 1, Int32(type.rawValue), id, 1, &pointer, &count, 1232)
    guard status == Int32(ARES_SUCCESS), let pointer else { return .failed("not a name that can be asked for") }
    defer { ares_free_string(pointer) }
    var query = Array(UnsafeBufferPointer(start: pointer, count: Int(count)))
    // Asks whether the resolver vouches for the answer (RFC 6840, section 5.7).
    if query.count > 3 { query[3] |= 0x20 }
    return body(query)
  }

  /// Drives the channel until `isDone`, the deadline, or the end of the run.
  private func run(_ channel: ares_channel, until deadline: Deadline, _ isDone: () -> Bool) {
    while !isDone(), !deadline.isOver {
      var sockets = [ares_socket_t](repeating: 0, count: 16)
      let bits = UInt32(bitPattern: ares_getsock(channel, &sockets, 16))
      var waiting: [pollfd] = [pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0)]
      for i in 0..<16 {
        var events: Int32 = 0
        if bits & 1 << UInt32(i) != 0 { events |= POLLIN }
        if bits & 1 << UInt32(i + 16) != 0 { events |= POLLOUT }
        if events != 0 { waiting.append(pollfd(fd: sockets[i], events: Int16(events), revents: 0)) }
      }
      if waiting.count == 1 { return }
      var longest = timeval(tv_sec: 0, tv_usec: 200_000)
      var found = timeval()
      var milliseconds = deadline.millisecondsLeft
      if let time = ares_timeout(channel, &longest, &found) {
        milliseconds = min(milliseconds, Int32(time.pointee.tv_sec * 1000 + time.pointee.tv_usec / 1000 + 1))
      }
      let count = poll(&waiting, nfds_t(waiting.count), milliseconds)
      if count < 0, errno != EINTR { return }
      if waiting[0].revents != 0 { return }
      for socket in waiting.dropFirst() where socket.revents != 0 {
        let isReadable = Int32(socket.revents) & (POLLIN | POLLERR | POLLHUP) != 0
        let isWritable = Int32(socket.revents) & (POLLOUT | POLLERR) != 0
        ares_process_fd(channel, isReadable ? socket.fd : -1, isWritable ? socket.fd : -1)
      }
      ares_process_fd(channel, -1, -1)
    }
  }

  private static func answer(_ box: Box, _ type: DNSType) -> DNSAnswer {
    guard let status = box.status else { return .timedOut }
    guard let message = DNSMessage(box.bytes) else {
      switch status {
      case ARES_ETIMEOUT, ARES_ECANCELLED, ARES_EDESTRUCTION: return .timedOut
      case ARES_ECONNREFUSED: return .refused
      case ARES_ENOTFOUND: return .noSuchName
      case ARES_ENODATA: return .noData
      case ARES_ESERVFAIL: return .serverFailure
      case ARES_EREFUSED, ARES_ENOTIMP: return .declined
      default: return .failed(String(cString: ares_strerror(status)).lowercased())
      }
    }
    switch message.responseCode {
    case 0: break
    case 2: return .serverFailure
    case 3: return .noSuchName
    case 4, 5: return .declined
    default: return .failed("the resolver answered with code \(message.responseCode)")
    }
    let records = message.records.filter { $0.type == type }
    return records.isEmpty ? .noData : .records(records, isAuthenticated: message.isAuthenticated)
  }

  /// Labels of letters, digits, hyphens and underscores: nothing else is ever asked for, whoever wrote it.
  static func isSensible(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard !bytes.isEmpty, bytes.count <= 253, bytes != [UInt8(ascii: ".")] else { return name == "." }
    return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && label.count < 64
        && label.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == 0x2D || $0 == 0x5F }
    }
  }
}
