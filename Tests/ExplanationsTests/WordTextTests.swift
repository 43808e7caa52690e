import RuleFiles
import Testing

@testable import Explanations

@Suite("Texts by their words")
struct WordTextTests {
  @Test(
    "case, punctuation, apostrophes and articles do not matter",
    arguments: [
      ("couldn't open connection to server", "COULDNT OPEN — connection, to the server!"),
      ("cannot get mail", "Cannot Get Mail – The connection failed."),
      ("login to server * failed", "Login to server imap.example.com with username ann@example.com failed."),
      ("verbindung fehlgeschlagen", "VERBINDUNG fehlgeschlagen"),
    ])
  func same(_ known: String, _ asked: String) {
    #expect(WordText(known).occurs(in: WordText(asked)))
  }

  @Test(
    "all words must be there, in order and near each other",
    arguments: [
      ("connection refused", "refused connection"), ("connection refused", "connection"),
      ("connection refused", "connection one two three refused"), ("", "anything"), ("a the", "a the"),
    ])
  func different(_ known: String, _ asked: String) {
    #expect(!WordText(known).occurs(in: WordText(asked)))
  }

  @Test("a word that comes twice does not hide the later place")
  func twice() {
    #expect(WordText("server refused").occurs(in: WordText("server x y z server refused")))
  }
}

@Suite("Codes in a question")
struct QueryCodesTests {
  @Test(
    "numbers of Windows in all their forms",
    arguments: ["0x800CCC0E", "800ccc0e", "-2146644978", "2148322318", "error (0x800CCC0E): text"])
  func numbers(_ text: String) {
    #expect(QueryCodes(text).errors.map(\.description).first == "0x800CCC0E")
  }

  @Test(
    "replies, wherever they stand",
    arguments: [
      ("550 5.7.1 no", "550", "5.7.1"), ("550-5.7.26 no", "550", "5.7.26"), ("said: 421 later", "421", nil),
      ("host said: 554 5.7.1 no (in reply)", "554", "5.7.1"), ("(#5.1.1)", nil, "5.1.1"),
      ("error 550 5.1.1", "550", "5.1.1"),
      ("waited 300 seconds", nil, nil), ("192.0.2.1", nil, nil), ("port 465", nil, nil), ("5.7.1.", nil, "5.7.1"),
    ] as [(String, String?, String?)])
  func replies(_ text: String, _ reply: String?, _ enhanced: String?) {
    let codes = QueryCodes(text)
    #expect(codes.reply?.description == reply && codes.enhanced?.description == enhanced)
  }

  @Test("a question of codes alone is known as one")
  func alone() {
    #expect(QueryCodes("550 5.7.1").isAll && !QueryCodes("550 no").isAll)
  }
}
