import Foundation
import Testing

@testable import LogInput

/// What is read, and in which order. The time of an input is the number in its first line here.
@Suite struct InputPlannerTests {
  let folder = Folder()

  func plan(_ paths: String...) -> InputPlan {
    InputPlanner.plan(paths: paths) { bytes, _ in
      Int64(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }
  }

  func name(_ path: String) -> String { (path as NSString).lastPathComponent }
  func names(_ plan: InputPlan) -> [String] { plan.sources.map { name($0.path) } }

  /// What is left out, and why, with file names for paths.
  func skipped(_ plan: InputPlan) -> [String] {
    plan.skipped.map { "\(name($0.path)): \($0.why.replacing("\(folder.path)/", with: ""))" }
  }

  // MARK: Order

  @Test("rotations come in the order of their first times, whatever their names")
  func order() {
    let new = folder.write("mail.log", "30\n")
    let old = folder.write("mail.log.1", "20\n")
    let oldest = folder.write("mail.log.2.gz", gzip("10\n"))
    #expect(names(plan(new, old, oldest)) == ["mail.log.2.gz", "mail.log.1", "mail.log"])
    #expect(names(plan(oldest, new, old)) == ["mail.log.2.gz", "mail.log.1", "mail.log"])
    #expect(names(plan(folder.path)) == ["mail.log.2.gz", "mail.log.1", "mail.log"])
  }

  @Test("logs of several programs are interleaved by time")
  func severalPrograms() {
    for (name, time) in [("dovecot.log", 15), ("dovecot.log.1", 5), ("mail.log", 20), ("mail.log.1", 10)] {
      folder.write(name, "\(time)\n")
    }
    #expect(names(plan(folder.path)) == ["dovecot.log.1", "mail.log.1", "dovecot.log", "mail.log"])
  }

  @Test("inputs of the same time keep the order they were given in")
  func sameTime() {
    let b = folder.write("b", "7\nb\n")
    let a = folder.write("a", "7\na\n")
    let c = folder.write("c", "7\nc\n")
    #expect(names(plan(b, a, c)) == ["b", "a", "c"])
  }

  @Test("inputs without a time come last, in the order they were given in")
  func withoutTime() {
    let odd = folder.write("odd", "no time\n")
    let empty = folder.write("empty", "")
    let log = folder.write("mail.log", "30\n")
    #expect(names(plan(odd, empty, log)) == ["mail.log", "odd", "empty"])
  }

  @Test("the first time is looked for in the text, with the file's modification time for a year that is left out")
  func modificationTime() throws {
    let path = folder.write("mail.log.gz", gzip("first line\n"))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: path)
    var asked: [String] = []
    let got = InputPlanner.plan(paths: [path]) { bytes, modified in
      asked.append("\(modified) \(String(decoding: bytes, as: UTF8.self))")
      return nil
    }
    #expect(asked == ["1000000000 first line\n"])
    #expect(got.sources.first?.modified == 1_000_000_000)
  }

  @Test("no more than 64 KiB is looked at")
  func head() {
    let path = folder.write("mail.log", lines(0..<5000))
    var sizes: [Int] = []
    _ = InputPlanner.plan(paths: [path]) { bytes, _ in
      sizes.append(bytes.count)
      return nil
    }
    #expect(sizes == [65_536])
  }

  // MARK: Directories

  @Test("a directory is opened up; hidden files and directories in it are not")
  func directory() {
    folder.write("b.log", "2\n")
    folder.write("a.log", "1\n")
    folder.write(".hidden", "0\n")
    folder.makeDirectory("sub")
    folder.write("sub/c.log", "0\n")
    #expect(names(plan(folder.path)) == ["a.log", "b.log"])
    #expect(names(plan(folder.path + "/")) == ["a.log", "b.log"])
  }

  @Test("a directory without logs is a problem: empty, or with directories and hidden files only")
  func emptyDirectory() {
    let expected = InputProblem(path: folder.path, text: "no log files in this directory", nothingRead: true)
    #expect(plan(folder.path).problems == [expected])
    folder.write(".hidden", "1\n")
    folder.makeDirectory("sub")
    let got = plan(folder.path)
    #expect(got.sources.isEmpty)
    #expect(got.problems == [expected])
  }

  @Test("what is no log in a directory is told, and the rest is read")
  func binaryInDirectory() {
    folder.write("mail.log", "1\n")
    folder.write("mail.log.2.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00])
    folder.write("wtmp", [UInt8](repeating: 1, count: 500))
    let got = plan(folder.path)
    #expect(names(got) == ["mail.log"])
    #expect(got.problems.map { name($0.path) } == ["mail.log.2.xz", "wtmp"])
    #expect(got.problems.last?.text == "not a text log")
  }

  // MARK: Duplicates

  @Test("the same file twice is read once, by a link or by its directory, too")
  func sameFile() throws {
    let log = folder.write("mail.log", "1\n")
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: log)
    #expect(skipped(plan(log, log)) == ["mail.log: the same file was named before; read once"])
    #expect(names(plan(log, link)) == ["mail.log"])
    #expect(names(plan(link, folder.path)) == ["link"])
  }

  @Test("a copy is read once, compressed or not: the first named stays")
  func sameContent() {
    let log = folder.write("mail.log", "1\n" + lines(0..<5000))
    let copy = folder.write("copy.gz", gzip("1\n" + lines(0..<5000)))
    #expect(skipped(plan(log, copy)) == ["copy.gz: its content is also in mail.log; read once"])
    #expect(skipped(plan(copy, log)) == ["mail.log: its content is also in copy.gz; read once"])
  }

  @Test("a copy from when the file was shorter is not read, wherever it is named")
  func prefix() {
    let log = folder.write("mail.log", "1\n" + lines(0..<5000))
    let shorter = folder.write("yesterday.log", "1\n" + lines(0..<3000))
    let tiny = folder.write("tiny.log", "1\n")
    for got in [plan(log, shorter, tiny), plan(tiny, shorter, log), plan(shorter, log, tiny)] {
      #expect(names(got) == ["mail.log"])
      #expect(got.skipped.count == 2)
      #expect(got.problems.isEmpty)
    }
  }

  @Test("files that begin alike and then differ are both read")
  func alike() {
    let a = folder.write("a.log", "1\n" + lines(0..<3000) + "a\n")
    let b = folder.write("b.log", "1\n" + lines(0..<3000) + "b\n")
    #expect(names(plan(a, b)) == ["a.log", "b.log"])
  }

  @Test("empty files are no copies of each other or of anything")
  func emptyFiles() {
    let got = plan(folder.write("a", ""), folder.write("b", ""), folder.write("c", gzip("")))
    #expect(names(got) == ["a", "b", "c"])
  }

  // MARK: What else may be named

  @Test("'-' is standard input", arguments: ["-", "/dev/stdin"])
  func standardInput(path: String) {
    let got = plan(path)
    #expect(got.sources.map(\.isStandardInput) == [true])
    #expect(got.sources.map(\.path) == ["standard input"])
  }

  @Test("a missing path is a problem, and the rest is read")
  func missing() {
    let log = folder.write("mail.log", "1\n")
    let got = plan("\(folder.path)/none", log)
    #expect(got.problems == [InputProblem(path: "\(folder.path)/none", text: "no such file", nothingRead: true)])
    #expect(names(got) == ["mail.log"])
  }
}
