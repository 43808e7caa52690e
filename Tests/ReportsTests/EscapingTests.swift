import Reports
import Testing

@Suite struct EscapingTests {
  @Test(arguments: [
    ("plain text", "plain text"),
    ("a\u{1B}[31mb", "a\\x1b[31mb"),
    ("tab\tline\nend\u{7F}", "tab\\x09line\\x0aend\\x7f"),
    ("\u{9B}31m", "\\u009b31m"),
    ("user\u{202E}gro.elpmaxe", "user\\u202egro.elpmaxe"),
    ("\u{2066}x\u{2069}", "\\u2066x\\u2069"),
    ("zero\u{200B}width", "zero\\u200bwidth"),
    ("\u{E0041}", "\\U000e0041"),
    ("日本 é e\u{301}", "日本 é e\u{301}"),
    ("\r\n", "\\x0d\\x0a"),
  ])
  func terminal(text: String, escaped: String) {
    #expect(Escaping.terminal(text) == escaped)
    #expect(Escaping.terminal(text.utf8Span.span) == escaped)
  }

  @Test func bytesThatAreNotUTF8() {
    let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0x28, 0xE2, 0x82, 0x62, 0xED, 0xA0, 0x80, 0xC3, 0xA9]
    #expect(Escaping.terminal(bytes.span) == "a\\xff\\xc3(\\xe2\\x82b\\xed\\xa0\\x80é")
  }

  @Test func html() {
    #expect(
      Escaping.html("<script>alert('1' & \"2\")</script>\u{1B}")
        == "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;\\x1b")
  }

  @Test(arguments: [
    ("*bold* _it_ `code`", "\\*bold\\* \\_it\\_ \\`code\\`"),
    ("[x](http://evil)", "\\[x\\](http\\://evil)"),
    ("www.evil.example", "www\\.evil.example"),
    ("# head", "\\# head"),
    ("- item", "\\- item"),
    ("1. item", "1\\. item"),
    ("10:25 mail.log", "10:25 mail.log"),
    ("<img src=x>", "\\<img src=x\\>"),
    ("a|b", "a\\|b"),
  ])
  func markdown(text: String, escaped: String) {
    #expect(Escaping.markdown(text) == escaped)
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
    ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-2+3,x", "\"'-2+3,x\""), ("a\nb", "a\\x0ab"),
  ])
  func csv(text: String, escaped: String) {
    #expect(Escaping.csv(text) == escaped)
  }

  @Test(arguments: [
    ("plain é", "plain é"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"),
    ("\u{1B}", "\\\\x1b"),
  ])
  func prometheusLabel(text: String, escaped: String) {
    #expect(Escaping.prometheusLabel(text) == escaped)
  }
}
