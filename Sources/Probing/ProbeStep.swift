/// One step of a run: looks at one thing and says what it saw.
public struct ProbeStep: Sendable {
  /// Names of the probes whose questions it answers.
  public var probes: [String]
  public var target: String
  /// What it does, for `--probe-plan`: `connect to 192.0.2.66:25, read its greeting, EHLO, STARTTLS, QUIT`.
  public var action: String
  let run: @Sendable (ProbeContext) -> [Observation]

  init(
    _ probes: [String], target: String, action: String, run: @escaping @Sendable (ProbeContext) -> [Observation]
  ) {
    self.probes = probes
    self.target = target
    self.action = action
    self.run = run
  }
}
