import Diagnosis
import MailEvents

/// Repeatable randomness (SplitMix64), so that a failure can be run again.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension SeededRandom {
  /// What a stranger may write into a log: terminal commands, wide, combining, invisible
  /// characters, endless words.
  mutating func hostileText() -> String {
    let pieces = [
      "mail", "x", " ", "  ", "\n", "\r\n", "\t", "\u{1B}[31m", "\u{1B}]0;owned\u{7}", "\u{0}",
      "\u{7F}", "\u{85}",
      "\u{9B}31m", "\u{202E}", "\u{2066}", "\u{200B}", "\u{2028}", "日本語", "한국어", "ｗｉｄｅ", "é",
      "e\u{301}",
      "z\u{300}\u{301}\u{302}\u{303}", "\u{301}", "👍🏽", "👨‍👩‍👧", "❤️", "🇩🇪", "`", "'", "\"", "<b>", "|",
      "\\",
      "; DROP", "postconf -e 'a = b'", "…", "–", "·", String(repeating: "w", count: 130),
      String(repeating: "界", count: 70), "\u{FFFD}", "\u{E000}", "\u{1F1E6}", "\u{E0001}", "a=b",
      "-x", ":",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &self) {
      text += pieces.randomElement(using: &self)!
      if Bool.random(using: &self) { text += " " }
    }
    return text
  }

  mutating func texts(_ most: Int) -> [String] {
    (0..<Int.random(in: 0...most, using: &self)).map { _ in hostileText() }
  }

  mutating func time() -> Timestamp? {
    switch Int.random(in: 0...9, using: &self) {
    case 0: nil
    case 1: .unknown
    case 2: Timestamp(seconds: Int64.random(in: -100_000_000_000...300_000_000_000, using: &self))
    default: Timestamp(seconds: Int64.random(in: 1_790_000_000...1_796_000_000, using: &self))
    }
  }

  mutating func count() -> Int {
    switch Int.random(in: 0...9, using: &self) {
    case 0: Int.max
    case 1...3: Int.random(in: 0...2, using: &self)
    default: Int.random(in: 0...9_999_999, using: &self)
    }
  }

  mutating func place() -> Place {
    Place(file: hostileText(), line: Int64(count()), text: hostileText() + hostileText())
  }

  mutating func finding() -> Finding {
    var finding = Finding(
      cause: Bool.random(using: &self)
        ? "cause-\(Int.random(in: 0...4, using: &self))" : hostileText(),
      title: hostileText(), severity: Severity.allCases.randomElement(using: &self)!,
      act: Actor.allCases.randomElement(using: &self)!, category: hostileText(),
      confidence: [0, 0.001, 0.5, 0.999, 1, -3, .nan, .infinity].randomElement(using: &self)!)
    finding.scope = texts(3).map { ("client.ip", $0) }
    finding.since = time()
    finding.until = time()
    finding.ongoing = Bool.random(using: &self)
    finding.because = texts(2)
    finding.summary = hostileText()
    finding.impact.messages = count()
    finding.impact.recipients = count()
    finding.impact.senders = count()
    finding.impact.users = count()
    finding.impact.waiting = count()
    finding.evidence = (0..<Int.random(in: 0...2, using: &self)).map { _ in
      Finding.Evidence(
        event: hostileText(), reason: nil, count: count(),
        distinct: ["destination.domain": count()],
        first: place(), last: place())
    }
    finding.example = Bool.random(using: &self) ? place() : nil
    finding.rivals = texts(3).map { .init(cause: $0, share: 0.3) }
    finding.ruledOut = texts(3).map { .init(cause: $0, why: hostileText()) }
    finding.consequenceOf =
      Bool.random(using: &self) ? "cause-\(Int.random(in: 0...4, using: &self))" : nil
    finding.explain = hostileText()
    finding.fix = texts(4)
    finding.references = texts(2)
    finding.probes = texts(2)
    return finding
  }

  mutating func analysis() -> Analysis {
    var analysis = Analysis()
    analysis.version = hostileText()
    for path in texts(9) {
      var input = Analysis.Input(path: path)
      input.bytes = Int64(count())
      input.lines = Int64(count())
      input.first = time()
      input.last = time()
      if Bool.random(using: &self) { input.problem = hostileText() }
      analysis.inputs.append(input)
    }
    analysis.hosts = texts(7)
    analysis.since = time()
    analysis.until = time()
    analysis.assumptions = texts(2)
    analysis.lines.total = Int64(count())
    analysis.lines.recognised = Int64(count())
    analysis.lines.unrecognised = Int64(count())
    analysis.lines.malformed = Int64(count())
    analysis.lines.cut = Int64(count())
    analysis.messages.received = count()
    analysis.messages.delivered = count()
    analysis.messages.waiting = count()
    analysis.messages.expired = count()
    analysis.messages.held = count()
    analysis.rejects = count()
    analysis.authenticationFailed = count()
    analysis.delay = Bool.random(using: &self) ? .init(median: 3e9, p90: 4e9, p99: .infinity) : nil
    analysis.timeline = (0..<Int.random(in: 0...60, using: &self)).map { _ in
      var hour = Analysis.Hour(start: time() ?? .unknown)
      hour.delivered = Int.random(in: 0...100, using: &self)
      return hour
    }
    analysis.reasons = Dictionary(
      texts(5).map { ($0, count()) }, uniquingKeysWith: { first, _ in first })
    analysis.findings = (0..<Int.random(in: 0...12, using: &self)).map { _ in finding() }
    analysis.noise = (0..<Int.random(in: 0...3, using: &self)).map { _ in finding() }
    analysis.unrecognised = texts(2).map { .init(shape: $0, count: 3, example: place()) }
    analysis.unrecognisedShapes = count()
    analysis.isPartial = Bool.random(using: &self)
    analysis.seconds = 1e7
    return analysis
  }
}
