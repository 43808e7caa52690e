import Glibc
import LogInput

/// The files of a journal, as they lie on the disk: libsystemd passes over those that it cannot open without a word.
package enum JournalFiles {
  /// Finds what is wrong with single files of a journal. Returns the journal without them; nil when nothing is left.
  package static func check(_ place: JournalPlace) -> (usable: JournalPlace?, problems: [InputProblem]) {
    if case .machine = place.location { return (place, []) }
    let all = paths(of: place)
    if all.isEmpty {
      let text = "there are no journal files; is journald running, and may it keep them? see journald.conf(5), Storage="
      return (nil, [InputProblem(path: place.name, text: text, nothingRead: true)])
    }
    let closed = all.filter { access($0, R_OK) != 0 && errno == EACCES }
    var problems: [InputProblem] = []
    var sound: [String] = []
    for path in all where !closed.contains(path) {
      if let problem = problem(path) { problems.append(problem) } else { sound.append(path) }
    }
    if !closed.isEmpty {
      let text = SourceOpener.permissionText(group: group(of: place))
      let which = closed.count == 1 ? closed[0] : "\(closed.count) of \(all.count) journal files"
      problems.append(InputProblem(path: which, text: text, nothingRead: true))
    }
    guard !sound.isEmpty else { return (nil, problems) }
    var usable = place
    if case .files = place.location { usable.location = .files(sound) }
    return (usable, problems)
  }

  /// All files that belong to a journal, sorted by name; empty where only libsystemd knows.
  package static func paths(of place: JournalPlace) -> [String] {
    switch place.location {
    case .files(let paths): paths
    case .directory(let path): files(in: path) + machines(in: path).flatMap { files(in: $0) }
    case .own: own(suffix: "")
    case .namespace(let name): own(suffix: ".\(name)")
    case .machine: []
    }
  }

  /// Whether this machine keeps a journal with something in it.
  package static var isThere: Bool { !paths(of: JournalPlace(location: .own)).isEmpty }

  /// journald's directories: persistent and volatile (systemd-journald.service(8)).
  private static func own(suffix: String) -> [String] {
    guard let machine = line(of: "/etc/machine-id") else { return [] }
    return ["/var/log/journal", "/run/log/journal"].flatMap { files(in: "\($0)/\(machine)\(suffix)") }
  }

  private static func machines(in directory: String) -> [String] {
    names(in: directory).filter { $0.utf8.count >= 32 && $0.prefix(32).allSatisfy(\.isHexDigit) }
      .map { "\(directory)/\($0)" }
  }

  private static func files(in directory: String) -> [String] {
    names(in: directory).filter { $0.hasSuffix(".journal") || $0.hasSuffix(".journal~") }.map { "\(directory)/\($0)" }
  }

  private static func names(in directory: String) -> [String] {
    guard let opened = opendir(directory) else { return [] }
    defer { closedir(opened) }
    var names: [String] = []
    while let entry = readdir(opened) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.sorted()
  }

  private static func line(of path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 64)
    let count = fread(&text, 1, text.count, file)
    return String(decoding: text[..<count].prefix { $0 > 0x20 }, as: UTF8.self)
  }

  // MARK: What is wrong

  private static func problem(_ path: String) -> InputProblem? {
    var head: [UInt8] = []
    let code = read(path, headerSize, &head)
    if code != 0 { return SourceOpener.problem(opening: path, code) }
    return head.count == headerSize && head.starts(with: signature)
      ? nil : InputProblem(path: path, text: "no journal file, or a damaged one", nothingRead: true)
  }

  /// That of the oldest version of the format; all later ones have more.
  private static let headerSize = 208
  private static let signature = Array("LPKSHHRH".utf8)

  /// The first bytes of a file, `count` or fewer; returns an errno or 0.
  private static func read(_ path: String, _ count: Int, _ bytes: inout [UInt8]) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    bytes = [UInt8](repeating: 0, count: count)
    bytes.removeLast(count - max(0, Glibc.read(descriptor, &bytes, count)))
    return 0
  }

  /// How many entries a journal has by the headers of its files (systemd.io/JOURNAL_FILE_FORMAT); nil when that cannot be
  /// said, as where an entry is in two files.
  static func entryCount(of place: JournalPlace) -> Int64? {
    var ranges: [[UInt8]: [ClosedRange<UInt64>]] = [:]
    var total: UInt64 = 0
    for path in paths(of: place) {
      var head: [UInt8] = []
      guard read(path, headerSize, &head) == 0, head.count == headerSize, head.starts(with: signature) else { continue }
      let (entries, last, first) = (number(head, 152), number(head, 160), number(head, 168))
      guard entries > 0 else { continue }
      guard first <= last, entries <= last - first + 1 else { return nil }
      let sequence = Array(head[72..<88])
      if ranges[sequence, default: []].contains(where: { $0.overlaps(first...last) }) { return nil }
      ranges[sequence, default: []].append(first...last)
      total &+= entries
    }
    return Int64(exactly: total)
  }

  /// Eight bytes, little-endian.
  private static func number(_ bytes: [UInt8], _ start: Int) -> UInt64 {
    var value: UInt64 = 0
    for i in (start..<(start + 8)).reversed() { value = value << 8 | UInt64(bytes[i]) }
    return value
  }

  /// The group that may read a journal's files.
  static func group(of place: JournalPlace) -> String {
    paths(of: place).lazy.compactMap { SourceOpener.groupOwning($0) }.first ?? "systemd-journal"
  }
}
