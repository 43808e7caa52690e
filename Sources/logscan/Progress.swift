import Glibc
import LogInput

/// How far the work is, on standard error, when that is a terminal and the work takes longer than half a second.
struct Progress {
  private let isShown: Bool
  private let total: Int64
  private let began = Progress.seconds()
  private var lastShown = 0.0
  private var shown = false

  init(total: Int64) {
    self.total = total
    isShown = isatty(2) == 1
  }

  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  var elapsed: Double { Self.seconds() - began }

  /// - Parameter done: bytes of the files read so far, as they lie on the disk.
  mutating func update(done: Int64) {
    guard isShown else { return }
    let elapsed = elapsed
    guard elapsed > 0.5, elapsed - lastShown > 0.2 else { return }
    lastShown = elapsed
    shown = true
    var text = "\r\(done >> 20) MB, \(Int(Double(done) / elapsed) >> 20) MB/s"
    if total > done, done > 0 {
      let left = Double(total - done) / (Double(done) / elapsed)
      text += ", \(Int(Double(done) * 100 / Double(total))) %, \(Int(left.rounded(.up))) s left"
    }
    Messages.write(text + "\u{1B}[K")
  }

  mutating func clear() {
    if shown { Messages.write("\r\u{1B}[K") }
  }
}
