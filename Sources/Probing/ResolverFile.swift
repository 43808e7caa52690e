/// `/etc/resolv.conf`.
enum ResolverFile {
  /// The first three resolvers, as the C library takes them; the local one when none is named (resolv.conf(5)).
  static func servers(_ path: String = "/etc/resolv.conf") -> [String] {
    let found = LocalFile.lines(path).compactMap { line -> String? in
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count > 1, words[0] == "nameserver" else { return nil }
      return IPAddress(String(words[1]))?.description
    }
    return found.isEmpty ? ["127.0.0.1"] : Array(found.prefix(3))
  }
}
