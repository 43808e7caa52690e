import Testing

@testable import Probing

@Suite("DNS answers")
struct DNSMessageTests {
  /// A header, the question `example.com MX`, and an answer.
  private func message(answers: UInt8, _ records: [UInt8]) -> [UInt8] {
    let header: [UInt8] = [0, 1, 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0]
    let question: [UInt8] = [7] + Array("example".utf8) + [3] + Array("com".utf8) + [0, 0, 15, 0, 1]
    return header + question + records
  }

  private func record(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, UInt8(data.count >> 8), UInt8(data.count & 255)] + data
  }

  @Test("records are read, compressed names among them")
  func records() throws {
    let mx: [UInt8] = [0, 10, 2] + Array("mx".utf8) + [0xC0, 12]
    let read = try #require(DNSMessage(message(answers: 2, record(15, mx) + record(1, [192, 0, 2, 1]))))
    #expect(
      read.records.map(\.value) == [
        .mailExchange(preference: 10, host: "mx.example.com"), .address(IPAddress("192.0.2.1")!),
      ])
  }

  @Test("a circle of pointers ends")
  func circle() {
    let read = DNSMessage(message(answers: 1, record(5, [0xC0, 41])))
    #expect(read?.records.isEmpty == true)
  }

  @Test("no bytes make it trap", arguments: 0..<200)
  func damage(seed: Int) {
    let mx: [UInt8] = [0, 10, 2] + Array("mx".utf8) + [0xC0, 12]
    var bytes = message(answers: 9, record(15, mx) + record(16, [3, 97, 98, 99, 200]) + record(52, [3, 1, 1, 0xAA]))
    var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    for _ in 0...(seed % 7) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
    }
    if seed % 3 == 0 { bytes.removeLast(Int(state >> 40) % bytes.count) }
    let read = DNSMessage(bytes)
    #expect(read?.records.count ?? 0 <= DNSMessage.recordLimit)
  }

  @Test("names that are asked for", arguments: ["example.com", "_dmarc.example.com", "1.2.0.192.in-addr.arpa", "."])
  func sensible(_ name: String) { #expect(DNSClient.isSensible(name)) }

  @Test(
    "names that are never asked for",
    arguments: [
      "", "a b", "a..b", ".a", "a\u{0}b", "x;y", "$(id)", String(repeating: "a", count: 64),
      String(repeating: "a.", count: 127) + "a",
    ])
  func notSensible(_ name: String) { #expect(!DNSClient.isSensible(name)) }
}
