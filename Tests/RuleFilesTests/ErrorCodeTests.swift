import RuleFiles
import Testing

@Suite("Codes of errors")
struct ErrorCodeTests {
  @Test(
    "are read and written in the same form",
    arguments: [
      "0x800CCC0E", "0x800CCC40-0x800CCC69", "5.7.1", "x.7.1", "5.x.x", "x.7.x", "5.7.606-649", "550", "5xx", "55x",
      "ECONNREFUSED", "016-767",
    ])
  func forms(_ text: String) {
    #expect(ErrorCode(text)?.description == text)
  }

  @Test(
    "are nothing else",
    arguments: [
      "", "x", "12", "650", "5.7", "5.7.1.2", "3.7.1", "5.7.9999", "0x", "0x123456789", "two words", "5.7.9-1", "äöü",
    ])
  func others(_ text: String) {
    #expect(ErrorCode(text) == nil)
  }

  @Test(
    "cover those that they stand for",
    arguments: [
      ("0x800CCC40-0x800CCC69", "0x800ccc44", true), ("0x800CCC40-0x800CCC69", "0x800CCC6A", false),
      ("x.7.1", "5.7.1", true), ("x.7.1", "5.7.10", false), ("5.x.x", "4.7.1", false), ("x.7.x", "4.7.26", true),
      ("5.7.606-649", "5.7.649", true), ("5.7.606-649", "4.7.649", false), ("5xx", "550", true), ("5xx", "450", false),
      ("550", "5xx", false), ("ECONNREFUSED", "econnrefused", true), ("550", "5.5.0", false),
    ])
  func cover(_ pattern: String, _ code: String, _ isCovered: Bool) throws {
    #expect(try #require(ErrorCode(pattern)).covers(#require(ErrorCode(code))) == isCovered)
  }

  @Test("a detail is narrower than a range, that than a subject, and that than a class")
  func narrowness() throws {
    let codes = try ["x.7.1", "5.7.606-649", "x.7.x", "5.x.x"].map { try #require(ErrorCode($0)).narrowness }
    #expect(codes == codes.sorted(by: >) && Set(codes).count == codes.count)
  }
}
