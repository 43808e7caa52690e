import Testing

@testable import RuleDrafts

@Suite("Splitting a message")
struct MessageSplitterTests {
  private func kinds(_ message: String, words: Set<String> = []) -> [MessagePiece.Kind] {
    MessageSplitter(knownWords: words).split(Array(message.utf8)).map(\.kind).filter { $0 != .mark }
  }

  @Test(
    "tells values from words",
    arguments: [
      ("192.0.2.1", [MessagePiece.Kind.ip]), ("2001:db8::1", [.ip]), ("mail.example.com", [.host]),
      ("main.cf", [.word]),
      ("unknown[192.0.2.1]", [.host, .ip]), ("12", [.int]), ("-3", [.int]), ("0.5", [.decimal]), ("30s", [.duration]),
      ("5 minutes", [.duration]), ("550 5.7.1 no", [.code, .dsn, .word]), ("3F2A91C0D2: x", [.queueID, .word]),
      ("1tExMp-000aBc-1D x", [.queueID, .word]), ("<a@b.example>", [.address]), ("from=<>", [.word, .address]),
      ("a@b.example", [.address]), ("\"a b\"", [.quoted]), ("'a b'", [.enclosed]), ("can't", [.word, .word]),
      ("/var/run/x", [.path]), ("https://a.example/x?y=1", [.url]), ("hash:/etc/x", [.table]), ("a=b", [.word, .name]),
      ("x1y2", [.name]), ("gr\u{FC}n", [.name]), ("\u{1B}[0m", [.odd]), ("decade", [.word]),
    ])
  func kinds(message: String, expected: [MessagePiece.Kind]) {
    #expect(kinds(message) == expected, "\(message)")
  }

  @Test("a word behind 'user' that the language does not have is a name")
  func name() {
    #expect(kinds("user alice unknown", words: ["unknown"]) == [.word, .name, .word])
    #expect(kinds("user unknown", words: ["unknown"]) == [.word, .word])
  }

  @Test("pieces follow each other without gaps")
  func gaps() {
    for message in ["a <b> 'c' \"d\" {e} [1.2.3.4]:5 (x=y) \u{0} z", "<<>>''\"\"", "::::", "\"open 'open <open"] {
      var position = 0
      for piece in MessageSplitter().split(Array(message.utf8)) {
        #expect(piece.range.lowerBound == position)
        position = piece.range.upperBound
      }
      #expect(position == message.utf8.count)
    }
  }
}
