import CJournal
import LogInput

/// A journal that is open, through libsystemd; closed with the object.
///
/// The only file that calls the C wrapper. Unsafe inside: C strings live within `withCString` or the arrays that hold them;
/// `journal_fields` is given the buffer together with its size and returns ranges inside it.
final class JournalHandle {
  private let reader: OpaquePointer
  private var entry = journal_entry()

  /// A message is cut here; lines are cut at 64 KiB.
  private static let room = 1 << 18

  /// A negative errno of libsystemd, as a positive number.
  struct Failure: Error { var code: Int32 }

  init(_ location: JournalPlace.Location) throws(Failure) {
    var opened: OpaquePointer?
    var place = journal_place()
    let status: Int32
    switch location {
    case .own: status = journal_open(&place, &opened)
    case .directory(let path):
      status = path.withCString {
        place.directory = $0; return journal_open(&place, &opened)
      }
    case .machine(let name):
      status = name.withCString {
        place.machine = $0; return journal_open(&place, &opened)
      }
    case .namespace(let name):
      status = name.withCString {
        place.journal_namespace = $0; return journal_open(&place, &opened)
      }
    case .files(let paths):
      let list: [CChar] = paths.flatMap { Array($0.utf8CString) } + [0]
      status = list.withUnsafeBufferPointer {
        place.files = $0.baseAddress; return journal_open(&place, &opened)
      }
    }
    guard status >= 0, let opened else { throw Failure(code: -status) }
    reader = opened
  }

  deinit { journal_close(reader) }

  private func check(_ status: Int32) throws(Failure) -> Int32 {
    guard status >= 0 else { throw Failure(code: -status) }
    return status
  }

  func seekHead() throws(Failure) { _ = try check(journal_seek_head(reader)) }

  /// - Parameter time: microseconds since 1970.
  func seek(time: UInt64) throws(Failure) { _ = try check(journal_seek_time(reader, time)) }

  /// Goes behind the entry of a cursor; false when that entry is gone and reading goes on at the first one after it.
  func seek(behind cursor: String) throws(Failure) -> Bool { try check(journal_seek_behind(reader, cursor)) > 0 }

  func restrict(to boot: JournalPlace.Boot) throws(Failure) {
    switch boot {
    case .id(let id): _ = try check(journal_only_boot(reader, id, 0))
    case .offset(let offset): _ = try check(journal_only_boot(reader, nil, Int32(clamping: offset)))
    }
  }

  /// Goes to the next entry; false at the end for now.
  func next() throws(Failure) -> Bool { try check(journal_next(reader)) > 0 }

  /// The fields of the current entry.
  func read(_ fields: inout JournalFields) throws(Failure) {
    if fields.bytes.count < Self.room { fields.bytes = [UInt8](repeating: 0, count: Self.room) }
    let status = fields.bytes.withUnsafeMutableBufferPointer {
      journal_fields(reader, $0.baseAddress, $0.count, &entry)
    }
    _ = try check(status)
    fields.received = Int64(clamping: entry.realtime)
    fields.message = Self.range(entry.message)
    fields.identifier = Self.range(entry.identifier)
    fields.command = Self.range(entry.command)
    fields.host = Self.range(entry.host)
    fields.pid = Self.range(entry.pid)
    fields.syslogPID = Self.range(entry.syslog_pid)
    fields.unit = Self.range(entry.unit)
    fields.priority = Self.range(entry.priority)
    fields.facility = Self.range(entry.facility)
    fields.sourceTime = Self.range(entry.source_time)
  }

  private static func range(_ range: journal_range) -> JournalFields.Value? {
    range.length < 0 ? nil : Int(range.start)..<Int(range.start + range.length)
  }

  /// The cursor of the current entry.
  func cursor() throws(Failure) -> String {
    var text: UnsafeMutablePointer<CChar>?
    _ = try check(journal_cursor(reader, &text))
    guard let text else { return "" }
    defer { journal_free(text) }
    return String(cString: text)
  }

  /// Readable when something has changed; then call ``takeNote()``.
  func descriptor() throws(Failure) -> Int32 { try check(journal_descriptor(reader)) }

  func takeNote() throws(Failure) { _ = try check(journal_changed(reader)) }
}
