import MailEvents

/// The `KEY=value` fields of Exim's log lines, in any order (Exim specification, chapter "Log files").
///
/// `H=` is kept as the relay; a rule that says `direction: inbound` turns it into the client.
enum EximFieldScanner {
  /// Takes the fields at `position`. Returns where the line goes on (before the blank that precedes the first text that is
  /// no field), or -1 when there is none.
  static func scan(
    _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    var i = position
    var lastEnd = -1
    while i < end {
      let next = field(bytes, i, end, &captures)
      guard next > i else { break }
      lastEnd = next
      guard next < end, bytes[next] == UInt8(ascii: " ") else { break }
      i = next + 1
    }
    // Where there is no port, a blank may stand before the colon that ends the fields.
    if lastEnd >= 0, lastEnd + 2 < end, bytes[lastEnd] == UInt8(ascii: " "), bytes[lastEnd + 1] == UInt8(ascii: ":"),
      bytes[lastEnd + 2] == UInt8(ascii: " ")
    {
      return lastEnd + 1
    }
    return lastEnd
  }

  private static func field(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    var i = start
    while i < end, i - start < 7, ByteClasses.isAlphanumeric(bytes[i]) { i += 1 }
    let key = packed(bytes, start, i)
    guard i < end, bytes[i] == UInt8(ascii: "=") else {
      return word(key, bytes, start, i, end, &captures)
    }
    let value = i + 1
    switch key {
    case Key.H: return host(bytes, value, end, &captures)
    case Key.X: return tls(bytes, value, end, &captures)
    case Key.A: return authenticator(bytes, value, end, &captures)
    case Key.T:
      if value < end, bytes[value] == UInt8(ascii: "\"") {
        return quoted(bytes, value, end, .emailSubject, &captures)
      }
      return plain(bytes, value, end, .smtpTransport, &captures)
    case Key.C: return quoted(bytes, value, end, .smtpResponseText, &captures)
    case Key.F: return bracketed(bytes, value, end, .smtpEnvelopeFrom, &captures)
    case Key.P:
      // On delivery lines `P=<sender>` is the return path.
      if value < end, bytes[value] == UInt8(ascii: "<") {
        return bracketed(bytes, value, end, .smtpEnvelopeFrom, &captures)
      }
      return plain(bytes, value, end, .smtpProtocol, &captures)
    case Key.R: return plain(bytes, value, end, .smtpRouter, &captures)
    case Key.S: return plain(bytes, value, end, .smtpSize, &captures)
    case Key.id: return plain(bytes, value, end, .emailMessageId, &captures)
    case Key.QT: return plain(bytes, value, end, .smtpDelay, &captures)
    case Key.CV: return plain(bytes, value, end, .tlsVerdict, &captures)
    case Key.DN: return quoted(bytes, value, end, .tlsServerSubject, &captures)
    case Key.I: return interface(bytes, value, end, &captures)
    case Key.U, Key.SNI, Key.M8S, Key.ST, Key.DT, Key.RT, Key.DKIM, Key.PRX, Key.K, Key.RC, Key.DS,
      Key.SPCERT, Key.Ci, Key.Q, Key.PS, Key.SPF, Key.DMARC, Key.ARC:
      return quoted(bytes, value, end, nil, &captures)
    default: return -1
    }
  }

  /// Flags without a value, and `from <sender>`, `for recipient…`.
  private static func word(
    _ key: UInt64, _ bytes: borrowing Span<UInt8>, _ start: Int, _ wordEnd: Int, _ end: Int,
    _ captures: inout Captures
  ) -> Int {
    var markEnd = wordEnd
    if key == Key.L || key == Key.TFO {
      // How far pipelining or fast open went: `L*`, `L.`, `L-`, `L*-`, `TFO*`.
      while markEnd < end, markEnd - wordEnd < 2, Self.isMark(bytes[markEnd]) { markEnd += 1 }
    }
    guard markEnd == end || bytes[markEnd] == UInt8(ascii: " ") || bytes[markEnd] == UInt8(ascii: ":") else {
      return -1
    }
    switch key {
    case Key.L, Key.K, Key.TFO, Key.PRDR, Key.NTS, Key.UTF8, Key.DS, Key.DSN, Key.ARC: return markEnd
    case Key.from:
      return wordEnd + 1 < end ? bracketed(bytes, wordEnd + 1, end, .smtpEnvelopeFrom, &captures) : -1
    case Key.for:
      let found = ValueScanner.address(bytes, wordEnd + 1, end)
      guard wordEnd + 1 < end, found.next > 0 else { return -1 }
      captures.add(.smtpEnvelopeTo, found.value)
      return end
    default: return -1
    }
  }

