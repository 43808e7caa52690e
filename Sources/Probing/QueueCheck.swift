import Glibc

/// How much waits in the queue and since when, from its files.
enum QueueCheck {
  /// Messages beyond which a queue of a small server is long.
  static let manyMessages = 1000
  /// Files that are looked at.
  static let fileLimit = 200_000

  static func check(_ server: OwnServer, _ queue: String) -> Observation {
    let folders = server.agent == .exim ? ["input"] : ["active", "deferred", "incoming", "hold", "maildrop"]
    var count = 0
    var oldest = Int64.max
    var isHidden = false
    for folder in folders {
      walk("\(queue)/\(folder)", depth: 0, &count, &oldest, &isHidden, isExim: server.agent == .exim)
    }
    if isHidden, count == 0 {
      return Observation(
        "queue-size", "hidden", target: queue, .unknown, "the queue in \(queue) can be read by root only")
    }
    let age = count == 0 ? 0 : max(0, Int64(time(nil)) - oldest)
    let isLong = count > manyMessages
    return Observation(
      "queue-size", isLong ? "long" : "short", target: queue, isLong ? .problem : .ok,
      count == 0
        ? "the queue is empty" : "\(count) messages wait, the oldest since \(age / 3600) h \(age / 60 % 60) min")
  }

  private static func walk(
    _ path: String, depth: Int, _ count: inout Int, _ oldest: inout Int64, _ isHidden: inout Bool, isExim: Bool
  ) {
    guard access(path, R_OK | X_OK) == 0 else {
      if errno == EACCES { isHidden = true }
      return
    }
    for name in LocalFile.names(path) where count < fileLimit {
      var info = stat()
      guard stat("\(path)/\(name)", &info) == 0 else { continue }
      if info.st_mode & S_IFMT == S_IFDIR {
        // Postfix and Exim spread their files over one level of folders named by one character.
        if depth < 2 { walk("\(path)/\(name)", depth: depth + 1, &count, &oldest, &isHidden, isExim: isExim) }
        continue
      }
      // Of Exim's two files a message the one with the envelope.
      if isExim, !name.hasSuffix("-H") { continue }
      count += 1
      oldest = min(oldest, Int64(info.st_mtim.tv_sec))
    }
  }
}
