import ArgumentParser
import Diagnosis
import Glibc
import MailEvents
import ReportMail
import Reports

/// Where a report is sent, and how.
struct MailOptions: ParsableArguments {
  @Option(
    name: .customLong("mail-to"), help: ArgumentHelp("Send it there; may be given several times.", valueName: "address")
  )
  var recipients: [String] = []

  @Option(
    name: .customLong("mail-from"),
    help: ArgumentHelp("The sender; logscan@ this host by default.", valueName: "address"))
  var sender: String?

  @Option(help: ArgumentHelp("Send through this server, port 25, without a login.", valueName: "host[:port]"))
  var smtp: String?

  @Option(help: ArgumentHelp("Send through this program (-t -oi).", valueName: "path"))
  var sendmail: String?

  func validate() throws {
    for (name, address) in recipients.map({ ("--mail-to", $0) }) + (sender.map { [("--mail-from", $0)] } ?? [])
    where MailAddress(address) == nil {
      throw ValidationError("\(name): '\(address)' is no mail address")
    }
    if smtp != nil, sendmail != nil { throw ValidationError("--smtp and --sendmail: give one of them") }
    if let smtp, Self.server(smtp) == nil { throw ValidationError("--smtp: '\(smtp)' is no host:port") }
  }

  /// `mail.example.com`, `mail.example.com:587`, `[2001:db8::1]:25`.
  private static func server(_ text: String) -> Delivery? {
    var host = text[...]
    var port: Substring = "25"
    if let colon = text.lastIndex(of: ":"),
      text.hasPrefix("[") ? text[..<colon].hasSuffix("]") : text.firstIndex(of: ":") == colon
    {
      (host, port) = (text[..<colon], text[text.index(after: colon)...])
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, UInt16(port).map({ $0 > 0 }) == true else { return nil }
    return .smtp(host: String(host), port: String(port))
  }

  /// Sends a report, or keeps it where it cannot be sent.
  /// - Parameter short: the text of a report without HTML.
  /// - Returns: whether it was sent.
  func send(_ analysis: Analysis, short: String?) -> Bool {
    let host = HostName.own
    let now = Timestamp(seconds: Int64(time(nil)))
    var style = TextStyle(columns: 76, color: false)
    style.maximumFindings = 10
    let text = short ?? TextReport.render(analysis, style: style)
    let qualified = HostName.qualified
    guard let from = MailAddress(sender ?? "logscan@\(qualified)") ?? MailAddress("logscan@localhost") else {
      return false
    }
    let message = MailMessage(
      from: from, to: recipients.compactMap { MailAddress($0) },
      subject: "logscan \(SubjectLine.text(analysis, host: host))",
      date: MailDate.text(now), id: "\(now.seconds).\(getpid())", host: qualified, text: text,
      html: short == nil ? HTMLReport.render(analysis, heading: "Mail on \(host)") : nil)
    let delivery = smtp.flatMap(Self.server) ?? sendmail.map { .program(path: $0) } ?? .standard
    do {
      try delivery.send(message)
      return true
    } catch {
      Messages.error("the report could not be sent: \(error.text)\(keep(message, now))")
      return false
    }
  }

  /// Returns where it was put, as the end of a sentence.
  private func keep(_ message: MailMessage, _ now: Timestamp) -> String {
    let directory = StateDirectory.path ?? "."
    let file = "\(directory)/unsent-report-\(now.seconds).eml"
    do {
      try Output.write(message.data, to: file)
      return "; it is kept as \(file)"
    } catch {
      return ""
    }
  }
}
