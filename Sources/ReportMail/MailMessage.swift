import MailEvents
import MailFlow

/// A report as a mail: text and HTML, for any server and any program. All lines end with CR LF, none is longer than 76
/// octets of text or 998 of a header (RFC 5322 section 2.1.1), and all of it is ASCII.
public struct MailMessage: Sendable {
  public let from: MailAddress
  public let to: [MailAddress]
  /// All headers and the body.
  public let data: String

  /// - Parameters:
  ///   - subject: words of this program; nothing of a log belongs in a header.
  ///   - date: when it is sent, e.g. `Mon, 23 Nov 2026 06:00:00 +0100`.
  ///   - id: what makes its message-id unique.
  ///   - host: the name of this host.
  ///   - html: nil for a mail of text alone.
  public init(
    from: MailAddress, to: [MailAddress], subject: String, date: String, id: String, host: String, text: String,
    html: String?
  ) {
    self.from = from
    self.to = to
    var lines = [
      "From: logscan <\(from)>",
      // One address a line: any number fits.
      "To: " + to.map(\.description).joined(separator: ",\r\n "),
      "Subject: " + Self.headerText(subject, limit: 200),
      "Date: " + Self.headerText(date, limit: 40),
      "Message-ID: <\(MessageTracker.ownReportPrefix)\(Self.atom(id))@\(Self.atom(host))>",
      // RFC 3834: no vacation notice, no bounce of a bounce.
      "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0",
    ]
    let plain = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"]
    if let html {
      // The encoding writes every `=` as `=3D`, so that no part can hold this line.
      let boundary = "=_logscan_report"
      lines.append("Content-Type: multipart/alternative; boundary=\"\(boundary)\"")
      lines += ["", "--\(boundary)"] + plain + ["", QuotedPrintable.encode(text), "--\(boundary)"]
      lines += ["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", ""]
      lines += [QuotedPrintable.encode(html), "--\(boundary)--", ""]
    } else {
      lines += plain + ["", QuotedPrintable.encode(text)]
    }
    data = lines.joined(separator: "\r\n") + "\r\n"
  }

  /// Printable ASCII only, so that a header stays a header.
  private static func headerText(_ text: String, limit: Int) -> String {
    String(text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" }.prefix(limit))
  }

  private static func atom(_ text: String) -> String {
    let kept = text.unicodeScalars.filter {
      (0x61...0x7A).contains($0.value | 0x20) || (0x30...0x39).contains($0.value) || $0 == "." || $0 == "-" || $0 == "_"
    }
    return kept.isEmpty ? "localhost" : String(String.UnicodeScalarView(kept).prefix(200))
  }
}
