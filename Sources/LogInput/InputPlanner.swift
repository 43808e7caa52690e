import Glibc

/// From what the user named to what is read: directories are opened up, duplicates left out, rotations put in time order.
public enum InputPlanner {
  /// - Parameters:
  ///   - paths: files, directories, `-`.
  ///   - firstTime: the time of the first line in the first 64 KiB of an input (microseconds, UTC), given its own time in
  ///     seconds; nil when there is none.
  public static func plan(paths: [String], firstTime: ([UInt8], Int64) -> Int64?) -> InputPlan {
    var plan = InputPlan()
    var found: [LogSource] = []
    var seen: Set<FileID> = []
    for path in paths {
      if path == "-" || path == "/dev/stdin" {
        found.append(LogSource(path: "standard input", modified: Int64(time(nil)), size: 0, isStandardInput: true))
        continue
      }
      add(path, &found, &seen, &plan)
    }
    order(found, firstTime, &plan)
    return plan
  }

  /// Where mail logs usually are; only what exists.
  ///
  /// - Parameter includesRotated: also the last rotations beside them.
  public static func usualPlaces(includesRotated: Bool = false) -> [String] {
    let places = [
      "/var/log/mail.log", "/var/log/maillog", "/var/log/mail", "/var/log/exim4/mainlog", "/var/log/exim/main.log",
      "/var/log/exim/mainlog", "/var/log/dovecot.log", "/var/log/dovecot-info.log",
    ]
    let endings = includesRotated ? ["", ".1", ".1.gz", ".2", ".2.gz"] : [""]
    return places.flatMap { place in endings.map { place + $0 } }.filter { access($0, F_OK) == 0 }
  }

  private struct FileID: Hashable {
    var device: UInt
    var inode: UInt
  }

  private static func add(
    _ path: String, _ found: inout [LogSource], _ seen: inout Set<FileID>, _ plan: inout InputPlan,
    isInDirectory: Bool = false
  ) {
    var info = stat()
    guard stat(path, &info) == 0 else {
      plan.problems.append(SourceOpener.problem(opening: path, errno))
      return
    }
    let kind = info.st_mode & S_IFMT
    if kind == S_IFDIR {
      if !isInDirectory { addDirectory(path, &found, &seen, &plan) }
      return
    }
    guard kind == S_IFREG || !isInDirectory else { return }
    if kind == S_IFREG, !seen.insert(FileID(device: UInt(info.st_dev), inode: UInt(info.st_ino))).inserted {
      plan.skipped.append((path, "the same file was named before; read once"))
      return
    }
    let size = kind == S_IFREG ? Int64(info.st_size) : 0
    found.append(LogSource(path: path, modified: Int64(info.st_mtim.tv_sec), size: size))
  }

  private static func addDirectory(
    _ path: String, _ found: inout [LogSource], _ seen: inout Set<FileID>, _ plan: inout InputPlan
  ) {
    guard let directory = opendir(path) else {
      plan.problems.append(SourceOpener.problem(opening: path, errno))
      return
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    let before = found.count + plan.skipped.count
    for name in names.sorted() {
      add(path.hasSuffix("/") ? path + name : "\(path)/\(name)", &found, &seen, &plan, isInDirectory: true)
    }
    if found.count + plan.skipped.count == before {
      plan.problems.append(InputProblem(path: path, text: "no log files in this directory", nothingRead: true))
    }
  }

  // MARK: Order and duplicates

  private struct Known {
    var source: LogSource
    var head: [UInt8]
    var time: Int64?
  }

  private static func order(
    _ sources: [LogSource], _ firstTime: ([UInt8], Int64) -> Int64?, _ plan: inout InputPlan
  ) {
    var known: [Known] = []
    for source in sources {
      guard !source.isStandardInput, source.size > 0 else {
        known.append(Known(source: source, head: [], time: nil))
        continue
      }
      do throws(InputProblem) {
        let head = try head(of: source)
        known.append(Known(source: source, head: head, time: firstTime(head, source.modified)))
      } catch {
        plan.problems.append(error)
      }
    }
    dropDuplicates(&known, &plan)
    // Stable: what has no time keeps its place behind what has one.
    let ranked = known.enumerated().sorted { a, b in
      switch (a.element.time, b.element.time) {
      case (let x?, let y?) where x != y: x < y
      case (_?, nil): true
      case (nil, _?): false
      default: a.offset < b.offset
      }
    }
    plan.sources = ranked.map(\.element.source)
  }

  private static func head(of source: LogSource) throws(InputProblem) -> [UInt8] {
    let stream = try SourceOpener.open(source)
    var head = [UInt8](repeating: 0, count: SourceOpener.headSize)
    var filled = 0
    while filled < head.count, let count = try? stream.read(into: &head, at: filled), count > 0 { filled += count }
    head.removeLast(head.count - filled)
    return head
  }

  /// The same content under two names, or a copy of a file from when it was shorter, is read once.
  private static func dropDuplicates(_ known: inout [Known], _ plan: inout InputPlan) {
    var dropped: Set<Int> = []
    for a in known.indices where !known[a].head.isEmpty && !dropped.contains(a) {
      for b in known.indices where b > a && !known[b].head.isEmpty && !dropped.contains(b) {
        let common = min(known[a].head.count, known[b].head.count)
        guard known[a].head[..<common] == known[b].head[..<common] else { continue }
        guard let shorter = prefixOf(known[a].source, known[b].source) else { continue }
        let (copy, original) = shorter == .first ? (a, b) : (b, a)
        dropped.insert(copy)
        plan.skipped.append(
          (known[copy].source.path, "its content is also in \(known[original].source.path); read once"))
        if copy == a { break }
      }
    }
    known = known.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
  }

  private enum Shorter { case first, second }

  /// Which of two inputs is the beginning of the other (the second, when they are equal); nil when neither is.
  private static func prefixOf(_ a: LogSource, _ b: LogSource) -> Shorter? {
    guard let x = try? SourceOpener.open(a), let y = try? SourceOpener.open(b) else { return nil }
    var left = Cursor(x)
    var right = Cursor(y)
    while true {
      let (n, m) = (left.available(), right.available())
      if m == 0 { return .second }
      if n == 0 { return .first }
      let count = min(n, m)
      guard left.take(count) == right.take(count) else { return nil }
    }
  }

  private struct Cursor {
    private let source: any ByteSource
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var start = 0
    private var end = 0

    init(_ source: any ByteSource) { self.source = source }

    /// Bytes that can be taken; 0 at the end.
    mutating func available() -> Int {
      if start == end {
        start = 0
        end = (try? source.read(into: &buffer, at: 0)) ?? 0
      }
      return end - start
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
      defer { start += count }
      return buffer[start..<(start + count)]
    }
  }
}
