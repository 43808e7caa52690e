import Anonymity
import ArgumentParser
import Diagnosis
import Glibc
import Reports

/// Output that names nobody.
struct AnonymityOptions: ParsableArguments {
  @Flag(
    help:
      "Give users, hosts and addresses pseudonyms; domains of big providers stay. What --save writes keeps the names.")
  var anonymize = false

  @Option(
    help: ArgumentHelp(
      "The same pseudonyms in every run with this key; else they differ from run to run.", valueName: "file"))
  var anonymizeKey: String?

  func validate() throws {
    if anonymizeKey != nil, !anonymize { throw ValidationError("--anonymize-key: of no use without --anonymize") }
  }

  /// Nil when none were asked for.
  func pseudonyms() throws -> Pseudonyms? {
    guard anonymize else { return nil }
    var key: [UInt8]?
    if let path = anonymizeKey {
      guard let text = RuleDirectory.text(of: path) else {
        Messages.error("\(path): cannot be read: \(String(cString: strerror(errno)).lowercased())")
        throw ExitCode(Status.usage)
      }
      guard text.utf8.count >= 16 else {
        Messages.error("\(path): a key has 16 bytes or more; make one with: head -c 32 /dev/urandom | base64 >\(path)")
        throw ExitCode(Status.usage)
      }
      key = Array(text.utf8)
    }
    guard let pseudonyms = Pseudonyms(key: key) else {
      Messages.error("--anonymize: libssl.so.3 is needed; install libssl3")
      throw ExitCode(Status.usage)
    }
    return pseudonyms
  }

  /// What is shown of an analysis.
  func shown(_ analysis: Analysis) throws -> Analysis { try pseudonyms()?.applied(to: analysis) ?? analysis }
}
