import Testing

@testable import ReportMail

@Suite("A report as a mail")
struct MailMessageTests {
  private func message(
    subject: String = "logscan mx1: no problems", text: String = "fine\n", html: String? = "<p>fine</p>"
  ) throws
    -> [String]
  {
    let from = try #require(MailAddress("logscan@mx1.example.com"))
    let to = try ["alice@example.com", "root"].map { try #require(MailAddress($0)) }
    let message = MailMessage(
      from: from, to: to, subject: subject, date: "Mon, 23 Nov 2026 06:00:00 +0100", id: "1795410000.77",
      host: "mx1.example.com",
      text: text, html: html)
    return message.data.components(endedBy: "\r\n")
  }

  @Test("headers are those of an automatic mail")
  func headers() throws {
    let lines = try message()
    #expect(
      Array(lines.prefix(9)) == [
        "From: logscan <logscan@mx1.example.com>", "To: alice@example.com,", " root",
        "Subject: logscan mx1: no problems",
        "Date: Mon, 23 Nov 2026 06:00:00 +0100", "Message-ID: <logscan-report.1795410000.77@mx1.example.com>",
        "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
        "Content-Type: multipart/alternative; boundary=\"=_logscan_report\"",
      ])
    #expect(lines.count { $0 == "--=_logscan_report" } == 2 && lines.contains("--=_logscan_report--"))
  }

  @Test("a subject cannot become a second header", arguments: ["a\r\nBcc: eve@example.net", "a\nX: y", "é\u{0}\u{7F}"])
  func subject(_ subject: String) throws {
    let lines = try message(subject: subject)
    #expect(lines[3].hasPrefix("Subject: ") && lines[4].hasPrefix("Date: "))
    #expect(lines[3].utf8.allSatisfy { (0x20..<0x7F).contains($0) })
  }

  @Test("no part can end the parts, and all is short ASCII")
  func parts() throws {
    let evil = "--=_logscan_report--\r\n.\nFrom eve\n" + String(repeating: "ü=", count: 2000) + " \n\u{1B}[31m\u{0}"
    let lines = try message(text: evil, html: evil)
    #expect(lines.count { $0.hasPrefix("--=_logscan_report") } == 3)
    #expect(lines.allSatisfy { line in line.utf8.count <= 78 && line.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
    #expect(!lines.contains("."))
  }

  @Test(
    "addresses",
    arguments: ["root", "alice@example.com", "a.b+c@mail.example.org", "o'neill@example.com", "x@[192.0.2.1]"])
  func addresses(_ text: String) { #expect((MailAddress(text) == nil) == text.contains("[")) }

  @Test(
    "what is no address",
    arguments: [
      "", "@example.com", "a@", "a b@example.com", "a@example.com\nBcc: b@example.com", "-oi@example.com", "a@b@c",
      "\"a\"@b.example", "a..b@c.example", "<a@b.example>",
    ])
  func noAddress(_ text: String) { #expect(MailAddress(text) == nil) }
}

@Suite("Quoted-printable")
struct QuotedPrintableTests {
  /// Decodes as RFC 2045 section 6.7 says.
  private func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var i = 0
    while i < source.count {
      if source[i] != UInt8(ascii: "=") {
        bytes.append(source[i])
        i += 1
      } else if source[i + 1] == UInt8(ascii: "\r") {
        i += 3
      } else {
        bytes.append(UInt8(String(decoding: source[(i + 1)...(i + 2)], as: UTF8.self), radix: 16) ?? 0)
        i += 3
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "comes back as it was",
    arguments: [
      "", "a", "a = b", " ", "tab\t", "Grüße 🦆", ".", "..", "From here", String(repeating: "x", count: 77),
      String(repeating: "é", count: 26), String(repeating: "a", count: 75) + "=", "a\nb\n\nc",
    ])
  func roundTrip(_ text: String) {
    let encoded = QuotedPrintable.encode(text)
    #expect(
      decoded(encoded)
        == text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: "\r\n"))
    #expect(encoded.components(endedBy: "\r\n").allSatisfy { $0.utf8.count <= 76 && !$0.hasSuffix(" ") })
  }
}

extension String {
  fileprivate func components(endedBy end: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: end) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + (rest.isEmpty ? [] : [String(rest)])
  }
}
