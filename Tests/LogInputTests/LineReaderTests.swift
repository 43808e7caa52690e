import Testing

@testable import LogInput

@Suite struct LineReaderTests {
  let folder = Folder()

  @Test(
    "a plain file comes as it is",
    arguments: ["", "\n", "one line\n", "no terminator", "a\n\n\nb\n", "a\r\nb\0\n", "\u{FEFF}a\n"])
  func plain(text: String) {
    let got = Reading(folder.write("mail.log", text))
    #expect(got.text == text)
    #expect(got.problem == nil)
  }

  @Test("bytes that are no UTF-8 come as they are")
  func invalidUTF8() {
    let bytes = Array(lines(0..<3).utf8) + [0xC3, 0x28, 0xFF, 0xFE, 0x0A]
    #expect(Reading(folder.write("mail.log", bytes)).bytes == bytes)
  }

  @Test("chunks are whole lines, and together the file, for any chunk size", arguments: [1024, 1500, 4096, 65536])
  func chunkBorders(size: Int) {
    let text = lines(0..<2000)
    let got = Reading(folder.write("mail.log", text), chunkSize: size)
    #expect(got.text == text)
    #expect(got.hasWholeLines)
  }

  @Test("a reader tells how much it has read, of the text and of the file")
  func counters() throws {
    let text = lines(0..<2000)
    let compressed = gzip(text)
    let reader = try LineReader(LogSource(path: folder.write("a.gz", compressed), modified: 0, size: 1))
    var chunk = LineChunk()
    while try reader.next(&chunk) {}
    #expect(reader.bytesRead == Int64(text.utf8.count))
    #expect(reader.consumed == Int64(compressed.count))
  }

  @Test(
    "a line longer than the buffer is cut there and the next line is whole",
    arguments: [1024, 1025, 2048, 5000, 10_000])
  func longLine(length: Int) {
    let text = "before\n" + String(repeating: "x", count: length) + "\nafter\n"
    let got = Reading(folder.write("mail.log", text), chunkSize: 1024)
    let cut = [UInt8](repeating: UInt8(ascii: "x"), count: 1024)
    #expect(got.lines == [Array("before".utf8), cut, Array("after".utf8)])
  }

  @Test("a long line that nothing ends")
  func longLineAtTheEnd() {
    let got = Reading(folder.write("mail.log", "before\n" + String(repeating: "x", count: 5000)), chunkSize: 1024)
    #expect(got.lines.map(\.count) == [6, 1024])
    #expect(got.problem == nil)
  }

  @Test("a stream that breaks off gives what it had, then says why and how far it came")
  func readError() {
    let bytes = Array(lines(0..<100).utf8)
    let got = Reading(Dribble(bytes, atMost: 100, failure: .system(5)))
    #expect(got.bytes == bytes)
    #expect(got.problem?.text == "read error: input/output error after 4.7 kB; analysed what could be read")
    #expect(got.problem?.nothingRead == false)
  }

  @Test("a stream that breaks off at once")
  func readErrorAtOnce() {
    let got = Reading(Dribble([], atMost: 1, failure: .system(5)))
    #expect(got.problem?.text == "read error: input/output error; nothing could be read")
    #expect(got.problem?.nothingRead == true)
  }

  @Test("after a failure the reader fails again, it does not begin anew")
  func failsAgain() throws {
    let source = LogSource(path: "mail.log", modified: 0, size: 1)
    let reader = LineReader(source, bytes: Dribble(Array("a\n".utf8), atMost: 2, failure: .truncatedGzip))
    var chunk = LineChunk()
    #expect(try reader.next(&chunk))
    for _ in 0..<2 {
      #expect(throws: InputProblem.self) { try reader.next(&chunk) }
    }
  }

  @Test(
    "sizes are told in words",
    arguments: [
      (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1_234_000, "1.2 MB"), (123_456_789, "123 MB"),
      (3_000_000_000, "3 GB"),
    ])
  func sizes(bytes: Int64, words: String) {
    #expect(ByteCount.text(bytes) == words)
  }
}
