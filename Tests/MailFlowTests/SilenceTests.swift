import MailEvents
import Testing

@testable import MailFlow

@Suite("Silence")
struct SilenceTests {
  private func histogram(_ seconds: some Sequence<Int64>) -> TimeHistogram {
    var histogram = TimeHistogram()
    for second in seconds { histogram.add(Timestamp(seconds: second), limit: TimeHistogram.manyBuckets) }
    return histogram
  }

  private let busy = stride(from: Int64(0), to: 1000, by: 2)

  @Test("a server that stops while another goes on is silent to the end")
  func stopped() throws {
    let own = histogram(stride(from: Int64(0), to: 600, by: 3))
    let silence = try #require(SilenceFinder(own: own, others: histogram(busy)).silence(of: .dovecot))
    #expect(silence.isOpen && abs(silence.start.seconds - 598) <= 2)
    #expect(silence.expected > 50)
    #expect(
      silence.text == "nothing from dovecot in the last \(silence.end.seconds - silence.start.seconds) s of the log; "
        + "\(silence.expected) lines were to be expected")
  }

  @Test("a server that comes back was silent for a while")
  func resumed() throws {
    let own = histogram(busy.filter { !(400..<700).contains($0) })
    let silence = try #require(SilenceFinder(own: own, others: histogram(busy)).silence(of: .postfix))
    #expect(!silence.isOpen && abs(silence.end.seconds - 700) <= 2)
    #expect(silence.text.contains("then again"))
  }

  @Test("when nobody writes, it is a quiet night and no server's silence")
  func night() {
    let both = histogram(busy.filter { !(600..<900).contains($0) })
    #expect(SilenceFinder(own: both, others: both).silence(of: .dovecot) == nil)
  }

  @Test("a pause like others before is no silence; neither is that of a server with few lines")
  func rhythm() {
    let pauses = histogram(busy.filter { $0 % 200 < 100 })
    #expect(SilenceFinder(own: pauses, others: histogram(busy)).silence(of: .postfix) == nil)
    #expect(SilenceFinder(own: histogram([1, 20, 40]), others: histogram(busy)).silence(of: .exim) == nil)
    #expect(SilenceFinder(own: TimeHistogram(), others: histogram(busy)).silence(of: .exim) == nil)
  }

  @Test("the whole log is silent when a gap is three times as long as any other")
  func gap() throws {
    let own = histogram(busy.filter { !(300..<600).contains($0) })
    let silence = try #require(SilenceFinder(own: own, others: TimeHistogram()).silenceOfAll())
    #expect(silence.server == nil && silence.text.hasPrefix("nothing from any mail program for 30"))
    #expect(SilenceFinder(own: histogram(busy), others: TimeHistogram()).silenceOfAll() == nil)
  }
}
