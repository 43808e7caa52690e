/// The running processes, from `/proc`.
enum ProcessTable {
  struct Entry: Sendable {
    var pid: Int
    /// As the kernel shows it, at most 15 bytes.
    var name: String
    /// `postfix`, `exim`, `dovecot`, or the name.
    var program: String
  }

  static func read() -> [Entry] {
    LocalFile.names("/proc").compactMap { name -> Entry? in
      guard let pid = Int(name), let text = LocalFile.text("/proc/\(pid)/comm") else { return nil }
      let word = String(text.prefix { $0 != "\n" })
      return Entry(pid: pid, name: word, program: program(word, pid))
    }
  }

  private static func program(_ name: String, _ pid: Int) -> String {
    switch name {
    case "exim", "exim4": "exim"
    // Postfix's supervisor is called by so common a word that its file has to be looked at.
    case "master": LocalFile.target("/proc/\(pid)/exe")?.contains("postfix") ?? true ? "postfix" : name
    default: name
    }
  }
}
