import MailEvents

/// `key=value` lists of Postfix and Dovecot, whose known keys become fields.
struct PairScanner: Sendable {
  enum Value: Sendable {
    case ignored
    /// Bare or in `<…>`.
    case plain(Field)
    /// Never in `<…>`: there a bracket is a stranger's.
    case bare(Field)
    /// `host[ip]:port`, `host[/socket]` or `none`.
    case relay
    /// `name[ip]` or `name[ip]:port`
    case client
  }

  /// Keys by their first eight bytes and length: enough to tell all of them apart.
  struct Key: Sendable {
    var head: UInt64
    var length: Int
    var value: Value
  }

  let keys: [Key]
  /// Dovecot: elements without a known key are skipped; Postfix: they end the list.
  let skipsUnknown: Bool

  private init(_ entries: [(String, Value)], skipsUnknown: Bool) {
    keys = entries.map { name, value in
      var head: UInt64 = 0
      for byte in name.utf8.prefix(8) { head = head << 8 | UInt64(byte) }
      return Key(head: head, length: name.utf8.count, value: value)
    }
    self.skipsUnknown = skipsUnknown
  }

  /// Postfix `global/log_adhoc.c`, `smtpd/smtpd_check.c`.
  static let postfix = PairScanner(
    [
      ("relay", .relay), ("delay", .bare(.smtpDelay)), ("delays", .bare(.smtpDelays)),
      ("dsn", .bare(.smtpResponseEnhancedStatusCode)), ("to", .plain(.smtpEnvelopeTo)),
      ("from", .plain(.smtpEnvelopeFrom)), ("size", .bare(.smtpSize)),
      ("nrcpt", .bare(.smtpRecipientsCount)), ("proto", .bare(.smtpProtocol)),
      ("helo", .plain(.smtpHelo)), ("orig_to", .plain(.smtpEnvelopeOrigTo)),
      ("conn_use", .ignored), ("tls", .ignored), ("sasl_method", .bare(.saslMechanism)),
      ("sasl_username", .plain(.userName)), ("sasl_sender", .ignored), ("uid", .ignored),
      ("client", .client), ("orig_queue_id", .ignored), ("orig_client", .ignored),
      ("message-id", .plain(.emailMessageId)),
    ], skipsUnknown: false)

  /// Dovecot `login_log_format_elements` and the keys of its delivery lines.
  static let dovecot = PairScanner(
    [
      ("user", .plain(.userName)), ("method", .bare(.saslMechanism)), ("rip", .bare(.clientIp)),
      ("lip", .bare(.serverIp)), ("rport", .bare(.clientPort)), ("lport", .bare(.serverPort)),
      ("mpid", .ignored), ("session", .plain(.sessionId)), ("from", .plain(.smtpEnvelopeFrom)),
      ("msgid", .plain(.emailMessageId)), ("size", .bare(.smtpSize)),
      ("subject", .plain(.emailSubject)), ("client", .ignored), ("service", .plain(.serverService)),
    ], skipsUnknown: true)

  /// Where the list at `position` ends; its values are added to `captures`.
  func scan(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int, _ captures: inout Captures) -> Int {
    keys.withUnsafeBufferPointer { keys in
      guard let base = keys.baseAddress else { return position }
      return View(keys: base, count: keys.count, skipsUnknown: skipsUnknown).scan(bytes, position, end, &captures)
    }
  }

  /// The same for the hot path. `keys` is memory of the tree that the view belongs to, of `count` keys.
  struct View {
    let keys: UnsafePointer<Key>
    let count: Int
    let skipsUnknown: Bool
  }
}

extension PairScanner.View {
  @inline(__always)
  private func lookup(_ head: UInt64, _ length: Int) -> PairScanner.Value? {
    for i in 0..<count where keys[i].head == head && keys[i].length == length {
      return keys[i].value
    }
    return nil
  }

  /// Takes the list at `position` and adds its values. Returns where the line goes on: before the first key it does not
  /// know, behind the separators.
  func scan(
    _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    var i = position
    while i < end {
      while i < end, Self.isSeparator(bytes[i]) { i += 1 }
      let keyStart = i
      var head: UInt64 = 0
      while i < end, i - keyStart < 24, Self.isKey(bytes[i]) {
        if i - keyStart < 8 { head = head << 8 | UInt64(bytes[i]) }
        i += 1
      }
      guard i < end, i > keyStart, bytes[i] == UInt8(ascii: "="),
        let value = lookup(head, i - keyStart)
      else {
        if !skipsUnknown { return keyStart }
        i = skipElement(bytes, keyStart, end, &captures)
        continue
      }
      i = take(value, bytes, i + 1, end, &captures)
    }
    return end
  }

