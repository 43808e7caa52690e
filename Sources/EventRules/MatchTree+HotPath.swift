import MailEvents
import RuleFiles

/// A program's tree laid out for the walk: plain memory, so that following an edge touches neither a reference count nor
/// a bounds check.
///
/// Unsafe inside, safe outside. Invariants, established by ``init(_:)`` and never changed after:
/// - every pointer is to memory of this object, initialised, freed in `deinit` and not handed out for longer than a walk;
/// - every child, accept and range in a node or edge is within the arrays it points into;
/// - `text` has eight more bytes behind its last label, so that a label may be read in words.
final class MatchTree: @unchecked Sendable {
  struct Node {
    var literals: Int32 = 0
    var typed: Int32 = 0
    var free: Int32 = 0
    /// Template that ends here, or -1.
    var accept: Int32 = -1
    /// Template that takes the rest of the line here, or -1.
    var rest: Int32 = -1
    /// Of a node with many literals: where its table of 256 edge numbers begins; else -1.
    var dispatch: Int32 = -1
    var literalCount: UInt16 = 0
    var typedCount: UInt8 = 0
    var freeCount: UInt8 = 0
  }

  struct LiteralEdge {
    var label: Int32
    var count: Int32
    var child: Int32
    var first: UInt8
  }

  /// What a walk needs, without a reference to count. Valid while its tree lives.
  let view: View

  /// Nodes with more literal edges find theirs by a table.
  private static let fewLiterals = 3

  init(_ parts: borrowing MatchTable.Parts, pairs: PairScanner) {
    var laidOut: [Node] = []
    var tables: [UInt8] = []
    for old in parts.nodes {
      var node = Node(literals: old.literals.lowerBound, typed: old.typed.lowerBound, free: old.free.lowerBound)
      node.accept = old.accept
      node.rest = old.rest
      node.literalCount = UInt16(old.literals.count)
      node.typedCount = UInt8(old.typed.count)
      node.freeCount = UInt8(old.free.count)
      if old.literals.count > Self.fewLiterals, old.literals.count < 255 {
        node.dispatch = Int32(tables.count)
        tables.append(contentsOf: repeatElement(255, count: 256))
        for (i, edge) in parts.literalEdges[Int(old.literals.lowerBound)..<Int(old.literals.upperBound)].enumerated() {
          tables[Int(node.dispatch) + Int(edge.first)] = UInt8(i)
        }
      }
      laidOut.append(node)
    }
    view = View(
      nodes: Self.memory(laidOut),
      literalEdges: Self.memory(
        parts.literalEdges.map {
          LiteralEdge(label: $0.label.start, count: Int32($0.label.count), child: $0.child, first: $0.first)
        }),
      typedEdges: Self.memory(parts.typedEdges), freeEdges: Self.memory(parts.freeEdges),
      text: Self.memory(parts.text + repeatElement(0, count: 8)), dispatch: Self.memory(tables),
      accepts: Self.memory(parts.accepts), fields: Self.memory(parts.fields),
      pairs: PairScanner.View(keys: Self.memory(pairs.keys), count: pairs.keys.count, skipsUnknown: pairs.skipsUnknown))
  }

  deinit {
    view.nodes.deallocate()
    view.literalEdges.deallocate()
    view.typedEdges.deallocate()
    view.freeEdges.deallocate()
    view.text.deallocate()
    view.dispatch.deallocate()
    view.accepts.deallocate()
    view.fields.deallocate()
    view.pairs.keys.deallocate()
  }

  private static func memory<T>(_ values: some Collection<T>) -> UnsafePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    var next = memory
    for value in values {
      next.initialize(to: value)
      next += 1
    }
    return UnsafePointer(memory)
  }

  struct View: @unchecked Sendable {
    fileprivate let nodes: UnsafePointer<Node>
    fileprivate let literalEdges: UnsafePointer<LiteralEdge>
    fileprivate let typedEdges: UnsafePointer<MatchTable.TypedEdge>
    fileprivate let freeEdges: UnsafePointer<MatchTable.FreeEdge>
    fileprivate let text: UnsafePointer<UInt8>
    fileprivate let dispatch: UnsafePointer<UInt8>
    /// By the number that a walk returns: the template's rule and the fields of its values.
    let accepts: UnsafePointer<MatchTable.Accept>
    /// Field of each value, by raw value; `Captures.positional` for values that are not kept.
    let fields: UnsafePointer<UInt8>
    fileprivate let pairs: PairScanner.View
  }
}

extension MatchTree.View {
  /// The template that takes bytes[position..<end] as a whole, or -1; its values are in `captures`.
  func walk(_ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int, _ captures: inout Captures) -> Int32 {
    precondition(0 <= position && position <= end && end <= bytes.count)
    return walk(bytes, node: 0, position, end, &captures)
  }

