import Diagnosis
import MailEvents
import Reports

/// Small analyses to render.
enum Samples {
  /// The clock of the samples, so that the tests give the same text everywhere.
  static let clock = WallClock.fixed(secondsEast: 3600)
  static let style = TextStyle(clock: clock)

  /// Minutes after Sunday 22 November 2026, 00:00 at +01:00.
  static func time(_ day: Int, _ hour: Int, _ minute: Int) -> Timestamp {
    Timestamp(seconds: 1_795_302_000 + Int64(day * 86400 + hour * 3600 + minute * 60))
  }

  static var healthy: Analysis {
    var analysis = Analysis()
    analysis.version = "0.1.0"
    analysis.rules = "3f2a"
    var input = Analysis.Input(path: "mail.log")
    input.bytes = 171_000_000
    input.lines = 1_204_331
    input.first = time(0, 0, 0)
    input.last = time(1, 2, 11)
    analysis.inputs = [input]
    analysis.hosts = ["mx1"]
    analysis.since = time(0, 0, 0)
    analysis.until = time(1, 2, 11)
    analysis.lines.total = 1_204_331
    analysis.lines.recognised = 1_204_331
    analysis.messages.received = 18_204
    analysis.messages.delivered = 17_911
    analysis.messages.bounced = 44
    analysis.rejects = 9120
    analysis.delay = .init(median: 0.8, p90: 7, p99: 41)
    analysis.seconds = 0.21
    return analysis
  }

  static var portBlocked: Finding {
    var finding = Finding(
      cause: "outbound-port-25-blocked", title: "Outbound port 25 is blocked", severity: .critical,
      act: .provider, category: "network", confidence: 0.97)
    finding.since = time(1, 0, 14)
    finding.ongoing = true
    finding.impact.messages = 132
    finding.impact.waiting = 132
    finding.summary = "1,880 connections to port 25 of 63 hosts timed out; none succeeded"
    let line = Place(
      file: "mail.log", line: 88123,
      text: "Nov 23 00:14:02 mx1 postfix/smtp[2121]: connect to mx.example.net[203.0.113.9]:25: "
        + "Connection timed out")
    finding.example = line
    finding.evidence = [
      .init(
        event: "connection.failed", reason: "connection.timeout", count: 1880,
        distinct: ["destination.domain": 41, "smtp.relay.ip": 63], first: line, last: line)
    ]
    finding.because = ["63 unrelated hosts fail"]
    finding.ruledOut = [
      .init(cause: "remote-host-down", why: "63 unrelated hosts fail"),
      .init(cause: "DNS", why: "names resolve"),
    ]
    finding.fix = [
      "ask the provider to open outbound TCP 25, or relay through port 587:",
      "postconf -e 'relayhost = [smtp.provider.example]:587'",
    ]
    finding.explain = "Some providers block port 25."
    return finding
  }

  static var critical: Analysis {
    var analysis = healthy
    analysis.messages.waiting = 132
    analysis.findings = [portBlocked]
    var noise = Finding(
      cause: "password-guessing", title: "Password guessing", severity: .info, act: .nobody,
      category: "auth", confidence: 0.9)
    noise.summary = "9,101 attempts from 2,120 addresses, no account entered"
    analysis.noise = [noise]
    analysis.lines.recognised -= 12
    analysis.lines.unrecognised = 12
    analysis.unrecognisedShapes = 3
    analysis.unrecognised = [
      .init(shape: "odd *", count: 9, example: Place(file: "mail.log", line: 7, text: "odd 1"))
    ]
    return analysis
  }

  static func warning(_ title: String, cause: String = "a-cause") -> Finding {
    Finding(
      cause: cause, title: title, severity: .warning, act: .admin, category: "x", confidence: 0.5)
  }
}