  @inline(__always)
  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: ";")
  }

  @inline(__always)
  private static func isKey(_ byte: UInt8) -> Bool {
    ByteClasses.isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  private func take(
    _ value: PairScanner.Value, _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int,
    _ captures: inout Captures
  ) -> Int {
    var range: ByteRange
    var next: Int
    var mayBeBracketed = true
    if case .bare = value { mayBeBracketed = false }
    if mayBeBracketed, start < end, bytes[start] == UInt8(ascii: "<") {
      next = closing(bytes, start, end)
      range = ByteRange(start + 1, next - 1)
      if next > end {
        range = ByteRange(start + 1, end)
        next = end
      }
    } else {
      next = start
      while next < end, !(Self.isSeparator(bytes[next])) {
        // The parenthesis that holds the whole list is not part of its last value.
        if bytes[next] == UInt8(ascii: ")") { break }
        next += 1
      }
      range = ByteRange(start, next)
    }
    switch value {
    case .ignored: break
    case .plain(let field), .bare(let field):
      if range.count > 0 || field == .smtpEnvelopeFrom { captures.add(field, range) }
    case .relay:
      peer(bytes, range, &captures, .smtpRelayAddress, .smtpRelayIp, .smtpRelayPort, path: .smtpRelayPath)
    case .client: peer(bytes, range, &captures, .clientDomain, .clientIp, .clientPort, path: nil)
    }
    return next
  }

  /// The position behind the `>` that closes the value: the first one followed by a further pair or the end of the list,
  /// since a stranger's text may hold others; else the first followed by a separator.
  private func closing(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start + 1
    if i < end, bytes[i] == UInt8(ascii: "\"") {
      let inside = ValueScanner.quoted(bytes, i, end)
      if inside.next >= 0 { i = inside.next }
    }
    var possible = end + 1
    while i < end {
      if bytes[i] == UInt8(ascii: ">") {
        if i + 1 == end || bytes[i + 1] == UInt8(ascii: ")") { return i + 1 }
        if Self.isSeparator(bytes[i + 1]) {
          if continues(bytes, i + 1, end) { return i + 1 }
          possible = min(possible, i + 1)
        }
      }
      i += 1
    }
    return possible
  }

  /// Whether a known pair follows the separators at `start`, or what Dovecot writes without a key.
  private func continues(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i < end, Self.isSeparator(bytes[i]) { i += 1 }
    let keyStart = i
    var head: UInt64 = 0
    while i < end, i - keyStart < 24, Self.isKey(bytes[i]) {
      if i - keyStart < 8 { head = head << 8 | UInt64(bytes[i]) }
      i += 1
    }
    if i < end, bytes[i] == UInt8(ascii: "="), lookup(head, i - keyStart) != nil { return true }
    // TLS, TLS: text, secured
    return skipsUnknown && (head == 0x544C53 || head == 0x73_6563_7572_6564)
  }

  private func peer(
    _ bytes: borrowing Span<UInt8>, _ range: ByteRange, _ captures: inout Captures, _ name: Field,
    _ ip: Field, _ port: Field, path: Field?
  ) {
    var i = range.lower
    while i < range.upper, bytes[i] != UInt8(ascii: "[") { i += 1 }
    if i > range.lower { captures.add(name, ByteRange(range.lower, i)) }
    guard i < range.upper else { return }
    let inside = i + 1
    while i < range.upper, bytes[i] != UInt8(ascii: "]") { i += 1 }
    guard i < range.upper, i > inside else { return }
    let isAddress =
      ByteClasses.isHexDigit(bytes[inside]) || bytes[inside] == UInt8(ascii: ":")
      || ValueScanner.ip(bytes, inside, i).next == i
    if isAddress {
      let found = ValueScanner.ip(bytes, inside, i)
      if found.next == i { captures.add(ip, found.value) } else if let path { captures.add(path, ByteRange(inside, i)) }
    } else if let path {
      captures.add(path, ByteRange(inside, i))
    }
    if i + 2 < range.upper, bytes[i + 1] == UInt8(ascii: ":") {
      captures.add(port, ByteRange(i + 2, range.upper))
    }
  }

  /// Dovecot writes the TLS state as an element without `=`: `TLS`, `TLS: text`, `TLS handshaking: text`.
  private func skipElement(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    let isTLS =
      start + 3 <= end && bytes[start] == UInt8(ascii: "T") && bytes[start + 1] == UInt8(ascii: "L")
      && bytes[start + 2] == UInt8(ascii: "S")
    var i = start
    while i < end {
      if bytes[i] == UInt8(ascii: ","), i + 1 < end, bytes[i + 1] == UInt8(ascii: " ") {
        if !isTLS || isSession(bytes, i + 2, end) { break }
      }
      i += 1
    }
    if isTLS {
      var colon = start + 3
      while colon < i, bytes[colon] != UInt8(ascii: ":") { colon += 1 }
      if colon + 2 < i { captures.add(.tlsError, ByteRange(colon + 2, i)) }
    }
    return i
  }

  /// A TLS library's text may hold commas; it ends where the session id begins.
  private func isSession(_ bytes: borrowing Span<UInt8>, _ i: Int, _ end: Int) -> Bool {
    i + 8 < end && bytes[i] == UInt8(ascii: "s") && bytes[i + 1] == UInt8(ascii: "e")
      && bytes[i + 7] == UInt8(ascii: "=") && bytes[i + 8] == UInt8(ascii: "<")
  }
}
