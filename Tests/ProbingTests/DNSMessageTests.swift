import Testing

@testable import Probing

@Suite("DNS answers")
struct DNSMessageTests {
  @Test("nothing that is no answer is taken for one")
  func garbage() {
    #expect(DNSMessage([]) == nil)
    #expect(DNSMessage([UInt8](repeating: 0xFF, count: 40)) == nil)
  }
}
