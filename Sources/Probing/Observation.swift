/// One thing that a probe saw.
public struct Observation: Sendable, Equatable {
  public enum Quality: String, Sendable {
    case ok, problem, unknown
  }

  /// Name of the probe, as cause rules write it: `tls-own`.
  public var probe: String
  /// What was seen, as a word: `expired`. With the probe's name it stands in `patterns/probes.yaml`.
  public var sign: String
  /// What was looked at: `192.0.2.66:25`, `example.com`, `/var/spool/postfix`.
  public var target: String
  public var quality: Quality
  /// What was seen, in a sentence. May hold the other side's text: UNTRUSTED, escape it for where it goes.
  public var seen: String
  /// Values of the findings' scopes this speaks about: a provider, a domain, an address. Empty: the whole server.
  public var scope: [String] = []

  public init(
    _ probe: String, _ sign: String, target: String, _ quality: Quality, _ seen: String, scope: [String] = []
  ) {
    self.probe = probe
    self.sign = sign
    self.target = target
    self.quality = quality
    self.seen = seen
    self.scope = scope
  }

  /// As rules name it: `tls-own.expired`.
  public var name: String { "\(probe).\(sign)" }
}
