import Glibc
import Testing

@testable import LogInput

/// What is no log is refused in one line that says what to do.
@Suite struct RefusalTests {
  let folder = Folder()

  func refusal(_ name: String, _ bytes: [UInt8]) throws -> String {
    let problem = try #require(Reading(folder.write(name, bytes)).problem)
    #expect(problem.nothingRead)
    #expect(problem.path == "\(folder.path)/\(name)")
    return problem.text.replacing(problem.path, with: "PATH")
  }

  static let formats: [(bytes: [UInt8], text: String)] = [
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 1, 2], "xz-compressed; unpack it first: xz -dc PATH | logscan -"),
    ([0x28, 0xB5, 0x2F, 0xFD, 1], "zstd-compressed; unpack it first: zstd -dc PATH | logscan -"),
    (Array("BZh91AY&SY".utf8), "bzip2-compressed; unpack it first: bzip2 -dc PATH | logscan -"),
    (
      Array("LPKSHHRH....".utf8),
      "a systemd journal file; read it with: logscan --journal-file PATH"
    ),
  ]

  @Test("other compressions and the journal's own files name the command that helps", arguments: formats)
  func otherFormats(bytes: [UInt8], text: String) throws {
    #expect(try refusal("log", bytes) == text)
  }

  static let binaries: [[UInt8]] = [
    [0x7F, 0x45, 0x4C, 0x46, 2, 1], (0..<4096).map { UInt8($0 * 7 % 32) }, [UInt8](repeating: 0, count: 5000),
  ]

  @Test("a program, noise and zero bytes alone are no text", arguments: binaries)
  func noText(bytes: [UInt8]) throws {
    #expect(try refusal("log", bytes) == "not a text log")
  }

  @Test("a text with some control bytes, and one padded with zero bytes after a crash, is a log")
  func oddText() {
    let text = lines(0..<40)
    #expect(Reading(folder.write("a.log", text + "\u{1B}[31m\u{1}\u{2}\n")).problem == nil)
    #expect(Reading(folder.write("b.log", Array(text.utf8) + [UInt8](repeating: 0, count: 3000))).problem == nil)
    #expect(Reading(folder.write("c.log", "BZh is no bzip2 here\n")).problem == nil)
  }

  @Test("a missing file")
  func missing() {
    let problem = Reading("\(folder.path)/none").problem
    #expect(problem == InputProblem(path: "\(folder.path)/none", text: "no such file", nothingRead: true))
  }

  @Test("a path through a file")
  func notADirectory() {
    #expect(Reading(folder.write("a", "x\n") + "/b").problem?.text == "not a directory")
  }

  @Test("a directory is opened up by the planner; the reader refuses it")
  func directory() {
    #expect(Reading(folder.makeDirectory("sub")).problem?.text == "is a directory")
  }

  @Test("permission denied names the group to join, where its members may read")
  func permission() throws {
    let path = folder.write("mail.log", "x\n")
    chmod(path, 0o640)
    let group = try #require(getgrgid(getegid()))
    #expect(
      SourceOpener.problem(opening: path, EACCES).text
        == "permission denied; run as root or join group \(String(cString: group.pointee.gr_name))")
    chmod(path, 0o600)
    #expect(SourceOpener.problem(opening: path, EACCES).text == "permission denied; run as root")
    #expect(SourceOpener.permissionText(group: "adm") == "permission denied; run as root or join group adm")
  }

  @Test("a file without any permission is refused", .enabled(if: geteuid() != 0))
  func unreadable() {
    let path = folder.write("mail.log", "x\n")
    chmod(path, 0)
    #expect(Reading(path).problem?.text == "permission denied; run as root")
  }
}
