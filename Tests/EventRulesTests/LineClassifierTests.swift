import EventRules
import LogSyntax
import MailEvents
import RuleFiles
import Testing

/// How templates compete, and what they read from a line. Rules here are written for the test.
@Suite("Classifying a line")
struct LineClassifierTests {
  /// Rule id and fields that a message gives, or nil.
  private func classify(
    _ message: String, _ patterns: String, program: String = "postfix/smtp", reasons: String = "", userFrom: Int? = nil
  ) throws -> (rule: String, reason: String, fields: [String: String])? {
    var files = [(name: "p.yaml", text: patterns)]
    if !reasons.isEmpty { files.append((name: "r.yaml", text: reasons)) }
    var words = RuleVocabulary()
    for name in [
      "connection.refused", "connection.timeout", "mailbox.full", "mailbox.unknown", "greylisted", "unclassified",
    ] {
      words.reasons.append((name: name, means: ""))
    }
    let loaded = RuleLoader.load(files, vocabulary: words)
    try #require(loaded.problems.isEmpty, "\(loaded.problems)")
    var classifier = LineClassifier(rules: loaded.rules, builtinPatterns: userFrom)
    var head = EventHead()
    var values = FieldValues()
    // Tag and process follow the message in the buffer; where they stand is the framer's business.
    let parts = program.hasPrefix("dovecot/") ? ["dovecot", String(program.dropFirst(8))] : [program, ""]
    let bytes = Array((message + parts.joined()).utf8)
    var frame = LineFrame()
    frame.form = .rfc3164
    frame.message = ByteRange(0, message.utf8.count)
    frame.tag = ByteRange(frame.message.upper, frame.message.upper + parts[0].utf8.count)
    frame.process = ByteRange(frame.tag.upper, bytes.count)
    guard classifier.classify(bytes.span, frame, &head, &values) == .recognised else { return nil }
    var fields: [String: String] = [:]
    for field in Field.allCases {
      if let range = values[field] { fields[field.name] = textValue(range, bytes.span, classifier.constants.span) }
    }
    return (classifier.rules[Int(head.rule)].id, classifier.reasons[Int(head.reason)], fields)
  }

  private func file(_ rules: (id: String, match: String)..., program: String = "postfix/smtp") -> String {
    var text = "logscan: patterns/1\nprogram: \(program)\npatterns:\n"
    for rule in rules {
      text += "  - {id: \(rule.id), match: '\(rule.match)', event: service.information, samples: [x]}\n"
    }
    return text
  }

  @Test("a literal wins over a typed value, a typed value over free text, the longer literal over the shorter")
  func precedence() throws {
    let rules = file(
      ("free", "{event.reason} end"), ("typed", "{email.local_id:queueid} end"), ("literal", "ABCDEF12 end"),
      ("short", "{event.reason}: x {:rest}"), ("long", "{event.reason}: x yes{:rest}"))
    #expect(try classify("ABCDEF12 end", rules)?.rule == "literal")
    #expect(try classify("ABCDEF13 end", rules)?.rule == "typed")
    #expect(try classify("whatever end", rules)?.rule == "free")
    #expect(try classify("a: x yes!", rules)?.rule == "long")
    #expect(try classify("a: x no", rules)?.rule == "short")
  }

  @Test("a failed literal branch falls back to the fields beside it")
  func fallBack() throws {
    let rules = file(("literal", "warning: one"), ("free", "warning: {event.reason}"))
    #expect(try classify("warning: one", rules)?.rule == "literal")
    #expect(try classify("warning: one more", rules)?.fields["event.reason"] == "one more")
  }

