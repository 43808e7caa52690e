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

  func names(_ plan: InputPlan) -> [String] { plan.sources.map { ($0.path as NSString).lastPathComponent } }

  @Test("rotations come in the order of their first times, whatever their names")
  func order() {
    let new = folder.write("mail.log", "30\n")
    let old = folder.write("mail.log.1", "20\n")
    let oldest = folder.write("mail.log.2.gz", gzip("10\n"))
    #expect(names(plan(new, old, oldest)) == ["mail.log.2.gz", "mail.log.1", "mail.log"])
    #expect(names(plan(oldest, new, old)) == ["mail.log.2.gz", "mail.log.1", "mail.log"])
  }

  @Test("an input without a time keeps its place behind the others")
  func withoutTime() {
    let odd = folder.write("odd", "no time\n")
    let log = folder.write("mail.log", "30\n")
    #expect(names(plan(odd, log)) == ["mail.log", "odd"])
  }

  @Test("a directory is opened up; hidden files and directories in it are not")
  func directory() {
    folder.write("b.log", "2\n")
    folder.write("a.log", "1\n")
    folder.write(".hidden", "0\n")
    try? FileManager.default.createDirectory(atPath: folder.path + "/sub", withIntermediateDirectories: true)
    #expect(names(plan(folder.path)) == ["a.log", "b.log"])
  }

  @Test("a directory of nothing is a problem")
  func emptyDirectory() {
    let got = plan(folder.path)
    #expect(got.sources.isEmpty)
    #expect(got.problems.map(\.text) == ["no log files in this directory"])
  }

  @Test("the same file twice is read once, and that is said")
  func sameFile() {
    let log = folder.write("mail.log", "1\n")
    let got = plan(log, log)
    #expect(got.sources.count == 1)
    #expect(got.skipped.map(\.why) == ["the same file was named before; read once"])
  }

  @Test("a compressed copy, and a copy from when the file was shorter, are read once")
  func sameContent() {
    let text = "1\n" + lines(0..<5000)
    let log = folder.write("mail.log", text)
    let copy = folder.write("copy.gz", gzip(text))
    let shorter = folder.write("yesterday.log", "1\n" + lines(0..<3000))
    let got = plan(log, copy, shorter)
    #expect(names(got) == ["mail.log"])
    #expect(got.skipped.count == 2)
  }

  @Test("files that begin alike and then differ are both read")
  func alike() {
    let a = folder.write("a.log", "1\n" + lines(0..<3000) + "a\n")
    let b = folder.write("b.log", "1\n" + lines(0..<3000) + "b\n")
    #expect(plan(a, b).sources.count == 2)
  }

  @Test("'-' is standard input and keeps its place")
  func standardInput() {
    #expect(plan("-").sources.map(\.isStandardInput) == [true])
  }

  @Test("a missing path is a problem, and the rest is read")
  func missing() {
    let log = folder.write("mail.log", "1\n")
    let got = plan("\(folder.path)/none", log)
    #expect(got.problems.map(\.text) == ["no such file"])
    #expect(names(got) == ["mail.log"])
  }
}
