import Testing

@testable import Probing

@Suite("Verdicts")
struct VerdictTests {
  private func seen(_ name: String, _ quality: Observation.Quality = .problem, scope: [String] = []) -> Observation {
    let parts = name.split(separator: ".").map(String.init)
    return Observation(parts[0], parts[1], target: "t", quality, name, scope: scope)
  }

  @Test("port 25 is blocked when all time out and the network is there")
  func blocked() {
    let network = seen("dns-udp.answers", .ok)
    let out = [seen("tcp-out.timed-out", scope: ["a.example"]), seen("tcp-out.timed-out", scope: ["b.example"])]
    #expect(Verdict.of(cause: "outbound-port-25-blocked", scope: [], out + [network]).kind == .confirmed)
    #expect(Verdict.of(cause: "outbound-port-25-blocked", scope: [], out).kind == .inconclusive)
    let connected = seen("tcp-out.connected", .ok, scope: ["c.example"])
    #expect(Verdict.of(cause: "outbound-port-25-blocked", scope: [], out + [network, connected]).kind == .refuted)
  }

  @Test("one destination is firewalled when others are reached")
  func firewalled() {
    let mine = seen("tcp-out.timed-out", scope: ["a.example", "192.0.2.1"])
    let other = seen("tcp-out.connected", .ok, scope: ["b.example"])
    #expect(Verdict.of(cause: "remote-firewalled", scope: ["a.example"], [mine, other]).kind == .confirmed)
    #expect(Verdict.of(cause: "remote-firewalled", scope: ["a.example"], [mine]).kind == .inconclusive)
    #expect(Verdict.of(cause: "remote-firewalled", scope: ["b.example"], [mine, other]).kind == .refuted)
  }

  @Test("an expired certificate on one port is enough")
  func expired() {
    #expect(
      Verdict.of(cause: "own-cert-expired", scope: [], [seen("tls-own.expired"), seen("tls-own.in-date", .ok)]).kind
        == .confirmed)
    #expect(Verdict.of(cause: "own-cert-expired", scope: [], [seen("tls-own.in-date", .ok)]).kind == .refuted)
    #expect(Verdict.of(cause: "own-cert-expired", scope: [], []).kind == .inconclusive)
  }

  @Test("a problem names the narrowest cause")
  func causes() {
    #expect(Verdict.cause(of: seen("tls-own.expired")) == "own-cert-expired")
    #expect(Verdict.cause(of: seen("unit.mta-down")) == "mta-stopped")
    #expect(Verdict.cause(of: seen("tls-own.in-date", .ok)) == nil)
  }

  @Test("a cause that no check tells about is never confirmed")
  func unknown() {
    #expect(Verdict.of(cause: "remote-greylisting", scope: [], [seen("tcp-out.connected", .ok)]).kind == .inconclusive)
  }
}

@Suite("Relay test")
struct RelayTests {
  private func reply(_ text: String, isPositive: Bool) -> ServerReply {
    var reply = ServerReply()
    reply.lines = [text]
    reply.isPositive = isPositive
    return reply
  }

  @Test("a refusal is proof, a yes from here is none")
  func judged() {
    var seen = ServiceSeen()
    #expect(OwnServiceSteps.relay(seen, "t").quality == .unknown)
    seen.mailFrom = reply("250 ok", isPositive: true)
    seen.recipient = reply("554 5.7.1 Relay access denied", isPositive: false)
    #expect(OwnServiceSteps.relay(seen, "t").quality == .ok)
    seen.recipient = reply("250 ok", isPositive: true)
    #expect(OwnServiceSteps.relay(seen, "t").quality == .unknown)
  }
}
