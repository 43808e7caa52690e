import Glibc

/// The name of this host.
enum HostName {
  static var own: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.isEmpty ? "localhost" : text
  }

  /// With its domain, as far as the resolver knows it; a mail address without a domain is refused by many.
  static var qualified: String {
    var hints = addrinfo()
    hints.ai_flags = AI_CANONNAME
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    // getaddrinfo owns the list until freeaddrinfo, and nothing of it is used after that.
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(own, nil, &hints, &list) == 0, let list else { return own }
    defer { freeaddrinfo(list) }
    return list.pointee.ai_canonname.map { String(cString: $0) } ?? own
  }
}
