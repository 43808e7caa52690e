/// Listening TCP sockets and who holds them, from `/proc`.
enum ListenerTable {
  struct Entry: Sendable {
    var address: IPAddress
    var port: UInt16
    var inode: String
    /// Bound to all addresses.
    var isAny: Bool { address.bytes.allSatisfy { $0 == 0 } }
  }

  static func read() -> [Entry] {
    parse(LocalFile.lines("/proc/net/tcp"), states: ["0A"]) + parse(LocalFile.lines("/proc/net/tcp6"), states: ["0A"])
  }

  /// Lines of `/proc/net/tcp` in one of the states (hexadecimal, `0A` listens, `01` is connected).
  static func parse(_ lines: [Substring], states: Set<Substring>) -> [Entry] {
    lines.dropFirst().compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 9, states.contains(words[3]) else { return nil }
      let parts = words[1].split(separator: ":")
      guard parts.count == 2, let port = UInt16(parts[1], radix: 16), let address = address(parts[0]) else {
        return nil
      }
      return Entry(address: address, port: port, inode: String(words[9]))
    }
  }

  /// The kernel writes 32-bit words in the machine's order, on all of Debian's usual machines the lowest byte first.
  private static func address(_ digits: Substring) -> IPAddress? {
    var bytes: [UInt8] = []
    var rest = digits
    while rest.utf8.count >= 8 {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      bytes += [UInt8(word & 255), UInt8(word >> 8 & 255), UInt8(word >> 16 & 255), UInt8(word >> 24)]
      rest = rest.dropFirst(8)
    }
    return IPAddress(bytes: bytes)
  }

  /// Names of the processes that hold each socket. What belongs to other users is seen by root only.
  static func owners(of inodes: Set<String>) -> [String: String] {
    var owners: [String: String] = [:]
    for pid in LocalFile.names("/proc") where Int(pid) != nil {
      for descriptor in LocalFile.names("/proc/\(pid)/fd", limit: 10_000) {
        guard let target = LocalFile.target("/proc/\(pid)/fd/\(descriptor)"), target.hasPrefix("socket:["),
          let inode = target.dropFirst(8).split(separator: "]").first, inodes.contains(String(inode)),
          owners[String(inode)] == nil
        else { continue }
        owners[String(inode)] = LocalFile.text("/proc/\(pid)/comm").map { String($0.prefix { $0 != "\n" }) }
      }
      if owners.count == inodes.count { break }
    }
    return owners
  }
}
