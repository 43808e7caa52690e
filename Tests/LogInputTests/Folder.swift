import Foundation

@testable import LogInput

/// A directory of its own for one test, removed with it.
final class Folder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "logscan-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: some Sequence<UInt8>) -> String {
    let file = "\(path)/\(name)"
    _ = FileManager.default.createFile(atPath: file, contents: Data(bytes))
    return file
  }

  @discardableResult
  func write(_ name: String, _ text: String) -> String { write(name, text.utf8) }

  /// Makes a directory and returns its path.
  @discardableResult
  func makeDirectory(_ name: String) -> String {
    try? FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    return "\(path)/\(name)"
  }
}

/// Lines as of a mail log, all different.
func lines(_ numbers: Range<Int>) -> String {
  numbers.map { "Nov 23 03:\($0 / 60 % 60):\($0 % 60) mx postfix/qmgr[9]: \($0): removed\n" }.joined()
}
