import MailEvents

/// Texts that a stranger might write where a line quotes him, made to look like the rest of that line.
///
/// They are derived from the line itself: what stands behind the value, and the whole line, with every other value changed,
/// so that a rule which reads the imitation instead of the server's own words is found out.
struct HostileText {
  /// The line, and where its values stand in it.
  let line: [UInt8]
  let values: [(field: Field, range: ByteRange)]
  let program: String

  /// What a stranger may write in place of the value at `range`.
  func texts(for field: Field, at range: ByteRange) -> [[UInt8]] {
    let own = Array(line[range.lower..<range.upper])
    let tail = imitation(of: ByteRange(range.upper, line.count))
    let whole = imitation(of: ByteRange(0, line.count))
    var texts: [[UInt8]] = []
    for closing in ["", ">", ")", "]", "\"", "'", "}", ">,", ">:", "):", "].", ":", ";", ","] {
      texts.append(own + closing.utf8)
      texts.append(own + closing.utf8 + tail)
      texts.append(own + closing.utf8 + Array(" ".utf8) + tail + Array(" x".utf8))
    }
    for opening in ["<", "(", "[", "\"", "{", "<a@example.net> [", "([", "[203.0.113.66]:25 "] {
      texts.append(Array(opening.utf8) + own)
      texts.append(own + Array(" ".utf8) + opening.utf8 + tail)
    }
    texts.append(own + Array(" ".utf8) + whole)
    texts.append(own + Array("> ".utf8) + whole + Array(" <x".utf8))
    switch field {
    case .clientDomain, .smtpRelayAddress, .tlsServerSubject, .dnsQuestionName:
      // Names from the DNS: both servers let only letters, digits, dots and hyphens pass.
      return ["203.0.113.66", "unknown", "a.b-c.example.net"].map { Array($0.utf8) }
    case .smtpEnvelopeFrom, .smtpEnvelopeTo, .smtpEnvelopeOrigTo:
      return texts.map { quotedLocalPart($0) }
    case .smtpHelo where program == "exim":
      // Unless `helo_accept_junk_hosts` allows it, Exim takes host names and address literals only.
      return ["203.0.113.66", "[203.0.113.66]", "[IPv6:2001:db8::66]", "a_b-c.example.net"].map { Array($0.utf8) }
    case .userName where program.hasPrefix("dovecot/auth"):
      // Names with other characters than these are refused before they are logged (auth_username_chars).
      return ["203.0.113.66", "a_b-c@example.net", "failed.1"].map { Array($0.utf8) }
    case .saslMechanism:
      // A word of the client's command.
      return texts.filter { !$0.contains(UInt8(ascii: " ")) }
    case .smtpHelo where program.hasPrefix("postfix/") && !isAnswerToHelo:
      // smtpd writes a question mark for each of these in a HELO name (NEUTER_CHARACTERS in smtpd.c).
      return texts.map { text in text.map { Self.neutered.contains($0) ? UInt8(ascii: "?") : $0 } }
    case .emailMessageId where program == "rspamd":
      // Rspamd writes a question mark for what does not print, blanks included (mime_headers.c).
      return texts.map { text in text.map { $0 > 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") } }
    default:
      return isQuoted(range) ? texts.map { Self.escaped($0) } : texts
    }
  }

  private static let neutered = Array(" <>()\\\";@".utf8)

  /// The answers to HELO and EHLO themselves quote the name as it came.
  private var isAnswerToHelo: Bool {
    let text = String(decoding: line, as: UTF8.self)
    return text.contains(": EHLO from ") || text.contains(": HELO from ")
  }

  /// An address may hold anything in a quoted local part (RFC 5321 §4.1.2).
  private func quotedLocalPart(_ text: [UInt8]) -> [UInt8] {
    Array("\"".utf8) + Self.escaped(text) + Array("\"@example.net".utf8)
  }

  /// Servers write a backslash before a quotation mark within quotation marks.
  private func isQuoted(_ range: ByteRange) -> Bool {
    let mark = UInt8(ascii: "\"")
    return range.lower > 0 && line[range.lower - 1] == mark && range.upper < line.count && line[range.upper] == mark
  }

  private static func escaped(_ text: [UInt8]) -> [UInt8] {
    text.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), $0] : [$0] }
  }

  /// A part of the line with every value in it changed.
  private func imitation(of part: ByteRange) -> [UInt8] {
    var copy: [UInt8] = []
    var i = part.lower
    for value in values.sorted(by: { $0.range.lower < $1.range.lower })
    where value.range.lower >= i && value.range.upper <= part.upper {
      copy += line[i..<value.range.lower]
      copy += Self.changed(Array(line[value.range.lower..<value.range.upper]))
      i = value.range.upper
    }
    return copy + line[i..<part.upper]
  }

  /// Another value of the same shape.
  private static func changed(_ value: [UInt8]) -> [UInt8] {
    if ValueScanner.ip(value.span, 0, value.count).next == value.count {
      return Array((value.contains(UInt8(ascii: ":")) ? "2001:db8::66" : "203.0.113.66").utf8)
    }
    return value.map { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "8"), UInt8(ascii: "a")...UInt8(ascii: "e"),
        UInt8(ascii: "A")...UInt8(ascii: "E"):
        byte + 1
      case UInt8(ascii: "9"): UInt8(ascii: "8")
      case UInt8(ascii: "f")...UInt8(ascii: "z"): byte == UInt8(ascii: "z") ? UInt8(ascii: "y") : byte + 1
      case UInt8(ascii: "F")...UInt8(ascii: "Z"): byte == UInt8(ascii: "Z") ? UInt8(ascii: "Y") : byte + 1
      default: byte
      }
    }
  }
}
