import Testing

@testable import LogInput

/// Compressed logs, whole and broken.
@Suite struct GzipTests {
  let folder = Folder()
  static let text = lines(0..<50_000)

  func read(_ bytes: [UInt8]) -> Reading { Reading(folder.write("mail.log.2.gz", bytes)) }

  @Test("gzip is known by its first bytes, whatever the name")
  func byMagic() {
    #expect(Reading(folder.write("mail.log", gzip("a\nb\n"))).text == "a\nb\n")
    #expect(Reading(folder.write("plain.gz", "a\nb\n")).text == "a\nb\n")
  }

  @Test("a text bigger than every buffer comes back as it was, at any level", arguments: [0, 1, 6, 9] as [Int32])
  func large(level: Int32) {
    let got = read(gzip(Self.text, level: level))
    #expect(got.text == Self.text)
    #expect(got.problem == nil)
  }

  @Test("members one after the other are one text, empty ones among them")
  func members() {
    let got = read(gzip("") + gzip("a\n") + gzip("") + gzip("b\nhalf a ") + gzip("line\n") + gzip("c") + gzip(""))
    #expect(got.text == "a\nb\nhalf a line\nc")
    #expect(got.problem == nil)
  }

  @Test("thousands of members, as a logger with many flushes writes")
  func manyMembers() {
    let got = read((0..<3000).flatMap { gzip("line \($0)\n") })
    #expect(got.lines.count == 3000)
    #expect(got.lines.last == Array("line 2999".utf8))
  }

  @Test("an empty member is an empty log")
  func empty() {
    let got = read(gzip(""))
    #expect(got.bytes.isEmpty)
    #expect(got.problem == nil)
  }

  @Test(
    "what stands behind the last member is ignored", arguments: [[0, 0, 0, 0], Array("garbage".utf8), [0x1E, 0x8B]])
  func trailing(garbage: [UInt8]) {
    let got = read(gzip("a\n") + garbage)
    #expect(got.text == "a\n")
    #expect(got.problem == nil)
  }

  @Test("what begins like a member and is none is told")
  func falseMember() throws {
    let problem = try #require(read(gzip("a\n") + [0x1F, 0x8B, 0xFF, 0xFF, 0xFF, 0xFF]).problem)
    #expect(problem.text == "corrupt gzip data after 2 bytes; analysed what could be read")
  }

  @Test("a truncated stream: what can be inflated is read, and how far is said")
  func truncated() throws {
    let whole = gzip(Self.text)
    let got = read(Array(whole[..<(whole.count / 2)]))
    #expect(got.bytes.count > 100_000)
    #expect(Self.text.hasPrefix(got.text))
    let problem = try #require(got.problem)
    let size = ByteCount.text(Int64(got.bytes.count))
    #expect(problem.text == "truncated gzip stream after \(size); analysed what could be read")
    #expect(!problem.nothingRead)
  }

  @Test("nothing can be read when it ends inside its header", arguments: [2, 5, 9])
  func truncatedHeader(count: Int) {
    let got = read(Array(gzip("a\n").prefix(count)))
    #expect(
      got.problem
        == InputProblem(
          path: folder.path + "/mail.log.2.gz", text: "truncated gzip stream; nothing could be read",
          nothingRead: true))
  }

  @Test("a truncated second member: the first is read")
  func truncatedMember() throws {
    let got = read(gzip("a\nb\n") + gzip("c\n").dropLast(6))
    #expect(got.text.hasPrefix("a\nb\n"))
    #expect(try #require(got.problem).text.hasPrefix("truncated gzip stream after "))
  }

  @Test("a checksum that does not fit is told after the text")
  func corruptChecksum() throws {
    var bytes = gzip("a\nb\n")
    bytes[bytes.count - 8] ^= 0x01
    let got = read(bytes)
    #expect(got.text == "a\nb\n")
    #expect(try #require(got.problem).text == "corrupt gzip data after 4 bytes; analysed what could be read")
  }

  @Test("damage in the middle is told as corrupt, and what came before is read")
  func corrupt() throws {
    var bytes = gzip(Self.text)
    for i in 0..<64 { bytes[bytes.count / 2 + i] = 0xFF }
    let got = read(bytes)
    #expect(Self.text.utf8.starts(with: got.bytes.prefix(100_000)))
    #expect(try #require(got.problem).text.hasPrefix("corrupt gzip data after "))
  }

  @Test("a header that is none of gzip's is corrupt")
  func corruptHeader() {
    let got = read([0x1F, 0x8B, 0x63, 0xFF] + Array("not compressed at all".utf8))
    #expect(got.problem?.text == "corrupt gzip data; nothing could be read")
  }

  @Test("what a compressed file holds is looked at like any other")
  func binaryInside() {
    #expect(read(gzip([0x7F, 0x45, 0x4C, 0x46, 2, 1])).problem?.text == "not a text log")
    #expect(read(gzip(gzip("a\n"))).problem?.text == "not a text log")
  }
}
