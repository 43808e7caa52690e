import Glibc
import LogInput

/// What a log begins with, up to a line feed where it is shorter than ``size``: that tells one generation from another, whatever its name and inode are.
package struct LogHead: Equatable {
  /// Bytes that are looked at.
  static let size = 512

  private(set) var bytes: ArraySlice<UInt8> = []

  package init() {}

  init(_ descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    self.init(bytes[..<max(0, count)])
  }

  /// Of a text that is decompressed.
  package init(_ stream: any ByteSource) {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    var filled = 0
    while filled < bytes.count, let count = try? stream.read(into: &bytes, at: filled), count > 0 { filled += count }
    self.init(bytes[..<filled])
  }

  /// A line that is being written is left out.
  private init(_ read: ArraySlice<UInt8>) {
    if read.count == Self.size {
      bytes = read
    } else if let feed = read.lastIndex(of: 0x0A) {
      bytes = read[...feed]
    }
  }

  /// Learns from what was read at `offset`.
  mutating func extend(with read: ArraySlice<UInt8>, at offset: Int64) {
    let known = Int64(bytes.count)
    guard bytes.count < Self.size, offset <= known, offset + Int64(read.count) > known else { return }
    bytes += read.dropFirst(Int(known - offset)).prefix(Self.size - bytes.count)
  }

  var isEmpty: Bool { bytes.isEmpty }

  func begins(with other: LogHead) -> Bool { bytes.starts(with: other.bytes) }

  /// Whether both are heads of the same log, one perhaps from when it was shorter.
  package func isOfSame(_ other: LogHead) -> Bool {
    !isEmpty && !other.isEmpty && (begins(with: other) || other.begins(with: self))
  }
}
