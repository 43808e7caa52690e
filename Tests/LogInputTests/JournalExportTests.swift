import Testing

@testable import LogInput

/// `journalctl -o export` (systemd's JOURNAL_EXPORT_FORMATS): it becomes lines that the framer reads.
@Suite struct JournalExportTests {
  static let entry = """
    __CURSOR=s=1;i=2
    __REALTIME_TIMESTAMP=1795405444123456
    _HOSTNAME=mx
    SYSLOG_IDENTIFIER=postfix/qmgr
    _PID=12
    MESSAGE=3F2A81C0D2: removed


    """

  /// A message with a line feed in it, which the journal writes with its length.
  static let binaryEntry = binaryEntry("one\nNov 23 03:44:04 mx postfix/smtpd[1]: two")

  static func binaryEntry(_ message: String) -> [UInt8] {
    Array("__CURSOR=x\n__REALTIME_TIMESTAMP=1795405444123456\nSYSLOG_IDENTIFIER=exim\nMESSAGE\n".utf8)
      + withUnsafeBytes(of: UInt64(message.utf8.count).littleEndian) { Array($0) } + Array("\(message)\n\n".utf8)
  }

  func read(_ text: String) -> Reading { read(Array(text.utf8)) }
  func read(_ bytes: [UInt8]) -> Reading { Reading(Dribble(bytes, atMost: 4096)) }

  @Test("an entry becomes one line with time, host, tag and message")
  func entry() {
    let expected = "2026-11-23T03:44:04.123456+00:00 mx postfix/qmgr[12]: 3F2A81C0D2: removed\n"
    #expect(read(Self.entry).text == expected)
    #expect(read(gzip(Self.entry)).text == expected)
  }

  @Test("entries are all there, however many, and whatever stands between them")
  func many() {
    let got = read(String(repeating: Self.entry + "\n", count: 3000))
    #expect(got.lines.count == 3000)
    #expect(got.problem == nil)
  }

  @Test("the last entry needs no empty line behind it")
  func unended() {
    #expect(read(String(Self.entry.dropLast(2))).text.hasSuffix("postfix/qmgr[12]: 3F2A81C0D2: removed\n"))
  }

  @Test("the sender's own time and pid are better than the journal's")
  func preferences() {
    let extra = "_SOURCE_REALTIME_TIMESTAMP=1795405444000657\nSYSLOG_PID=99\nMESSAGE="
    let got = read(Self.entry.replacing("MESSAGE=", with: extra)).text
    #expect(got == "2026-11-23T03:44:04.000657+00:00 mx postfix/qmgr[99]: 3F2A81C0D2: removed\n")
  }

  @Test("what an entry lacks is made up for")
  func missingFields() {
    let time = "__REALTIME_TIMESTAMP=1795405444000000\n"
    let stamp = "2026-11-23T03:44:04.000000+00:00"
    #expect(read(time + "_COMM=exim4\nMESSAGE=x\n").text == "\(stamp) localhost exim4: x\n")
    #expect(read(time + "MESSAGE=x=y\n").text == "\(stamp) localhost unknown: x=y\n")
  }

  @Test("an entry without a message is no line, as in journalctl")
  func noMessage() {
    #expect(read("__REALTIME_TIMESTAMP=1795405444000000\n_HOSTNAME=mx\nSYSLOG_IDENTIFIER=exim\n").text == "")
  }

  @Test("blanks in a name do not shift the header")
  func blankInName() {
    let got = read(Self.entry.replacing("=postfix/qmgr", with: "=my app")).text
    #expect(got.contains(" mx my_app[12]: "))
  }

  @Test("a binary field may hold line feeds, which do not begin a new line")
  func binaryField() {
    let got = read(Self.binaryEntry)
    #expect(got.lines.count == 1)
    #expect(got.text.hasSuffix(" exim: one Nov 23 03:44:04 mx postfix/smtpd[1]: two\n"))
  }

  @Test("a message of a megabyte and more is cut, and the next entry is whole")
  func longMessage() {
    let got = read(Self.binaryEntry(String(repeating: "x", count: 3 << 20)) + Array(Self.entry.utf8))
    #expect(got.problem == nil)
    #expect(got.text.hasSuffix("3F2A81C0D2: removed\n"))
    #expect(got.bytes.count < 2 << 20)
  }

  static func length(_ bytes: UInt64) -> [UInt8] { withUnsafeBytes(of: bytes.littleEndian) { Array($0) } }

  static let brokenTails: [(tail: [UInt8], reason: String)] = [
    (Array("__CURSOR".utf8), "it ends inside a field"),
    (Array("MESSAGE\n\u{1}\0".utf8), "it ends inside a length"),
    (Array("MESSAGE\n".utf8) + length(5) + Array("abc".utf8), "it ends inside a field"),
    (Array("MESSAGE\n".utf8) + length(2) + Array("abc\n".utf8), "a field does not end where it says"),
    (Array("MESSAGE\n".utf8) + length(.max), "a field claims 18446744073709551615 bytes"),
    ([UInt8](repeating: 0x41, count: 500), "a field name is too long"),
  ]

  @Test("a broken entry ends the input with a reason, and the ones before are read", arguments: brokenTails)
  func broken(tail: [UInt8], reason: String) throws {
    let got = read(Array(Self.entry.utf8) + tail)
    #expect(got.lines.first?.suffix(7) == Array("removed".utf8)[...])
    let problem = try #require(got.problem)
    #expect(problem.text == "corrupt journal export: \(reason) after 74 bytes; analysed what could be read")
  }
}
