import EventRules
import Foundation
import LogSyntax
import MailEvents
import RuleFiles
import Testing

/// No message may crash the matcher of the built-in rules, and every value it finds lies inside the message.
@Suite struct MatchFuzz {
  /// The rules as they stand in the repository, with their samples.
  static let rules: RuleSet = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../patterns").standardized
    let names = (FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? []).sorted()
    let files = names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("causes") }.map { name in
      (name: name, text: (try? String(contentsOf: root.appending(path: name), encoding: .utf8)) ?? "")
    }
    return RuleLoader.load(files).rules
  }()

  /// A pattern's program and its first sample line, for every fifth pattern.
  static let samples: [(program: String, line: String)] = rules.patterns.enumerated().compactMap { index, pattern in
    guard index % 5 == 0, let sample = pattern.samples.first(where: { !$0.isNegative }) else { return nil }
    return (sample.program ?? pattern.programs[0], sample.line)
  }

  /// What a header before the message would have given.
  private func framed(_ message: [UInt8], _ program: String) -> (bytes: [UInt8], frame: LineFrame) {
    var frame = LineFrame()
    frame.form = .rfc3164
    let parts = program.hasPrefix("dovecot/") ? ["dovecot", String(program.dropFirst(8))] : [program, ""]
    frame.tag = ByteRange(0, parts[0].utf8.count)
    frame.process = ByteRange(frame.tag.upper, frame.tag.upper + parts[1].utf8.count)
    let start = frame.process.upper
    frame.message = ByteRange(start, start + message.count)
    return (Array(parts.joined().utf8) + message + Array(" behind the line 192.0.2.1".utf8), frame)
  }

  private func check(_ message: [UInt8], _ program: String, _ classifier: inout LineClassifier) {
    var head = EventHead()
    var values = FieldValues()
    let (bytes, frame) = framed(message, program)
    guard classifier.classify(bytes.span, frame, &head, &values) == .recognised else { return }
    for field in Field.allCases {
      guard let range = values[field], !range.isConstant else { continue }
      let isInside = range.lower >= frame.message.lower && range.upper <= frame.message.upper
      #expect(
        isInside,
        "\(field.name) of \(classifier.rules[Int(head.rule)].id), \(program): \(message.map(UnicodeScalar.init))")
    }
  }

  @Test("messages of all kinds, damaged")
  func mutations() throws {
    try #require(Self.samples.count > 100)
    var classifier = LineClassifier(rules: Self.rules)
    var random = SystemRandomNumberGenerator()
    let marks = Array("<>[](){}=,;:\"'\\ \0\u{FF}9a".utf8)
    for (program, line) in Self.samples {
      for _ in 0..<40 {
        var bytes = Array(line.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes.remove(at: place)
          case 1: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
          case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
          default: bytes.removeLast(bytes.count - place)
          }
        }
        check(bytes, program, &classifier)
      }
    }
  }

  @Test("very long values end in reasonable time")
  func longValues() {
    var classifier = LineClassifier(rules: Self.rules)
    for (program, line) in Self.samples.prefix(60) {
      for filler in ["x", "<", "[", ": ", "=a,", "("] {
        let middle = String(repeating: filler, count: 20_000 / filler.count)
        let half = line.utf8.count / 2
        check(
          Array(line.utf8.prefix(half)) + Array(middle.utf8) + Array(line.utf8.dropFirst(half)), program, &classifier)
      }
    }
  }
}
