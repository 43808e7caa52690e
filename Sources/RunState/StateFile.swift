import Glibc

/// The file a state is kept in: locked while a run uses it, replaced as a whole, readable by its owner alone.
///
/// State and output are one: `commit` writes the output beside its place, then the state, which names that file and holds the
/// former state as well, then gives the output its name. Whenever that last step did not happen, the file is still there under
/// its temporary name; the next run sees it, removes it, and begins where the former state says.
package final class StateFile {
  package let path: String
  private let lock: Int32
  /// Where this run begins.
  package private(set) var state = RunState()
  /// Why the file could not be used; everything is read then.
  package private(set) var damage: String?

  /// Why a state cannot be used at all; one line.
  package struct Failure: Error {
    package var path: String
    package var text: String
  }

  /// Opens and reads the state; a file that is not there yet is made by the first ``commit(_:output:to:)``.
  package init(path: String) throws(Failure) {
    self.path = path
    let lockPath = path + ".lock"
    lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw Self.failure(lockPath, "cannot be opened") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw Failure(path: path, text: "another run is using it")
    }
    let bytes = try Self.content(of: path)
    guard let bytes else { return }
    var unfinished: String?
    do throws(StateText.Damage) {
      let content = try StateText.read(bytes)
      state = content.state
      if let pending = content.pending, access(pending.path, F_OK) == 0 {
        unfinished = pending.path
        state = pending.former
      }
    } catch {
      damage = error.text
    }
    guard let unfinished else { return }
    // First the state, then the file: once that is gone, the state would be taken for the one that goes with it.
    try replace(with: StateText.Content(state: state))
    unlink(unfinished)
  }

  deinit { close(lock) }

  /// nil when there is no such file.
  private static func content(of path: String) throws(Failure) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 {
      if errno == ENOENT { return nil }
      throw failure(path, "cannot be read")
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= StateText.sizeLimit {
      let count = read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw failure(path, "cannot be read") }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Replaces the state. With an output both appear together or not at all.
  ///
  /// - Parameter place: where the output goes; nil when it has gone elsewhere already.
  package func commit(_ next: RunState, output: [UInt8] = [], to place: String? = nil) throws(Failure) {
    var content = StateText.Content(state: next)
    var temporary: String?
    if let place {
      let name = Self.absolute(place) + ".logscan-" + String(UInt64.random(in: 1 ... .max), radix: 16)
      Self.removeLeftovers(of: Self.absolute(place))
      try Self.write(output, to: name, mode: 0o644)
      content.pending = (name, state)
      temporary = name
    }
    try replace(with: content)
    if let place, let temporary {
      guard rename(temporary, place) == 0 else { throw Self.failure(place, "cannot be written") }
      Self.syncDirectory(of: place)
    }
    state = next
  }

  private func replace(with content: StateText.Content) throws(Failure) {
    let new = path + ".new"
    unlink(new)
    try Self.write(StateText.write(content), to: new, mode: 0o600)
    guard rename(new, path) == 0 else { throw Self.failure(path, "cannot be replaced") }
    Self.syncDirectory(of: path)
  }

  /// What runs left that were ended before they had saved their state.
  private static func removeLeftovers(of place: String) {
    let slash = place.lastIndex(of: "/") ?? place.startIndex
    let directory = String(place[...slash])
    let prefix = place[place.index(after: slash)...] + ".logscan-"
    guard let opened = opendir(directory) else { return }
    defer { closedir(opened) }
    var names: [String] = []
    while let entry = readdir(opened) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasPrefix(prefix), name.dropFirst(prefix.count).allSatisfy(\.isHexDigit) { names.append(name) }
    }
    for name in names { unlink(directory + name) }
  }

  /// The next run may be started elsewhere.
  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
    defer { free(directory) }
    return String(cString: directory) + "/" + path
  }

  private static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(Failure) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else { throw failure(path, "cannot be written") }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path, "cannot be written") }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 else { throw failure(path, "cannot be written") }
  }

  private static func syncDirectory(of path: String) {
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if file >= 0 {
      fsync(file)
      close(file)
    }
  }

  private static func failure(_ path: String, _ what: String) -> Failure {
    Failure(path: path, text: "\(what): \(String(cString: strerror(errno)).lowercased())")
  }
}
