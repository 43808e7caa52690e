/// A code by which a program or a server names an error; in a rule also a range or a pattern of codes.
///
/// Written `0x800CCC0E`, `0x800CCC40-0x800CCC69`, `5.7.1`, `x.7.1`, `5.7.606-649` (RFC 3463), `550`, `5xx` (RFC 5321), or a
/// name (`ECONNREFUSED`).
public enum ErrorCode: Sendable, Hashable {
  /// A Windows HRESULT or another number.
  case number(ClosedRange<UInt32>)
  /// nil where the pattern says `x`.
  case enhanced(class: Int?, subject: Int?, detail: ClosedRange<Int>?)
  /// A digit each; nil where the pattern says `x`.
  case reply(Int, Int?, Int?)
  /// In lower case.
  case name(String)

  /// nil when the text has none of the forms.
  public init?(_ text: some StringProtocol) {
    let lower = text.lowercased()
    if let code = Self.number(lower) ?? Self.enhanced(lower) ?? Self.reply(lower) {
      self = code
    } else if lower.utf8.count >= 3, lower.utf8.allSatisfy(Self.isNameByte),
      lower.utf8.contains(where: { $0 &- 0x30 >= 10 }),
      !lower.hasPrefix("0x")
    {
      self = .name(lower)
    } else {
      return nil
    }
  }

  /// Every code that `other` stands for is one that this stands for.
  public func covers(_ other: ErrorCode) -> Bool {
    switch (self, other) {
    case (.number(let mine), .number(let its)): mine.contains(its.lowerBound) && mine.contains(its.upperBound)
    case (.enhanced(let a, let b, let c), .enhanced(let x, let y, let z)):
      (a == nil || a == x) && (b == nil || b == y)
        && (c == nil || z.map { c!.contains($0.lowerBound) && c!.contains($0.upperBound) } ?? false)
    case (.reply(let a, let b, let c), .reply(let x, let y, let z)):
      a == x && (b == nil || b == y) && (c == nil || c == z)
    case (.name(let mine), .name(let its)): mine == its
    default: false
    }
  }

  /// How narrow it is: 10 for a single code (of any class), less for a range, least for a pattern.
  public var narrowness: Int {
    switch self {
    case .number(let range): range.count == 1 ? 10 : 8
    case .enhanced(let a, let b, let c):
      // The class alone says less than the subject.
      switch (b, c) {
      case (_?, let detail?): detail.count == 1 ? 10 : 8
      case (_?, nil): a == nil ? 4 : 5
      default: 2
      }
    case .reply(_, let b, let c): 6 + (b == nil ? -4 : 0) + (c == nil ? 0 : 2)
    case .name: 10
    }
  }

  // MARK: Forms

  private static func number(_ text: String) -> ErrorCode? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { end -> UInt32? in
      end.hasPrefix("0x") && (3...10).contains(end.utf8.count) ? UInt32(end.dropFirst(2), radix: 16) : nil
    }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
      return nil
    }
    return .number(first...last)
  }

  private static func enhanced(_ text: String) -> ErrorCode? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "x" || ["2", "4", "5"].contains(parts[0]) else { return nil }
    func number(_ part: Substring) -> Int? {
      (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { $0 &- 0x30 < 10 } ? Int(part) : nil
    }
    let subject = number(parts[1])
    if subject == nil, parts[1] != "x" { return nil }
    if parts[2] == "x" { return .enhanced(class: Int(parts[0]), subject: subject, detail: nil) }
    let ends = parts[2].split(separator: "-", omittingEmptySubsequences: false).map(number)
    guard subject != nil, (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
      first <= last
    else { return nil }
    return .enhanced(class: Int(parts[0]), subject: subject, detail: first...last)
  }

  private static func reply(_ text: String) -> ErrorCode? {
    let digits = Array(text.utf8)
    guard digits.count == 3, (0x32...0x35).contains(digits[0]) else { return nil }
    let values = digits.map { $0 &- 0x30 < 10 ? Int($0 - 0x30) : $0 == UInt8(ascii: "x") ? -1 : -2 }
    guard !values.contains(-2), values[1] >= 0 || values[2] < 0 else { return nil }
    return .reply(values[0], values[1] < 0 ? nil : values[1], values[2] < 0 ? nil : values[2])
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

extension ErrorCode: CustomStringConvertible {
  /// The form in which a rule writes it.
  public var description: String {
    switch self {
    case .number(let range):
      range.count == 1 ? Self.hex(range.lowerBound) : "\(Self.hex(range.lowerBound))-\(Self.hex(range.upperBound))"
    case .enhanced(let a, let b, let c):
      "\(a.map(String.init) ?? "x").\(b.map(String.init) ?? "x")."
        + (c.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" } ?? "x")
    case .reply(let a, let b, let c): "\(a)\(b.map(String.init) ?? "x")\(c.map(String.init) ?? "x")"
    case .name(let name): name.uppercased()
    }
  }

  private static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
  }
}
