import Glibc

/// Whether another user could open a file, by owner, group and mode of it and of the directories above it. Access lists and
/// security modules are not looked at.
struct FileAccess {
  let uid: UInt32
  let groups: Set<UInt32>

  enum Answer: Sendable, Equatable {
    case yes
    /// The first part of the path that keeps the user out.
    case no(String)
    case missing
    /// We may not look there ourselves.
    case hidden
  }

  /// Nil when there is no such user here.
  init?(user: String) {
    guard let uid = UInt32(user) ?? Self.users(matching: user) else { return nil }
    self.uid = uid
    var groups: Set<UInt32> = []
    for line in LocalFile.lines("/etc/passwd") {
      let parts = line.split(separator: ":", omittingEmptySubsequences: false)
      if parts.count > 3, UInt32(parts[2]) == uid, let group = UInt32(parts[3]) { groups.insert(group) }
    }
    for line in LocalFile.lines("/etc/group") {
      let parts = line.split(separator: ":", omittingEmptySubsequences: false)
      if parts.count > 3, parts[3].split(separator: ",").contains(where: { $0 == user }), let group = UInt32(parts[2]) {
        groups.insert(group)
      }
    }
    self.groups = groups
  }

  private static func users(matching name: String) -> UInt32? {
    for line in LocalFile.lines("/etc/passwd") {
      let parts = line.split(separator: ":", omittingEmptySubsequences: false)
      if parts.count > 2, parts[0] == name { return UInt32(parts[2]) }
    }
    return nil
  }

  /// - Parameter wanted: bits of the mode: 4 to read, 2 to write (a socket), 1 to pass through.
  func may(_ wanted: UInt32, _ path: String) -> Answer {
    let parts = path.split(separator: "/")
    var current = ""
    for (i, part) in parts.enumerated() {
      current += "/" + part
      var info = stat()
      guard stat(current, &info) == 0 else { return errno == EACCES ? .hidden : .missing }
      let isLast = i == parts.count - 1
      if uid != 0, !allows(isLast ? wanted : 1, info) { return .no(current) }
    }
    return .yes
  }

  private func allows(_ wanted: UInt32, _ info: stat) -> Bool {
    if info.st_uid == uid { return info.st_mode >> 6 & wanted == wanted }
    if groups.contains(info.st_gid) { return info.st_mode >> 3 & wanted == wanted }
    return info.st_mode & wanted == wanted
  }
}
