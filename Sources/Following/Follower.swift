import Glibc
import JournalInput
import LogInput

/// Inputs that are read as they grow: files by name, journals, standard input.
package final class Follower {
  private enum Kind {
    case file(FollowedFile)
    case journal(JournalSource)
    case pipe(PipeSource)
  }

  private struct Input {
    var kind: Kind
    var reader: LineReader
    /// It broke off, which was told.
    var isBroken = false
  }

  private var inputs: [Input] = []
  private let watch = FileWatch()
  /// The input whose turn is next.
  private var next = 0

  package init() {}

  package var count: Int { inputs.count }

  /// Follows a file, which need not be there yet; returns whether it is.
  @discardableResult
  package func add(file source: LogSource) -> Bool {
    watch.add(directoryOf: source.path)
    let file = FollowedFile(path: source.path)
    inputs.append(Input(kind: .file(file), reader: LineReader(source, bytes: file, isLive: true)))
    return file.isThere
  }

  /// Follows a journal from `since` on (microseconds since 1970).
  package func add(journal source: LogSource, _ place: JournalPlace, since: Int64) throws(InputProblem) {
    let journal = try JournalSource(place, since: since, isLive: true)
    inputs.append(Input(kind: .journal(journal), reader: LineReader(source, bytes: journal, isLive: true)))
  }

  package func addStandardInput(_ source: LogSource) {
    let pipe = PipeSource()
    inputs.append(Input(kind: .pipe(pipe), reader: LineReader(source, bytes: pipe, isLive: true)))
  }

  /// The next whole lines of any input; returns which, or nil when there are none for now.
  package func read(_ chunk: inout LineChunk) throws(InputProblem) -> Int? {
    for turn in 0..<inputs.count {
      let index = (next + turn) % inputs.count
      if case .pipe(let pipe) = inputs[index].kind, pipe.hasEnded { inputs[index].reader.endLive() }
      if inputs[index].isBroken { continue }
      do throws(InputProblem) {
        guard try inputs[index].reader.next(&chunk) else { continue }
      } catch {
        inputs[index].isBroken = true
        throw error
      }
      // An input that has much is read to its end first: its lines are in order.
      next = index
      return index
    }
    return nil
  }

  /// Bytes of text that were read of an input.
  package func bytesRead(of index: Int) -> Int64 { inputs[index].reader.bytesRead }

  /// All inputs have ended for good: only a pipe can, and what broke off.
  package var hasEnded: Bool {
    inputs.allSatisfy {
      if case .pipe(let pipe) = $0.kind { return pipe.hasEnded }
      return $0.isBroken
    }
  }

  /// Waits until there may be more, at most so long.
  package func wait(milliseconds: Int32) {
    var others: [Int32] = []
    var limit = milliseconds
    for input in inputs where !input.isBroken {
      switch input.kind {
      case .journal(let journal): others.append(journal.descriptor)
      case .pipe: others.append(0)
      case .file(let file): if file.isUnsettled { limit = min(limit, 50) }
      }
    }
    watch.wait(others: others, milliseconds: limit)
    for input in inputs { if case .journal(let journal) = input.kind { journal.takeNote() } }
  }
}
