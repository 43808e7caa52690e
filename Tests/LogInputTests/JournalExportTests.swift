import Testing

@testable import LogInput

/// `journalctl -o export` (systemd's JOURNAL_EXPORT_FORMATS): it becomes lines that the framer reads.
@Suite struct JournalExportTests {
  let folder = Folder()

  static let entry = """
    __CURSOR=s=1;i=2
    __REALTIME_TIMESTAMP=1795405444123456
    _HOSTNAME=mx
    SYSLOG_IDENTIFIER=postfix/qmgr
    _PID=12
    MESSAGE=3F2A81C0D2: removed


    """

  @Test("an entry becomes one line with time, host, tag and message")
  func entry() {
    let got = Reading(folder.write("export", Self.entry)).text
    #expect(got.contains("mx postfix/qmgr[12]: 3F2A81C0D2: removed\n"))
    #expect(got.split(separator: "\n").count == 1)
  }

  @Test("a binary field may hold a line feed, which does not begin a new line")
  func binaryField() {
    let message = Array("one\nNov 23 03:44:04 mx postfix/smtpd[1]: two".utf8)
    var bytes = Array("__CURSOR=x\n__REALTIME_TIMESTAMP=1795405444123456\nSYSLOG_IDENTIFIER=exim\nMESSAGE\n".utf8)
    bytes += withUnsafeBytes(of: UInt64(message.count).littleEndian) { Array($0) }
    bytes += message + Array("\n\n".utf8)
    #expect(Reading(folder.write("export", bytes)).text.split(separator: "\n").count == 1)
  }

  @Test("entries are all there, however many")
  func many() {
    let text = String(repeating: Self.entry, count: 3000)
    #expect(Reading(folder.write("export", text)).text.split(separator: "\n").count == 3000)
  }

  @Test("a size that cannot be ends the input with a reason")
  func badSize() throws {
    var bytes = Array((Self.entry + "__CURSOR=y\nMESSAGE\n").utf8)
    bytes += [UInt8](repeating: 0xFF, count: 8) + Array("x\n\n".utf8)
    let got = Reading(folder.write("export", bytes))
    #expect(got.text.contains("removed"))
    #expect(try #require(got.problem).text.hasPrefix("corrupt journal export"))
  }
}
