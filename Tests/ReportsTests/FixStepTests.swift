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

  @Test func aWideWordMovesTheCommandLeft() {
    var page = TextPage(style: Samples.style)
    let word = String(repeating: "x", count: 71)
    page.steps(["first do this.", "postconf -e " + word], label: "   fix:  ", indent: 9)
    #expect(page.text == "   fix:  first do this.\n     postconf -e \\\n       \(word)\n")
  }

  @Test func aWideCommandIsBrokenBesideItsLabel() {
    var page = TextPage(style: Samples.style)
    page.steps(["tool -a " + String(repeating: "word ", count: 15) + "-b"], label: "   fix:  ", indent: 9)
    let lines = page.text.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("   fix:  tool -a word") && lines[0].hasSuffix(" \\"))
    #expect(lines[1].hasPrefix("           word"))
  }
}