  @inline(__always)
  private static func isMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }

  private static func plain(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ field: Field?, _ captures: inout Captures
  ) -> Int {
    var i = start
    while i < end, bytes[i] > 0x20 { i += 1 }
    // A colon ends the fields of a failure line: `T=remote_smtp: text`.
    if i < end || field == .smtpTransport || field == .smtpRouter, i > start, bytes[i - 1] == UInt8(ascii: ":") {
      i -= 1
    }
    guard i > start else { return -1 }
    if let field { captures.add(field, ByteRange(start, i)) }
    return i
  }

  private static func quoted(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ field: Field?, _ captures: inout Captures
  ) -> Int {
    guard start < end, bytes[start] == UInt8(ascii: "\"") else {
      return plain(bytes, start, end, field, &captures)
    }
    let found = ValueScanner.quoted(bytes, start, end)
    guard found.next > 0 else { return -1 }
    if let field { captures.add(field, found.value) }
    return found.next
  }

  private static func bracketed(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ field: Field, _ captures: inout Captures
  ) -> Int {
    guard start < end, bytes[start] == UInt8(ascii: "<") else { return -1 }
    guard let close = ValueScanner.bracketEnd(bytes, start + 1, end) else { return -1 }
    captures.add(field, ByteRange(start + 1, close))
    return close + 1
  }

  /// `name (helo) [ip]:port`, each part optional.
  private static func host(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    var i = start
    while i < end, bytes[i] > 0x20, bytes[i] != UInt8(ascii: "("), bytes[i] != UInt8(ascii: "[") { i += 1 }
    if i > start {
      var nameEnd = i
      if bytes[nameEnd - 1] == UInt8(ascii: ":") { nameEnd -= 1 }
      captures.add(.smtpRelayAddress, ByteRange(start, nameEnd))
      if nameEnd < i { return nameEnd }
    }
    // `DS`: the name was found with DNSSEC.
    if i > start, i + 4 < end, bytes[i + 1] == UInt8(ascii: "D"), bytes[i + 2] == UInt8(ascii: "S"),
      bytes[i + 3] == UInt8(ascii: " "), bytes[i + 4] == UInt8(ascii: "[") || bytes[i + 4] == UInt8(ascii: "(")
    {
      i += 3
    }
    var stop = i
    if i < end, bytes[i] == UInt8(ascii: " ") { i += 1 }
    if i < end, bytes[i] == UInt8(ascii: "(") {
      var close = i + 1
      // HELO is the client's word: it may hold brackets, but the one followed by ` [` ends it.
      while close < end {
        if bytes[close] == UInt8(ascii: ")"),
          close + 1 == end || bytes[close + 1] == UInt8(ascii: " ") || bytes[close + 1] == UInt8(ascii: ":")
        {
          break
        }
        close += 1
      }
      guard close < end else { return -1 }
      captures.add(.smtpHelo, ByteRange(i + 1, close))
      stop = close + 1
      i = stop
      if i < end, bytes[i] == UInt8(ascii: " ") { i += 1 }
    }
    if i < end, bytes[i] == UInt8(ascii: "[") {
      let address = ValueScanner.ip(bytes, i + 1, end)
      if address.next > 0, address.next < end, bytes[address.next] == UInt8(ascii: "]") {
        captures.add(.smtpRelayIp, address.value)
        stop = address.next + 1
      } else {
        var close = i + 1
        while close < end, bytes[close] != UInt8(ascii: "]"), bytes[close] > 0x20 { close += 1 }
        guard close < end, bytes[close] == UInt8(ascii: "]") else { return stop > start ? stop : -1 }
        stop = close + 1
      }
      if stop + 1 < end, bytes[stop] == UInt8(ascii: ":"), ByteClasses.isDigit(bytes[stop + 1]) {
        let port = ValueScanner.int(bytes, stop + 1, end)
        captures.add(.smtpRelayPort, port.value)
        stop = port.next
      }
      // A mark for an address that was given again for a further recipient.
      if stop < end, bytes[stop] == UInt8(ascii: "*") { stop += 1 }
    }
    return stop > start ? stop : -1
  }

  /// `TLS1.3:TLS_AES_256_GCM_SHA384:256`, `TLS1.2:ECDHE_X25519__RSA_PSS:256`.
  private static func tls(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    var i = start
    while i < end, bytes[i] > 0x20 { i += 1 }
    var first = start
    while first < i, bytes[first] != UInt8(ascii: ":") { first += 1 }
    captures.add(.tlsVersion, ByteRange(start, first))
    guard first + 1 < i else { return i }
    var last = i
    while last > first, bytes[last - 1] != UInt8(ascii: ":") { last -= 1 }
    if last - 1 > first {
      captures.add(.tlsCipher, ByteRange(first + 1, last - 1))
      // A star: the TLS session was resumed (4.94).
      captures.add(.tlsBits, ByteRange(last, bytes[i - 1] == UInt8(ascii: "*") ? i - 1 : i))
    } else {
      captures.add(.tlsCipher, ByteRange(first + 1, i))
    }
    return i
  }

  /// `A=dovecot_login:user`, with `smtp_mailauth` logged `A=dovecot_login:user:sender`.
  private static func authenticator(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    var i = start
    while i < end, bytes[i] > 0x20 { i += 1 }
    var colon = start
    while colon < i, bytes[colon] != UInt8(ascii: ":") { colon += 1 }
    captures.add(.saslMechanism, ByteRange(start, colon))
    var userEnd = min(colon + 1, i)
    while userEnd < i, bytes[userEnd] != UInt8(ascii: ":") { userEnd += 1 }
    if colon + 1 < userEnd { captures.add(.userName, ByteRange(colon + 1, userEnd)) }
    return i
  }

  /// `I=[192.0.2.1]:25`
  private static func interface(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    guard start < end, bytes[start] == UInt8(ascii: "[") else {
      return plain(bytes, start, end, nil, &captures)
    }
    let address = ValueScanner.ip(bytes, start + 1, end)
    guard address.next > 0, address.next < end, bytes[address.next] == UInt8(ascii: "]") else { return -1 }
    captures.add(.serverIp, address.value)
    var i = address.next + 1
    if i + 1 < end, bytes[i] == UInt8(ascii: ":"), ByteClasses.isDigit(bytes[i + 1]) {
      let port = ValueScanner.int(bytes, i + 1, end)
      captures.add(.serverPort, port.value)
      i = port.next
    }
    return i
  }

  @inline(__always)
  private static func packed(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    var key: UInt64 = 0
    for i in start..<end { key = key << 8 | UInt64(bytes[i]) }
    return key
  }

  private enum Key {
    static let H = UInt64(0x48), X = UInt64(0x58), A = UInt64(0x41), T = UInt64(0x54)
    static let C = UInt64(0x43), F = UInt64(0x46), P = UInt64(0x50), R = UInt64(0x52)
    static let S = UInt64(0x53), I = UInt64(0x49), U = UInt64(0x55), L = UInt64(0x4C)
    static let K = UInt64(0x4B)
    static let id = word("id"), QT = word("QT"), CV = word("CV"), DN = word("DN"), SNI = word("SNI")
    static let M8S = word("M8S"), ST = word("ST"), DT = word("DT"), RT = word("RT"), DS = word("DS")
    static let DKIM = word("DKIM"), PRX = word("PRX"), RC = word("RC"), TFO = word("TFO")
    static let PRDR = word("PRDR"), NTS = word("NTS"), UTF8 = word("UTF8"), SPCERT = word("SPCERT")
    static let Ci = word("Ci"), Q = UInt64(0x51), PS = word("PS"), SPF = word("SPF"), DMARC = word("DMARC")
    static let ARC = word("ARC"), DSN = word("DSN")
    static let from = word("from"), `for` = word("for")

    private static func word(_ text: String) -> UInt64 {
      text.utf8.reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
