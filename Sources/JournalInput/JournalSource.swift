import Glibc
import LogInput

/// The entries of a systemd journal as lines (``JournalLines``), read through libsystemd.
package final class JournalSource: ByteSource {
  private let handle: JournalHandle
  private let place: JournalPlace
  private var fields = JournalFields()
  private var lines = JournalLines()
  private var taken = 0
  private let end: Int64
  private let isStopped: @Sendable () -> Bool
  private var hasEnded = false
  /// What goes wrong is told when what was read before it has been handed on.
  private var failure: SourceFailure?
  /// Every entry is asked for.
  private let isWhole: Bool
  /// The entry to begin behind was no longer there.
  package private(set) var hasLostPlace = false
  /// Is told where the last entry stands when all were read.
  package var whenEnded: ((String?) -> Void)?
  package private(set) var consumed: Int64 = 0
  /// Entries that were read.
  private var entries: Int64 = 0

  /// An entry may be received so long after it was written, in microseconds.
  private static let slack: Int64 = 300_000_000

  /// Opens a journal. Throws ``InputProblem`` when there is none, or none that can be read.
  ///
  /// - Parameters:
  ///   - since: microseconds since 1970; reading begins with what was received from then on.
  ///   - cursor: of the entry behind which reading begins.
  ///   - isLive: the end is one for now.
  ///   - until: reading ends a while after it, for an entry may be received later than it was written.
  package init(
    _ place: JournalPlace, since: Int64? = nil, until: Int64? = nil, isLive: Bool = false,
    behind cursor: String? = nil, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(InputProblem) {
    self.place = place
    isWhole = !isLive && cursor == nil && place.boot == nil && (since ?? 0) <= 0 && (until ?? .max) == .max
    end = until.map { $0.addingReportingOverflow(Self.slack) }.map { $0.overflow ? .max : $0.partialValue } ?? .max
    self.isStopped = isStopped
    do throws(JournalHandle.Failure) {
      handle = try JournalHandle(place.location)
      if let boot = place.boot { try handle.restrict(to: boot) }
      if let cursor {
        hasLostPlace = !(try handle.seek(behind: cursor))
      } else if let since, since > 0 {
        try handle.seek(time: UInt64(since))
      } else {
        try handle.seekHead()
      }
    } catch {
      throw JournalProblem.opening(place, error.code)
    }
  }

  /// Fills the buffer with lines as far as there are any; 0 is the end for now.
  package func read(into buffer: inout [UInt8], at start: Int) throws(SourceFailure) -> Int {
    if let failure { throw failure }
    var position = start
    while position < buffer.count {
      if taken == lines.output.count {
        do throws(SourceFailure) {
          if try !readEntry() { break }
        } catch {
          if position == start { throw error }
          failure = error
          break
        }
      }
      let count = min(lines.output.count - taken, buffer.count - position)
      for i in 0..<count { buffer[position + i] = lines.output[taken + i] }
      taken += count
      position += count
    }
    consumed += Int64(position - start)
    return position - start
  }

  /// Reads one entry; false at the end for now.
  private func readEntry() throws(SourceFailure) -> Bool {
    lines.output.removeAll(keepingCapacity: true)
    taken = 0
    while lines.output.isEmpty {
      if hasEnded || isStopped() { return false }
      let isThere: Bool
      do throws(JournalHandle.Failure) {
        isThere = try handle.next()
      } catch {
        hasEnded = true
        throw .corruptJournal("the journal breaks off: \(JournalProblem.text(error.code))")
      }
      guard isThere else {
        whenEnded?(try? handle.cursor())
        try tellMissing()
        return false
      }
      // Of a damaged file what is sound is read.
      guard (try? handle.read(&fields)) != nil else { continue }
      entries += 1
      if fields.received > end {
        hasEnded = true
        return false
      }
      lines.append(fields)
    }
    return true
  }

  /// libsystemd passes over what it cannot read without a word.
  private func tellMissing() throws(SourceFailure) {
    guard isWhole, !hasEnded, let expected = JournalFiles.entryCount(of: place), entries < expected else { return }
    hasEnded = true
    throw .corruptJournal("\(expected - entries) of \(expected) entries could not be read, for the files are damaged,")
  }

  /// Readable when something has come; -1 when that cannot be told. Then call ``takeNote()`` and read on.
  package var descriptor: Int32 { (try? handle.descriptor()) ?? -1 }

  /// Lets libsystemd look at what has changed: new entries, new files.
  package func takeNote() { try? handle.takeNote() }
}
