import CZlib
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
}

/// One gzip member of a text (RFC 1952), by zlib itself.
func gzip(_ text: String) -> [UInt8] {
  let input = Array(text.utf8)
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var output = [UInt8](repeating: 0, count: input.count + 256)
  var source = input
  let count = source.withUnsafeMutableBufferPointer { from in
    output.withUnsafeMutableBufferPointer { to in
      stream.next_in = from.baseAddress
      stream.avail_in = UInt32(from.count)
      stream.next_out = to.baseAddress
      stream.avail_out = UInt32(to.count)
      deflate(&stream, Z_FINISH)
      return to.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<count])
}

/// What a reader gives of a file: the text, the number of chunks, and the problem that ended it.
struct Reading {
  var text = ""
  var chunks = 0
  var problem: InputProblem?

  init(_ path: String, chunkSize: Int = LineReader.chunkSize) {
    var bytes: [UInt8] = []
    do throws(InputProblem) {
      let reader = try LineReader(LogSource(path: path, modified: 0, size: 1), chunkSize: chunkSize)
      var chunk = LineChunk()
      while try reader.next(&chunk) {
        bytes += chunk.bytes[..<chunk.count]
        chunks += 1
      }
    } catch {
      problem = error
    }
    text = String(decoding: bytes, as: UTF8.self)
  }
}

/// Lines as of a mail log, all different.
func lines(_ numbers: Range<Int>) -> String {
  numbers.map { "Nov 23 03:\($0 / 60 % 60):\($0 % 60) mx postfix/qmgr[9]: \($0): removed\n" }.joined()
}
