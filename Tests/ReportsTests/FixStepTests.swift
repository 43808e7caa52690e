import Testing

@testable import Reports

@Suite struct FixStepTests {
  @Test(arguments: [
    "postconf -e 'relayhost = [smtp.provider.example]:587'", "postfix reload",
    "/usr/sbin/exim -Rff example.org",
    "openssl s_client -connect mx.example.net:25 </dev/null | grep Verify",
    "doveadm quota recalc -u anna@example.com",
  ])
  func commands(step: String) { #expect(FixStep.isCommand(step)) }

  @Test(arguments: [
    "ask the provider to open outbound TCP 25", "then reload:", "Restart the service.",
    "set a new password for the user and tell them", "renew the certificate",
    "wait until it is over",
  ])
  func sentences(step: String) { #expect(!FixStep.isCommand(step)) }

  @Test func longCommandsStayOneCommand() {
    let command =
      "openssl s_client -starttls smtp -connect mx.example.net:25 -brief 'a b c' | tee 'x y'"
    for width in 24...90 {
      let lines = FixStep.lines(command, width: width)
      #expect(lines.allSatisfy { TerminalWidth.of($0) <= width })
      // The shell drops a backslash at the end of a line together with the line break.
      let joined = lines.joined(separator: "\n").replacing("\\\n", with: "")
      #expect(joined.split(separator: " ").joined(separator: " ") == command)
    }
  }

  @Test func aCommandThatFitsThePageIsNotBroken() {
    var page = TextPage(style: Samples.style)
    let command = "postconf -e " + String(repeating: "x", count: 66)
    page.steps(["first do this.", command], label: "   fix:  ", indent: 9)
    #expect(page.text == "   fix:  first do this.\n  \(command)\n")
  }
}
