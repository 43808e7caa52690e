import Glibc

/// The files that a log was rotated to: `mail.log.1`, `mail.log.2.gz`, `mail.log-20261123.gz`, `mail-20261123.log`.
package enum RotatedNames {
  /// What stands beside `path` under such a name, the oldest first.
  package static func beside(_ path: String) -> [String] {
    let (directory, name) = split(path)
    guard let opened = opendir(directory.isEmpty ? "." : directory) else { return [] }
    defer { closedir(opened) }
    var found: [(name: String, order: Order)] = []
    while let entry = readdir(opened) {
      let other = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let suffix = suffix(of: other, rotatedFrom: name) { found.append((other, Order(suffix))) }
    }
    return found.sorted { ($0.order, $0.name) < ($1.order, $1.name) }.map { directory + $0.name }
  }

  /// The directory with its slash, and the name.
  package static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }

  /// What rotation added to a name, without compression's: `1`, `20261123`; nil for a name of another log.
  package static func suffix(of name: String, rotatedFrom base: String) -> String? {
    guard name != base else { return nil }
    var plain = Substring(name)
    for ending in [".gz", ".xz", ".zst", ".bz2"] where plain.hasSuffix(ending) {
      plain = plain.dropLast(ending.count)
      break
    }
    if plain.hasPrefix(base) { return digits(plain.dropFirst(base.count)) }
    // logrotate's `extension .log`: the suffix stands before it.
    guard let dot = base.lastIndex(of: "."), plain.hasPrefix(base[..<dot]), plain.hasSuffix(base[dot...]),
      plain.utf8.count > base.utf8.count
    else { return nil }
    return digits(plain.dropFirst(base[..<dot].count).dropLast(base[dot...].count))
  }

  /// `.1`, `-20261123`, `-20261123-1795405444`
  private static func digits(_ text: Substring) -> String? {
    guard let first = text.first, first == "." || first == "-" else { return nil }
    let rest = text.dropFirst()
    guard rest.first?.isNumber == true, rest.allSatisfy({ $0.isASCII && ($0.isNumber || "-_.:T".contains($0)) })
    else { return nil }
    return String(rest)
  }

  /// Older first: dates by themselves before counts from the highest.
  private struct Order: Comparable {
    var count: Int
    var date: String

    init(_ suffix: String) {
      if suffix.utf8.count <= 5, let number = Int(suffix) {
        count = -number
        date = ""
      } else {
        count = .min
        date = suffix
      }
    }

    static func < (a: Order, b: Order) -> Bool { (a.count, a.date) < (b.count, b.date) }
  }
}
