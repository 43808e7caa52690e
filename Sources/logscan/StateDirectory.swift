import Glibc

/// Where systemd wants a service to keep what it must remember (`StateDirectory=`).
enum StateDirectory {
  static var path: String? {
    guard let directories = getenv("STATE_DIRECTORY").map({ String(cString: $0) }) else { return nil }
    return directories.split(separator: ":").first.map(String.init)
  }
}
