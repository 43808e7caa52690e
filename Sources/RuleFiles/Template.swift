import MailEvents

/// A parsed `match:` text: literals and fields in turn. See docs/rule-files.md for the language.
public struct Template: Sendable, Equatable {
  public enum FieldType: String, Sendable, CaseIterable {
    case ip, host, int, decimal, duration, word, token, quoted, address, queueid, dsn, code
    case pairs, eximfields
    case free, greedy, rest

    /// Whether the extent of the value is decided by the literal that follows.
    public var isFree: Bool { self == .free || self == .greedy || self == .rest }
  }

  public enum Segment: Sendable, Equatable {
    case literal([UInt8])
    /// A field of nil is checked and not kept.
    case field(Field?, FieldType)
  }

  public let source: String
  private var parsed: [Segment]?

  /// O(length) each time for a template that was not parsed when it was made.
  public var segments: [Segment] { parsed ?? (try? Template(parsing: source))?.segments ?? [] }

  /// A template that was parsed before, when the program was built: parsed again only when its program's lines are met.
  init(known source: String) {
    self.source = source
  }

  /// What is wrong with a template, and at which byte of it.
  public struct Mistake: Error, Sendable {
    public var offset: Int
    public var text: String
  }

  /// Parses the text of a template. Throws ``Mistake``.
  public init(parsing source: String) throws(Mistake) {
    self.source = source
    var segments: [Segment] = []
    let bytes = Array(source.utf8)
    var literal: [UInt8] = []
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      if byte == UInt8(ascii: "{") {
        if i + 1 < bytes.count, bytes[i + 1] == byte {
          literal.append(byte)
          i += 2
          continue
        }
        guard let close = bytes[i...].firstIndex(of: UInt8(ascii: "}")) else {
          throw Mistake(offset: i, text: "'{' without '}'; write '{{' for a brace")
        }
        if !literal.isEmpty { segments.append(.literal(literal)) }
        literal = []
        let inside = String(decoding: bytes[(i + 1)..<close], as: UTF8.self)
        segments.append(try Self.field(inside, at: i))
        i = close + 1
      } else if byte == UInt8(ascii: "}") {
        guard i + 1 < bytes.count, bytes[i + 1] == byte else {
          throw Mistake(offset: i, text: "'}' without '{'; write '}}' for a brace")
        }
        literal.append(byte)
        i += 2
      } else {
        literal.append(byte)
        i += 1
      }
    }
    if !literal.isEmpty { segments.append(.literal(literal)) }
    try Self.checkOrder(segments)
    parsed = segments
  }

  private static func field(_ inside: String, at offset: Int) throws(Mistake) -> Segment {
    let parts = inside.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    var type = FieldType.free
    if parts.count == 2 {
      guard let known = FieldType(rawValue: String(parts[1])) else {
        let hint = Suggestion.hint(
          for: String(parts[1]), among: FieldType.allCases.map(\.rawValue))
        throw Mistake(offset: offset, text: "unknown type '\(parts[1])'\(hint)")
      }
      type = known
    }
    if name.isEmpty { return .field(nil, type) }
    guard let field = Field.named[name], !field.isDerived else {
      let hint = Suggestion.hint(for: name, among: Field.named.keys)
      throw Mistake(offset: offset, text: "unknown field '\(name)'\(hint)")
    }
    return .field(field, type)
  }

  /// A free field must be followed by a literal or the end; possessive fields must leave something for what follows.
  private static func checkOrder(_ segments: [Segment]) throws(Mistake) {
    if segments.isEmpty { throw Mistake(offset: 0, text: "the template is empty") }
    for (segment, next) in zip(segments, segments.dropFirst()) {
      guard case .field(_, let type) = segment else { continue }
      if type == .rest {
        throw Mistake(offset: 0, text: "nothing can follow a field of type 'rest'")
      }
      switch next {
      case .field(_, let following):
        if type.isFree {
          throw Mistake(offset: 0, text: "a free field needs a literal before the next field")
        }
        if type != .pairs && type != .eximfields && type != .queueid && !following.isFree
          && following != .pairs && following != .eximfields
        {
          throw Mistake(
            offset: 0, text: "'\(type.rawValue)' is followed by '\(following.rawValue)' without a literal")
        }
      case .literal(let bytes):
        if let first = bytes.first, Self.alwaysTakes(type, first) {
          throw Mistake(
            offset: 0,
            text:
              "can never match: a '\(type.rawValue)' takes the '\(String(decoding: [first], as: UTF8.self))' that follows it"
          )
        }
      }
    }
  }

  /// Whether a field of this type always swallows a following byte, so that a literal that begins with it cannot match.
  static func alwaysTakes(_ type: FieldType, _ byte: UInt8) -> Bool {
    let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    let isLetter = (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    switch type {
    case .int, .decimal: return isDigit
    case .host: return isDigit || isLetter
    case .word: return isDigit || isLetter
    case .token: return byte > 0x20 && byte != 0x7F
    default: return false
    }
  }
}
