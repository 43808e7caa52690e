import Testing

@testable import LogInput

@Suite struct LineReaderTests {
  let folder = Folder()

  @Test("a plain file comes as it is", arguments: ["", "one line\n", "no terminator", "a\n\n\nb\n", "a\r\nb\0\n"])
  func plain(text: String) {
    let got = Reading(folder.write("mail.log", text))
    #expect(got.text == text)
    #expect(got.problem == nil)
  }

  @Test("chunks are whole lines, and together the file, for any chunk size", arguments: [1024, 1500, 4096, 65536])
  func chunkBorders(size: Int) throws {
    let text = lines(0..<2000)
    let source = LogSource(path: folder.write("mail.log", text), modified: 0, size: 1)
    let reader = try LineReader(source, chunkSize: size)
    var chunk = LineChunk()
    var bytes: [UInt8] = []
    while try reader.next(&chunk) {
      #expect(chunk.bytes[chunk.count - 1] == 0x0A)
      bytes += chunk.bytes[..<chunk.count]
    }
    #expect(String(decoding: bytes, as: UTF8.self) == text)
    #expect(reader.bytesRead == Int64(text.utf8.count))
  }

  @Test("a line longer than the buffer is cut there and the next line is whole")
  func longLine() {
    let text = "before\n" + String(repeating: "x", count: 10_000) + "\nafter\n"
    let got = Reading(folder.write("mail.log", text), chunkSize: 1024)
    #expect(got.text.hasPrefix("before\nxxx"))
    #expect(got.text.hasSuffix("xxxafter\n"))
    #expect(got.text.utf8.count < 2200)
  }

  // MARK: gzip

  @Test("gzip is known by its first bytes, whatever the name")
  func gzipByMagic() {
    #expect(Reading(folder.write("mail.log", gzip("a\nb\n"))).text == "a\nb\n")
    #expect(Reading(folder.write("plain.gz", "a\nb\n")).text == "a\nb\n")
  }

  @Test("members one after the other are one text, an empty one among them")
  func members() {
    let bytes = gzip("a\n") + gzip("") + gzip("b\n") + gzip("c")
    #expect(Reading(folder.write("mail.log.gz", bytes)).text == "a\nb\nc")
  }

  @Test("padding behind the last member is ignored")
  func padding() {
    let got = Reading(folder.write("mail.log.gz", gzip("a\n") + [0, 0, 0, 0]))
    #expect(got.text == "a\n")
    #expect(got.problem == nil)
  }

  @Test("of a truncated stream what can be inflated is read, and how far is said")
  func truncated() throws {
    let text = lines(0..<50_000)
    let whole = gzip(text)
    let got = Reading(folder.write("mail.log.2.gz", whole[..<(whole.count / 2)]))
    #expect(got.text.utf8.count > 100_000)
    #expect(text.hasPrefix(got.text))
    let problem = try #require(got.problem)
    #expect(problem.text.hasPrefix("truncated gzip stream after "))
    #expect(problem.text.hasSuffix("; analysed what could be read"))
    #expect(!problem.nothingRead)
  }

  @Test("damage in the middle is told as corrupt")
  func corrupt() throws {
    var bytes = gzip(lines(0..<50_000))
    for i in 0..<64 { bytes[bytes.count / 2 + i] = 0xFF }
    let problem = try #require(Reading(folder.write("mail.log.2.gz", bytes)).problem)
    #expect(problem.text.hasPrefix("corrupt gzip data"))
  }

  // MARK: What is refused

  @Test("a missing file")
  func missing() {
    #expect(Reading("\(folder.path)/none").problem?.text == "no such file")
  }

  @Test("other compressions name the command that helps")
  func otherCompressions() {
    let xz = folder.write("a.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 1, 2])
    #expect(Reading(xz).problem?.text == "xz-compressed; unpack it first: xz -dc \(xz) | logscan -")
    let zstd = folder.write("a.zst", [0x28, 0xB5, 0x2F, 0xFD, 1])
    #expect(Reading(zstd).problem?.text == "zstd-compressed; unpack it first: zstd -dc \(zstd) | logscan -")
    #expect(Reading(folder.write("a.bz2", "BZh91AY&SY")).problem?.text.hasPrefix("bzip2-compressed") == true)
  }

  @Test("a journal file and a program are no text")
  func noText() {
    #expect(
      Reading(folder.write("system.journal", "LPKSHHRH....")).problem?.text.hasPrefix("a systemd journal") == true)
    #expect(Reading(folder.write("program", [0x7F, 0x45, 0x4C, 0x46, 2, 1])).problem?.text == "not a text log")
    #expect(Reading(folder.write("noise", (0..<4096).map { UInt8($0 * 7 % 32) })).problem?.text == "not a text log")
  }

  @Test("a text with some control bytes, and one padded with zero bytes after a crash, is a log")
  func oddText() {
    let text = lines(0..<40)
    #expect(Reading(folder.write("a.log", text + "\u{1B}[31m\u{1}\u{2}\n")).problem == nil)
    #expect(Reading(folder.write("b.log", Array(text.utf8) + [UInt8](repeating: 0, count: 3000))).problem == nil)
  }

  @Test("permission denied names the group to join")
  func permission() {
    #expect(SourceOpener.permissionText(group: "adm") == "permission denied; run as root or join group adm")
    #expect(SourceOpener.permissionText(group: nil) == "permission denied; run as root")
  }

  @Test("sizes are told in words", arguments: [(512, "512 bytes"), (1_234_000, "1.2 MB"), (3_000_000_000, "3 GB")])
  func sizes(bytes: Int64, words: String) {
    #expect(ByteCount.text(bytes) == words)
  }
}
