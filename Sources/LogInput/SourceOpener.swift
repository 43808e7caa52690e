import Glibc

/// Opens inputs and puts the decoders they need in front.
package enum SourceOpener {
  /// Bytes that are looked at.
  static let headSize = 1 << 16

  static func open(
    _ source: LogSource, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(InputProblem) -> any ByteSource {
    let descriptor = source.isStandardInput ? dup(0) : Glibc.open(source.path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw Self.problem(opening: source.path, errno) }
    return try decode(FileSource(descriptor: descriptor, isStopped: isStopped), source)
  }

  /// The text behind a descriptor, which it closes, decompressed where need be; nil when it is no log.
  package static func stream(of descriptor: Int32) -> (any ByteSource)? {
    try? decode(FileSource(descriptor: descriptor) { false }, LogSource(path: "", modified: 0, size: 0))
  }

  /// The bytes behind a descriptor, which it closes, as they are.
  package static func raw(_ descriptor: Int32) -> any ByteSource { FileSource(descriptor: descriptor) { false } }

  /// What is in a file is read as it is: no decoder stands in front.
  package static func isPlainText(_ descriptor: Int32) -> Bool {
    var head = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &head, head.count, 0)
    head.removeLast(head.count - max(0, count))
    return !head.starts(with: [0x1F, 0x8B]) && !isJournalExport(head) && JournalBlockSource.form(of: head) == nil
  }

  /// By content, as always.
  package static func isCompressed(_ path: String) -> Bool {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var magic: [UInt8] = [0, 0]
    return read(descriptor, &magic, 2) == 2 && magic == [0x1F, 0x8B]
  }

  /// Puts the decoders in front that the first bytes ask for.
  static func decode(_ bytes: any ByteSource, _ source: LogSource) throws(InputProblem) -> any ByteSource {
    var (stream, head) = try peek(bytes, source)
    if head.starts(with: [0x1F, 0x8B]) {
      (stream, head) = try peek(GzipSource(stream), source)
    }
    if let refusal = refusal(head, source.path) {
      throw InputProblem(path: source.path, text: refusal, nothingRead: true)
    }
    if isJournalExport(head) { return JournalExportSource(stream) }
    if let form = JournalBlockSource.form(of: head) { return JournalBlockSource(stream, form) }
    return stream
  }

  /// The first bytes of a stream, and the stream with them put back.
  private static func peek(
    _ stream: any ByteSource, _ source: LogSource
  ) throws(InputProblem) -> (any ByteSource, [UInt8]) {
    var head = [UInt8](repeating: 0, count: headSize)
    var filled = 0
    var failure: SourceFailure?
    while filled < head.count {
      do throws(SourceFailure) {
        let count = try stream.read(into: &head, at: filled)
        if count == 0 { break }
        filled += count
        // What a pipe has given is enough to tell by.
        if source.isStandardInput, filled >= 512 { break }
      } catch {
        failure = error
        break
      }
    }
    head.removeLast(head.count - filled)
    if let failure, filled == 0 {
      if case .system(EISDIR) = failure {
        throw InputProblem(path: source.path, text: "is a directory", nothingRead: true)
      }
      throw InputProblem(path: source.path, text: "\(failure.text); nothing could be read", nothingRead: true)
    }
    return (PushbackSource(head: head, rest: stream), head)
  }

  /// Why the content is no log that can be read; nil when it may be one.
  static func refusal(_ head: [UInt8], _ path: String) -> String? {
    if head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      return "xz-compressed; unpack it first: xz -dc \(path) | logscan -"
    }
    if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      return "zstd-compressed; unpack it first: zstd -dc \(path) | logscan -"
    }
    if head.starts(with: Array("BZh".utf8)), head.count > 4, head[4] == 0x31 {
      return "bzip2-compressed; unpack it first: bzip2 -dc \(path) | logscan -"
    }
    if head.starts(with: Array("LPKSHHRH".utf8)) {
      return "a systemd journal file; read it with: logscan --journal-file \(path)"
    }
    let odd = head.count { $0 < 0x09 || (0x0E..<0x20).contains($0) && $0 != 0x1B }
    // A log may be padded with zero bytes after a crash; other control bytes in such number are no text.
    let zeros = head.count { $0 == 0 }
    let isText = (odd - zeros) * 10 < max(1, head.count - zeros) * 3 && head.count - zeros > head.count / 4
    if head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) || !head.isEmpty && !isText {
      return "not a text log"
    }
    return nil
  }

  /// Fields of an export begin with `__CURSOR=` or another of the journal's own.
  private static func isJournalExport(_ head: [UInt8]) -> Bool {
    for name in ["__CURSOR=", "__REALTIME_TIMESTAMP=", "__MONOTONIC_TIMESTAMP=", "_BOOT_ID="]
    where head.starts(with: Array(name.utf8)) {
      return true
    }
    return false
  }

  /// What to say of a file that cannot be opened.
  package static func problem(opening path: String, _ code: Int32) -> InputProblem {
    var text = String(cString: strerror(code)).lowercased()
    switch code {
    case ENOENT: text = "no such file"
    case EACCES: text = permissionText(group: groupOwning(path))
    default: break
    }
    return InputProblem(path: path, text: text, nothingRead: true)
  }

  package static func permissionText(group: String?) -> String {
    guard let group else { return "permission denied; run as root" }
    return "permission denied; run as root or join group \(group)"
  }

  package static func groupOwning(_ path: String) -> String? {
    var info = stat()
    guard stat(path, &info) == 0, info.st_mode & S_IRGRP != 0, let group = getgrgid(info.st_gid) else { return nil }
    return String(cString: group.pointee.gr_name)
  }
}