  @Test("free text takes the shortest run, greedy text the longest")
  func freeAndGreedy() throws {
    #expect(try classify("a (b) c) d", file(("x", "a ({event.reason}) {:rest}")))?.fields["event.reason"] == "b")
    #expect(
      try classify("a (b) c) d", file(("x", "a ({event.reason:greedy}) {:rest}")))?.fields["event.reason"] == "b) c")
    #expect(try classify("a ()", file(("x", "a ({event.reason:greedy})")))?.rule == "x")
  }

  @Test("a template takes the whole line or nothing")
  func wholeLine() throws {
    #expect(try classify("removed and more", file(("x", "removed"))) == nil)
    #expect(try classify("remove", file(("x", "removed"))) == nil)
    #expect(try classify("", file(("x", "removed"))) == nil)
  }

  @Test("Postfix delivery pairs in any order; what is in brackets may be anything")
  func postfixPairs() throws {
    let rules = file(("x", "{email.local_id:queueid}: {:pairs}status=sent ({smtp.response.text:greedy})"))
    let line =
      "3F2A81C0D2: to=<\"a, relay=x>\"@example.net>, orig_to=<root>, relay=mx.example.net[2001:db8::1]:25, delay=1.4, delays=0.1/0/1/0.3, dsn=2.0.0, status=sent (250 (ok) done)"
    let fields = try #require(try classify(line, rules)).fields
    #expect(fields["email.local_id"] == "3F2A81C0D2")
    #expect(fields["smtp.envelope.to"] == "\"a, relay=x>\"@example.net")
    #expect(fields["smtp.envelope.orig_to"] == "root")
    #expect(fields["smtp.relay.address"] == "mx.example.net")
    #expect(fields["smtp.relay.ip"] == "2001:db8::1")
    #expect(fields["smtp.relay.port"] == "25")
    #expect(fields["smtp.delays"] == "0.1/0/1/0.3")
    #expect(fields["smtp.response.text"] == "250 (ok) done")
  }

  @Test("a relay may be a socket or nothing")
  func relays() throws {
    let rules = file(("x", "{:pairs}status={:word}"))
    #expect(
      try classify("relay=mail.example.com[private/dovecot-lmtp], status=sent", rules)?.fields["smtp.relay.path"]
        == "private/dovecot-lmtp")
    let none = try classify("relay=none, status=deferred", rules)?.fields
    #expect(none?["smtp.relay.address"] == "none")
    #expect(none?["smtp.relay.ip"] == nil)
  }

  @Test("Dovecot login elements; a user name cannot move the others")
  func dovecotPairs() throws {
    let rules = file(("x", "Login: {:pairs}"), program: "dovecot/imap-login")
    var words =
      "Login: user=<a>, rip=192.0.2.66, x=<b>, method=PLAIN, rip=198.51.100.7, lip=203.0.113.10, mpid=12, TLS, session=<abc/+d>"
    let hostile = try #require(try classify(words, rules, program: "dovecot/imap-login")).fields
    #expect(hostile["client.ip"] == "198.51.100.7")
    words = "Login: user=<>, rip=198.51.100.7, TLS: SSL_read() failed: error:0A, more, session=<s>"
    let fields = try #require(try classify(words, rules, program: "dovecot/imap-login")).fields
    #expect(fields["tls.error"] == "SSL_read() failed: error:0A, more")
    #expect(fields["session.id"] == "s")
    #expect(fields["user.name"] == nil)
  }

  @Test("Exim fields: H= is the client when the rule is inbound")
  func eximFields() throws {
    var text = file(("x", "{email.local_id:queueid} <= {smtp.envelope.from:address} {:eximfields}"), program: "exim")
    text = text.replacing("event:", with: "direction: inbound, event:")
    let line =
      #"1xVKzL-00002M-1z <= bob@example.net H=mx.example.net (helo [x]) [192.0.2.10]:4711 P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=plain:bob S=812 id=a@b T="F=<x> \"y\"" from <bob@example.net> for alice@example.com carol@example.com"#
    let fields = try #require(try classify(line, text, program: "exim")).fields
    #expect(fields["client.ip"] == "192.0.2.10")
    #expect(fields["client.port"] == "4711")
    #expect(fields["client.domain"] == "mx.example.net")
    #expect(fields["smtp.helo"] == "helo [x]")
    #expect(fields["tls.version"] == "TLS1.3")
    #expect(fields["user.name"] == "bob")
    #expect(fields["email.subject"] == #"F=<x> \"y\""#)
    #expect(fields["smtp.envelope.to"] == "alice@example.com")
  }

  @Test("constants stand for values the line leaves out")
  func constants() throws {
    let text =
      "logscan: patterns/1\nprogram: postfix/smtp\npatterns:\n  - {id: x, match: 'stop', event: service.stopped, set: {server.service: smtp}, samples: [stop]}\n"
    #expect(try classify("stop", text)?.fields["server.service"] == "smtp")
  }

  @Test("the user's template wins over the same built-in one")
  func userWins() throws {
    let both =
      "logscan: patterns/1\nprogram: postfix/smtp\npatterns:\n  - {id: a, match: 'x {event.reason}', event: service.information, samples: [x]}\n  - {id: b, match: 'x {event.reason}', event: service.warning, samples: [x]}\n"
    #expect(try classify("x y", both, userFrom: 1)?.rule == "b")
    #expect(try classify("x y", both, userFrom: 2)?.rule == "a")
  }

  @Test("a named program's rule wins over one for all of its server")
  func namedWins() throws {
    let text = file(("all", "fatal: {event.reason}"), program: "postfix/*")
    #expect(try classify("fatal: x", text, program: "postfix-out/smtp")?.rule == "all")
    #expect(try classify("fatal: x", text, program: "sshd") == nil)
  }

  @Test("reasons: the longest text wins, codes hold, the enhanced code is the fall-back")
  func reasons() throws {
    let reasons = """
      logscan: reasons/1
      group: g
      reasons:
        - {reason: connection.refused, contains: [refused], samples: [refused]}
        - {reason: connection.timeout, contains: ['refused by time'], samples: ['refused by time']}
        - {reason: greylisted, contains: [later], when: {code: 4xx}, samples: ['450 later']}
        - {reason: mailbox.unknown, when: {dsn: 5.1.1}, samples: ['550 5.1.1 x']}
        - {reason: mailbox.full, when: {dsn: x.2.x}, samples: ['452 4.2.2 x']}
      """
    var rules = file(("x", "said {smtp.response.text}"))
    rules = rules.replacing("event:", with: "reason: [g], event:")
    func reason(_ text: String) throws -> String? { try classify("said \(text)", rules, reasons: reasons)?.reason }
    #expect(try reason("it was REFUSED") == "connection.refused")
    #expect(try reason("refused by time") == "connection.timeout")
    #expect(try reason("450 try later") == "greylisted")
    #expect(try reason("550 try later") == "unclassified")
    #expect(try reason("550 5.1.1 whatever") == "mailbox.unknown")
    #expect(try reason("552-5.2.2 whatever") == "mailbox.full")
    #expect(try reason("nothing known") == "unclassified")
  }

  @Test("no line makes the matcher trap", arguments: 0..<20)
  func fuzz(seed: Int) throws {
    let rules = file(
      ("a", "{email.local_id:queueid}: {:pairs}status=sent ({smtp.response.text:greedy})"),
      (
        "b",
        "{event.reason}: {client.domain:host}[{client.ip:ip}]: {smtp.response.text:greedy}; from=<{smtp.envelope.from:address}>{:pairs}"
      ),
      ("c", "connect from {client.domain:host}[{client.ip:ip}]"),
      ("d", "{smtp.envelope.to:address} {:eximfields}: {event.reason}"))
    let pieces = [
      "3F2A81C0D2", ": ", "to=<", ">", ", ", "relay=", "[", "]", "192.0.2.1", "status=sent (", ")", "connect from ",
      "; from=<", "H=", "T=\"",
      "\\", "\0", "\u{1B}", "é", " ",
    ]
    for _ in 0..<200 {
      let line = (0..<Int.random(in: 0...20)).map { _ in pieces.randomElement()! }.joined()
      let found = try classify(line, rules)
      #expect(found == nil || !found!.rule.isEmpty, "\(line.debugDescription)")
    }
  }

  private func fields(_ message: String, _ match: String, program: String, event: String = "smtp.rejected") throws
    -> [String: String]?
  {
    try classify(
      message,
      """
      logscan: patterns/1
      program: \(program.hasPrefix("postfix") ? "postfix/smtpd" : program)
      patterns:
        - id: a
          match: '\(match)'
          event: \(event)
          direction: inbound
          samples: [x]
      """, program: program)?.fields
  }

  @Test("Postfix's tag names the service of master.cf a client came to")
  func service() throws {
    let submission = try fields(
      "connect from [192.0.2.1]", "connect from [{client.ip:ip}]", program: "postfix/submission/smtpd")
    #expect(submission == ["client.ip": "192.0.2.1", "server.service": "submission"])
    let plain = try fields("connect from [192.0.2.1]", "connect from [{client.ip:ip}]", program: "postfix/smtpd")
    #expect(plain == ["client.ip": "192.0.2.1"])
  }

  @Test("what stands between a fixed text and the reason is no part of it")
  func reasonTrimmed() throws {
    #expect(try fields("failed: x: y", "failed{event.reason}", program: "postfix/smtpd")?["event.reason"] == "x: y")
  }

  @Test("a bracketed value ends where a known pair follows; a bare one never holds brackets")
  func pairs() throws {
    let helo = try fields(
      "from=<a> b> to=<c@example.com> proto=ESMTP helo=<x > y>", "{:pairs}", program: "postfix/smtpd")
    #expect(helo?["smtp.envelope.from"] == "a> b" && helo?["smtp.helo"] == "x > y")
    let login = try fields(
      "method=<NTLM, rip=198.51.100.7, lip=192.0.2.1, session=<AbCd>", "{:pairs}", program: "dovecot/imap-login",
      event: "auth.failed")
    #expect(login?["client.ip"] == "198.51.100.7" && login?["sasl.mechanism"] == "<NTLM", "\(login ?? [:])")
  }

  @Test("Exim's flags and rarer fields do not end the list")
  func eximFlags() throws {
    let read = try fields(
      "H=mx.example.net DS [192.0.2.10]:25 X=TLS1.3:TLS_AES_256_GCM_SHA384:256* CV=yes A=plain:alice:alice@example.com "
        + "Ci=12 L*- K DSN S=900: rest", "{:eximfields}: {event.reason:rest}", program: "exim")
    #expect(read?["client.ip"] == "192.0.2.10" && read?["client.domain"] == "mx.example.net")
    #expect(read?["tls.bits"] == "256" && read?["user.name"] == "alice" && read?["smtp.size"] == "900")
    #expect(read?["event.reason"] == "rest", "\(read ?? [:])")
  }
}

extension String {
  func replacing(_ old: String, with new: String) -> String {
    var result = ""
    var rest = self[...]
    while let range = rest.firstRange(of: old) {
      result += rest[..<range.lowerBound] + new
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
