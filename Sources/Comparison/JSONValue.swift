/// A JSON value (RFC 8259) that was read.
enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }

  var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  var items: [JSONValue]? {
    if case .array(let items) = self { return items }
    return nil
  }

  /// A number as a count: whole, not negative, within what an `Int` holds exactly.
  var count: Int? {
    guard case .number(let value) = self, value >= 0, value <= 9e15 else { return nil }
    return Int(value)
  }

  var number: Double? {
    if case .number(let value) = self, value.isFinite { return value }
    return nil
  }
}
