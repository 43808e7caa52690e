import Testing

@testable import Anonymity

@Suite("Pseudonyms")
struct PseudonymsTests {
  private let key = Array("a key of somebody".utf8)

  private func pseudonyms(_ names: [String] = []) throws -> Pseudonyms {
    var result = try #require(Pseudonyms(key: key))
    result.learn(names)
    return result
  }

  @Test("HMAC-SHA-256 is that of RFC 4231, test case 2")
  func hash() throws {
    let keyed = try #require(KeyedHash(key: Array("Jefe".utf8)))
    let hex = keyed.hash("what do ya want for nothing?").map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test("the same name has the same pseudonym with the same key, and another with another")
  func keys() throws {
    let other = try #require(Pseudonyms(key: Array("another".utf8)))
    #expect(try pseudonyms().user("anna@example.com") == pseudonyms().user("Anna@Example.com"))
    #expect(try pseudonyms().user("anna@example.com") != other.user("anna@example.com"))
    let (a, b) = (try #require(Pseudonyms(key: nil)), try #require(Pseudonyms(key: nil)))
    #expect(a.host("mx.example.com") != b.host("mx.example.com"))
  }

  @Test("a host stays below its domain, an address in its network")
  func structure() throws {
    let names = try pseudonyms()
    let domain = names.host("example.com")
    #expect(
      names.host("mx1.example.com").hasSuffix("." + domain)
        && names.host("mx1.example.com") != names.host("mx2.example.com"))
    #expect(names.user("a@example.com").hasSuffix("@" + domain))
    let (a, b) = (try #require(names.ip("192.0.2.1")), try #require(names.ip("192.0.2.2")))
    #expect(a != b && a.split(separator: ".").prefix(3) == b.split(separator: ".").prefix(3))
    #expect(names.host("smtp-in.gmail.com").hasSuffix(".gmail.com"))
  }

  @Test(
    "nothing of a line remains that names anybody",
    arguments: [
      "Nov 23 10:00:00 mx1 postfix/smtp[7]: A1: to=<anna@example.com>, relay=mx.example.net[203.0.113.9]:25, delay=1, status=sent",
      "dovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.25, session=<x>",
      "1xVL0J-000037-2s <= anna@example.com H=pc.example.org (pc-anna) [2001:db8::7] P=esmtpsa A=plain:anna@example.com",
      "NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554; from=<x@example.net> to=<anna@example.com> helo=<mx.example.org>",
      "message-id=<20261123.1@mail.example.com>",
    ])
  func lines(_ line: String) throws {
    let text = try pseudonyms(["anna", "mx1", "pc-anna"]).text(line)
    for secret in [
      "anna", "example.com", "example.net", "example.org", "203.0.113", "198.51.100", "192.0.2", "2001:db8::7", "mx1",
    ] {
      #expect(!text.contains(secret), "\(secret) is in \(text)")
    }
  }

  @Test("what is no name stays")
  func rest() throws {
    let line =
      "Nov 23 10:00:00.123 postfix/smtp[7]: delays=0.1/0/0.5/0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok) main.cf /etc/ssl/mail.example.pem 127.0.0.1:10024"
    #expect(try pseudonyms().text(line) == line)
  }

  @Test("any text ends", arguments: 0..<100)
  func fuzz(seed: Int) throws {
    let pieces = ["@", ".", ":", "=", "a", "1", "::", "[", "]", " ", "é", "\u{0}", "..", "x.y", "-", "%"]
    var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    var text = ""
    for _ in 0..<200 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text += pieces[Int(state >> 33) % pieces.count]
    }
    let result = try pseudonyms(["a"]).text(text)
    #expect(!result.isEmpty)
  }
}
