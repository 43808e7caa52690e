import Testing

@testable import Probing

@Suite("Addresses that are contacted")
struct AddressGuardTests {
  private let addresses = AddressGuard(own: [IPAddress("8.8.4.4")!])

  @Test(
    "of the public Internet",
    arguments: ["1.1.1.1", "9.255.255.255", "172.32.0.1", "192.0.1.1", "2600::1", "2a00:1450::1"])
  func allowed(_ text: String) throws {
    #expect(addresses.objection(to: try #require(IPAddress(text))) == nil)
  }

  @Test(
    "never those of our own networks, whatever DNS says",
    arguments: [
      "127.0.0.1", "127.255.0.1", "::1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
      "100.64.0.1",
      "0.0.0.0", "224.0.0.1", "255.255.255.255", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::",
      "::ffff:127.0.0.1",
      "::ffff:10.0.0.1", "2002:7f00:0001::1", "2002:a00:1::1", "64:ff9b::a00:1", "198.18.0.1", "203.0.113.9",
      "2001:db8::1", "8.8.4.4",
    ])
  func refused(_ text: String) throws {
    #expect(addresses.objection(to: try #require(IPAddress(text))) != nil)
  }

  @Test("loopback stays closed in a laboratory")
  func laboratory() throws {
    let open = AddressGuard(own: [], allowsPrivate: true)
    #expect(open.objection(to: try #require(IPAddress("10.0.0.1"))) == nil)
    #expect(open.objection(to: try #require(IPAddress("127.0.0.1"))) != nil)
  }
}