  private func walk(
    _ bytes: borrowing Span<UInt8>, node index: Int, _ position: Int, _ end: Int, _ captures: inout Captures
  ) -> Int32 {
    var node = nodes[index]
    var position = position
    while true {
      if position == end, node.accept >= 0 { return node.accept }
      let mark = captures.count
      let isLast = node.typedCount == 0 && node.freeCount == 0 && node.rest < 0
      if let edge = literal(node, bytes, position, end) {
        let next = position + Int(edge.count)
        if isLast {
          node = nodes[Int(edge.child)]
          position = next
          continue
        }
        let found = walk(bytes, node: Int(edge.child), next, end, &captures)
        if found >= 0 { return found }
        captures.count = mark
      }
      if isLast { return -1 }

      // The last way out of a node needs no return; who called takes back what was captured.
      var child: Int32 = -1
      var next = -1
      for e in 0..<Int(node.typedCount) {
        let edge = typedEdges[Int(node.typed) + e]
        next = take(edge.type, bytes, position, end, &captures)
        if next >= 0 {
          if e + 1 == Int(node.typedCount), node.freeCount == 0, node.rest < 0 {
            child = edge.child
            break
          }
          let found = walk(bytes, node: Int(edge.child), next, end, &captures)
          if found >= 0 { return found }
        }
        captures.count = mark
      }
      if child < 0 {
        for e in 0..<Int(node.freeCount) {
          let edge = freeEdges[Int(node.free) + e]
          let at =
            edge.isGreedy
            ? lastOccurrence(edge.label, bytes, position, end) : firstOccurrence(edge.label, bytes, position, end)
          guard at >= 0 else { continue }
          captures.addPositional(ByteRange(position, at))
          next = at + edge.label.count
          if e + 1 == Int(node.freeCount), node.rest < 0 {
            child = edge.child
            break
          }
          let found = walk(bytes, node: Int(edge.child), next, end, &captures)
          if found >= 0 { return found }
          captures.count = mark
        }
      }
      if child < 0 {
        guard node.rest >= 0 else { return -1 }
        captures.addPositional(ByteRange(position, end))
        return node.rest
      }
      node = nodes[Int(child)]
      position = next
    }
  }

  /// The edge whose label stands at the position.
  @inline(__always)
  private func literal(_ node: MatchTree.Node, _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> MatchTree
    .LiteralEdge?
  {
    guard position < end, node.literalCount > 0 else { return nil }
    let byte = bytes[position]
    if node.dispatch >= 0 {
      let number = dispatch[Int(node.dispatch) + Int(byte)]
      guard number != 255 else { return nil }
      let edge = literalEdges[Int(node.literals) + Int(number)]
      return stands(Int(edge.label), Int(edge.count), bytes, position, end) ? edge : nil
    }
    for e in 0..<Int(node.literalCount) {
      let edge = literalEdges[Int(node.literals) + e]
      if edge.first == byte { return stands(Int(edge.label), Int(edge.count), bytes, position, end) ? edge : nil }
    }
    return nil
  }

  /// The end of a typed value at the position, which is captured; -1 when there is none.
  @inline(__always)
  private func take(
    _ type: Template.FieldType, _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int, _ captures: inout Captures
  ) -> Int {
    switch type {
    case .pairs: return pairs.scan(bytes, position, end, &captures)
    case .eximfields: return EximFieldScanner.scan(bytes, position, end, &captures)
    default:
      guard position < end || type == .address else { return -1 }
      let found = ValueScanner.scan(type, bytes, position, end)
      if found.next >= 0 { captures.addPositional(found.value) }
      return found.next
    }
  }

  /// Whether the label text[label..<label + count] stands at the position, before `end`.
  @inline(__always)
  private func stands(_ label: Int, _ count: Int, _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Bool {
    guard end - position >= count else { return false }
    let base = UnsafeRawPointer(text) + label
    var i = 0
    while i < count {
      guard position + i + 8 <= bytes.count else {
        while i < count {
          if text[label + i] != bytes[position + i] { return false }
          i += 1
        }
        return true
      }
      let difference =
        base.loadUnaligned(fromByteOffset: i, as: UInt64.self).littleEndian
        ^ bytes.word(at: position + i)
      let left = count - i
      if left >= 8 {
        if difference != 0 { return false }
      } else if difference << UInt64(64 - 8 * left) != 0 {
        return false
      }
      i += 8
    }
    return true
  }

  private func firstOccurrence(_ label: ByteRange, _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Int {
    let first = text[label.lower]
    let last = end - label.count
    var i = position
    while i <= last {
      if bytes[i] == first, stands(label.lower, label.count, bytes, i, end) { return i }
      i += 1
    }
    return -1
  }

  private func lastOccurrence(_ label: ByteRange, _ bytes: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Int {
    let first = text[label.lower]
    var i = end - label.count
    while i >= position {
      if bytes[i] == first, stands(label.lower, label.count, bytes, i, end) { return i }
      i -= 1
    }
    return -1
  }
}
