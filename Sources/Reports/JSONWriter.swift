import MailEvents

/// Appends JSON to a byte array, with no tree in between.
///
/// Made for `logscan events`, which writes an object for every line of a log: values go from the
/// bytes of the line to the bytes of the output, and a writer is used again after `removeAll`. The
/// caller writes keys in sorted order; the writer sets commas, indents and escapes.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.field("count", 3)
/// writer.field("text", line.span.extracting(10..<20))
/// writer.endObject()
/// writer.endLine()
/// ```
public struct JSONWriter: Sendable {
  /// What has been written.
  public internal(set) var bytes: [UInt8] = []
  private let isPretty: Bool
  private var depth = 0
  /// A value stands before the next one in the same object or array.
  private var needsComma = false
  /// A key has been written and waits for its value.
  private var isAfterKey = false

  /// - Parameters:
  ///   - pretty: two spaces of indent, a line for each member.
  ///   - capacity: bytes to reserve.
  public init(pretty: Bool = false, capacity: Int = 0) {
    isPretty = pretty
    bytes.reserveCapacity(capacity)
  }

  /// What has been written, as text. It is always valid UTF-8.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what has been written and keeps the memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    depth = 0
    needsComma = false
    isAfterKey = false
  }

  // MARK: Structure

  public mutating func beginObject() { begin(UInt8(ascii: "{")) }
  public mutating func endObject() { end(UInt8(ascii: "}")) }
  public mutating func beginArray() { begin(UInt8(ascii: "[")) }
  public mutating func endArray() { end(UInt8(ascii: "]")) }

  public mutating func beginObject(_ name: String) {
    key(name)
    beginObject()
  }

  public mutating func beginArray(_ name: String) {
    key(name)
    beginArray()
  }

  /// A member that is an object: `writer.object("window") { $0.field("since", since) }`.
  public mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
    beginObject(name)
    body(&self)
    endObject()
  }

  /// A member that is an array.
  public mutating func array(_ name: String, _ body: (inout JSONWriter) -> Void) {
    beginArray(name)
    body(&self)
    endArray()
  }

  public mutating func key(_ name: String) {
    separate()
    appendQuoted(name.utf8Span.span)
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    isAfterKey = true
  }

  /// Ends a complete value with a line feed; the next value begins anew (JSON Lines).
  public mutating func endLine() {
    precondition(depth == 0 && !isAfterKey, "a JSON value is not complete")
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  private mutating func begin(_ bracket: UInt8) {
    beginValue()
    bytes.append(bracket)
    depth += 1
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    precondition(depth > 0 && !isAfterKey, "a JSON value is missing")
    depth -= 1
    if isPretty && needsComma { indent() }
    bytes.append(bracket)
    needsComma = true
  }

  /// To be called before any value is appended.
  @inline(__always)
  mutating func beginValue() {
    if isAfterKey { isAfterKey = false } else { separate() }
    needsComma = true
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    if isPretty && depth > 0 { indent() }
  }

  private mutating func indent() {
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth {
      bytes.append(UInt8(ascii: " "))
      bytes.append(UInt8(ascii: " "))
    }
  }
}
