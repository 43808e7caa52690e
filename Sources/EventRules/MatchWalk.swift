import MailEvents
import RuleFiles

/// The walk of a line down a program's tree: the hot path of logscan.
enum MatchWalk {
  /// The template that takes bytes[position..<end] as a whole, or -1; its values are in `captures`.
  static func walk(
    _ table: MatchTable, _ bytes: borrowing Span<UInt8>, node index: Int, _ position: Int,
    _ end: Int, _ captures: inout Captures
  ) -> Int32 {
    let node = table.nodes[index]
    if position == end, node.accept >= 0 { return node.accept }

    if position < end, !node.literals.isEmpty {
      let byte = bytes[position]
      for e in Int(node.literals.lowerBound)..<Int(node.literals.upperBound) {
        let edge = table.literalEdges[e]
        guard edge.first == byte else { continue }
        if matches(table, edge.label, bytes, position, end) {
          let found = walk(
            table, bytes, node: Int(edge.child), position + edge.label.count, end, &captures)
          if found >= 0 { return found }
        }
        break
      }
    }

    let mark = captures.count
    for e in Int(node.typed.lowerBound)..<Int(node.typed.upperBound) {
      let edge = table.typedEdges[e]
      var next: Int
      switch edge.type {
      case .pairs: next = table.pairs.scan(bytes, position, end, &captures)
      case .eximfields: next = EximFieldScanner.scan(bytes, position, end, &captures)
      default:
        guard position < end || edge.type == .address else { continue }
        let found = ValueScanner.scan(edge.type, bytes, position, end)
        next = found.next
        if next >= 0 { captures.addPositional(found.value) }
      }
      if next >= 0 {
        let found = walk(table, bytes, node: Int(edge.child), next, end, &captures)
        if found >= 0 { return found }
      }
      captures.count = mark
    }

    for e in Int(node.free.lowerBound)..<Int(node.free.upperBound) {
      let edge = table.freeEdges[e]
      let at =
        edge.isGreedy
        ? lastOccurrence(table, edge.label, bytes, position, end)
        : firstOccurrence(table, edge.label, bytes, position, end)
      guard at >= 0 else { continue }
      captures.addPositional(ByteRange(position, at))
      let found = walk(table, bytes, node: Int(edge.child), at + edge.label.count, end, &captures)
      if found >= 0 { return found }
      captures.count = mark
    }

    if node.rest >= 0 {
      captures.addPositional(ByteRange(position, end))
      return node.rest
    }
    return -1
  }

  @inline(__always)
  private static func matches(
    _ table: MatchTable, _ label: ByteRange, _ bytes: borrowing Span<UInt8>, _ position: Int,
    _ end: Int
  ) -> Bool {
    let count = label.count
    guard end - position >= count else { return false }
    let start = label.lower
    var i = 1
    while i < count {
      if table.text[start + i] != bytes[position + i] { return false }
      i += 1
    }
    return true
  }

  private static func firstOccurrence(
    _ table: MatchTable, _ label: ByteRange, _ bytes: borrowing Span<UInt8>, _ position: Int,
    _ end: Int
  ) -> Int {
    let first = table.text[label.lower]
    let last = end - label.count
    var i = position
    while i <= last {
      if bytes[i] == first, matches(table, label, bytes, i, end) { return i }
      i += 1
    }
    return -1
  }

  private static func lastOccurrence(
    _ table: MatchTable, _ label: ByteRange, _ bytes: borrowing Span<UInt8>, _ position: Int,
    _ end: Int
  ) -> Int {
    let first = table.text[label.lower]
    var i = end - label.count
    while i >= position {
      if bytes[i] == first, matches(table, label, bytes, i, end) { return i }
      i -= 1
    }
    return -1
  }
}
