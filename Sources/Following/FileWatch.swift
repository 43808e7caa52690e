import Glibc

/// Waits until something happens to files or descriptors: through inotify(7), and by looking from time to time where that does
/// not tell (network file systems, directories that are not there yet).
package final class FileWatch {
  private let descriptor = inotify_init1(O_NONBLOCK | O_CLOEXEC)
  private var watched: Set<String> = []

  package init() {}

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Watches the directory that a file is in, or will be in.
  package func add(directoryOf path: String) {
    let directory = RotatedNames.split(path).directory
    guard descriptor >= 0, watched.insert(directory).inserted else { return }
    let events = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
    if inotify_add_watch(descriptor, directory.isEmpty ? "." : directory, UInt32(events)) < 0 {
      watched.remove(directory)
    }
  }

  /// Returns when something has happened, after `milliseconds`, or when a signal came.
  package func wait(others: [Int32], milliseconds: Int32) {
    var waiting = (others + [descriptor]).filter { $0 >= 0 }.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&waiting, nfds_t(waiting.count), milliseconds) > 0, descriptor >= 0 else { return }
    // What has happened is seen by looking; the events only wake.
    var events = [UInt8](repeating: 0, count: 1 << 14)
    while read(descriptor, &events, events.count) > 0 {}
  }
}
