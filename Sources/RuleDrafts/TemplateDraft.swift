import EventRules
import MailEvents
import RuleFiles

/// A template for a group of lines and a sample of it.
struct TemplateDraft: Sendable {
  private(set) var text = ""
  private(set) var sample = ""
  private(set) var fields: [Field] = []
  /// The fixed words, for the id.
  private(set) var words: [String] = []
  private(set) var event: EventType
  private(set) var direction: Direction
  /// The template ends with the text that says why.
  private(set) var hasReason = false

  private var context = ""
  private var used: Set<Field> = []
  private var isStrict = true
  private let tail: Int?

  /// Nil when too few words are fixed: the rule would take lines of other kinds.
  init?(_ group: LineGroup, splitter: MessageSplitter) {
    guard let example = group.examples.first else { return nil }
    let message = String(decoding: example, as: UTF8.self)
    event = EventGuess.event(of: message)
    direction = EventGuess.direction(of: message, event: event, program: group.program)
    let split = group.examples.map { (bytes: $0, pieces: splitter.split($0)) }
    let first = split[0].pieces
    let parts = Self.parts(first, example, varying: group.varying)
    tail = group.tail ?? (group.isCut ? first.count : Self.ownTail(parts, message))
    let end = tail ?? first.count
    let aligned = split.filter { $0.pieces.count >= end }

    for number in 0..<end {
      let kinds = Set(aligned.map { $0.pieces[number].kind })
      if kinds.allSatisfy(\.isFixed), !group.varying.contains(number) {
        appendFixed(example[first[number].range], isWord: first[number].kind == .word)
      } else {
        let next = number + 1 < end && first[number + 1].kind.isFixed ? example[first[number + 1].range].first : nil
        let after = String(decoding: example[first[number].range.upperBound...].prefix(16), as: UTF8.self)
        appendValue(
          aligned.map { $0.bytes[$0.pieces[number].range] }, kinds, own: first[number].kind, next: next,
          isLast: number + 1 == end && tail == nil, after: after)
      }
    }
    if let tail { appendTail(example, first[tail...]) }
    guard words.count >= 2 || isTold(by: words, splitter) else { return nil }
  }

  private static func parts(
    _ pieces: [MessagePiece], _ bytes: [UInt8], varying: Set<Int>
  ) -> [ArraySlice<UInt8>?] {
    pieces.enumerated().map { $1.kind.isFixed && !varying.contains($0) ? bytes[$1.range] : nil }
  }

  /// One line alone: what follows its last colon is the reason when the line says that something failed.
  private static func ownTail(_ parts: [ArraySlice<UInt8>?], _ message: String) -> Int? {
    guard EventGuess.isFailure(message), let tail = GroupMerger.tails(parts).last, parts.count - tail >= 3 else {
      return nil
    }
    return tail
  }

  /// One word is enough when it is no name and all values are of narrow types.
  private func isTold(by words: [String], _ splitter: MessageSplitter) -> Bool {
    isStrict && tail == nil && words.contains { $0.count >= 4 && splitter.knownWords.contains($0.lowercased()) }
  }

  // MARK: Parts of the template

  private mutating func appendFixed(_ bytes: ArraySlice<UInt8>, isWord: Bool) {
    let literal = String(decoding: bytes, as: UTF8.self)
    for character in literal {
      text.append(character)
      if character == "{" || character == "}" { text.append(character) }
    }
    sample += literal
    context += literal.lowercased()
    if isWord, literal.count >= 3, !DraftID.emptyWords.contains(literal.lowercased()) { words.append(literal) }
  }

  private mutating func appendValue(
    _ values: [ArraySlice<UInt8>], _ kinds: Set<MessagePiece.Kind>, own: MessagePiece.Kind, next: UInt8?,
    isLast: Bool, after: String
  ) {
    let kind = kinds.count == 1 ? own : .name
    let type = ValueType.of(kinds, values, next: next, isLast: isLast)
    let field = FieldGuess.field(
      of: kind, before: context, after: after, direction: direction, used: used)
    if let field {
      used.insert(field)
      fields.append(field)
    }
    let typeName = type == .free ? (field == nil ? ":free" : "") : ":\(type.rawValue)"
    text += "{\(field?.name ?? "")\(typeName)}"
    sample +=
      own == .word
      ? ExampleValue.standingForWord(field) : ExampleValue.standing(for: values[0], kind: own, field: field)
    context += "*"
    switch type {
    case .ip, .int, .decimal, .duration, .code, .dsn, .queueid: break
    default: isStrict = false
    }
  }

  private mutating func appendTail(_ bytes: [UInt8], _ pieces: ArraySlice<MessagePiece>) {
    text += "{event.reason}"
    hasReason = true
    for piece in pieces {
      sample +=
        piece.kind.isFixed
        ? String(decoding: bytes[piece.range], as: UTF8.self)
        : ExampleValue.standing(for: bytes[piece.range], kind: piece.kind, field: nil)
    }
    if pieces.isEmpty { sample += "example" }
    fields.append(.eventReason)
  }
}

/// The narrowest type that takes all values seen, and leaves what follows them.
enum ValueType {
  static func of(
    _ kinds: Set<MessagePiece.Kind>, _ values: [ArraySlice<UInt8>], next: UInt8?, isLast: Bool
  ) -> Template.FieldType {
    let endsAtBlank = isLast || next == UInt8(ascii: " ")
    if let exact = exact(kinds, next, endsAtBlank) { return exact }
    func all(_ isOwn: (UInt8) -> Bool) -> Bool {
      !(next.map(isOwn) ?? false) && values.allSatisfy { !$0.isEmpty && $0.allSatisfy(isOwn) }
    }
    if kinds.isSubset(of: [.ip, .host, .int, .decimal, .word]), kinds.contains(.host), all(ValueProbe.isHost) {
      return .host
    }
    if kinds.contains(.enclosed) || kinds.contains(.odd) { return .free }
    if all(ValueProbe.isWord) { return .word }
    return endsAtBlank && all({ $0 > 0x20 && $0 != 0x7F }) ? .token : .free
  }

  private static func exact(
    _ kinds: Set<MessagePiece.Kind>, _ next: UInt8?, _ endsAtBlank: Bool
  ) -> Template.FieldType? {
    if kinds.isSubset(of: [.int, .code]) { return kinds == [.code] ? .code : .int }
    if kinds.isSubset(of: [.int, .code, .decimal]) { return .decimal }
    if kinds.isSubset(of: [.int, .code, .decimal, .duration]) { return .duration }
    switch kinds {
    case [.ip]: return .ip
    case [.dsn]: return .dsn
    case [.queueID]: return .queueid
    case [.quoted]: return .quoted
    case [.address]:
      let isClosed = next.map { ">,;:".utf8.contains($0) } ?? false
      return endsAtBlank || isClosed ? .address : nil
    default: return nil
    }
  }
}
