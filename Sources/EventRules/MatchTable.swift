import MailEvents
import RuleFiles

/// The templates of one program as one tree: a line walks down it once.
///
/// A node's edges are tried in the order of the language: the literal (at most one can match, since edges of a node begin
/// with different bytes), typed values, free text up to a literal (the longer literal first), the rest of the line.
final class MatchTable: Sendable {
  struct Node: Sendable {
    var literals: Range<Int32> = 0..<0
    var typed: Range<Int32> = 0..<0
    var free: Range<Int32> = 0..<0
    /// Template that ends here, or -1.
    var accept: Int32 = -1
    /// Template that takes the rest of the line here, or -1.
    var rest: Int32 = -1
  }

  struct LiteralEdge: Sendable {
    var first: UInt8
    var label: ByteRange
    var child: Int32
  }

  struct TypedEdge: Sendable {
    var type: Template.FieldType
    var child: Int32
  }

  struct FreeEdge: Sendable {
    var isGreedy: Bool
    /// The literal that ends the value.
    var label: ByteRange
    var child: Int32
  }

  /// A template's rule and the fields of its values in order.
  struct Accept: Sendable {
    var rule: Int32
    var fields: Range<Int32>
  }

  let tree: MatchTree

  fileprivate init(_ parts: Parts, pairs: PairScanner) { tree = MatchTree(parts, pairs: pairs) }

  /// The arrays while they grow.
  struct Parts {
    var nodes: ContiguousArray<Node> = []
    var literalEdges: ContiguousArray<LiteralEdge> = []
    var typedEdges: ContiguousArray<TypedEdge> = []
    var freeEdges: ContiguousArray<FreeEdge> = []
    var accepts: ContiguousArray<Accept> = []
    var fields: ContiguousArray<UInt8> = []
    var text: ContiguousArray<UInt8> = []
  }
}

/// Two templates that take the same lines with equal rank.
public struct RuleConflict: Sendable {
  public var first: String
  public var second: String
  public var program: String
  public var place: RulePlace
}

/// Builds the tree of one program.
struct MatchTableBuilder {
  private final class Vertex {
    var literals: [(label: [UInt8], child: Vertex)] = []
    var typed: [(type: Template.FieldType, child: Vertex)] = []
    var free: [(greedy: Bool, label: [UInt8], child: Vertex)] = []
    var accept: Int32 = -1
    var rest: Int32 = -1
  }

  private let root = Vertex()
  private var table = MatchTable.Parts()
  private var ranks: [Int] = []
  private(set) var conflicts: [RuleConflict] = []
  private let program: String
  private let rules: [PatternRule]

  init(program: String, rules: [PatternRule]) {
    self.program = program
    self.rules = rules
  }

  /// Adds all templates of rule `index`. Of two templates that are the same, the one of higher rank is kept.
  mutating func add(rule index: Int, rank: Int) {
    for template in rules[index].templates { add(template, rule: index, rank: rank) }
  }

  private mutating func add(_ template: Template, rule: Int, rank: Int) {
    var fields: [UInt8] = []
    var vertex = root
    var segments = template.segments[...]
    var takesRest = false
    while let segment = segments.popFirst() {
      switch segment {
      case .literal(let label):
        vertex = descend(vertex, label[...])
      case .field(let field, let type):
        if type == .pairs || type == .eximfields {
          vertex = descend(vertex, type)
          continue
        }
        fields.append(field?.rawValue ?? Captures.positional)
        if type.isFree {
          if case .literal(let label)? = segments.first {
            segments.removeFirst()
            vertex = descend(vertex, greedy: type == .greedy, label)
          } else {
            takesRest = true
          }
        } else {
          vertex = descend(vertex, type)
        }
      }
    }
    let start = Int32(table.fields.count)
    let current = takesRest ? vertex.rest : vertex.accept
    if current >= 0 {
      let old = Int(table.accepts[Int(current)].rule)
      if old == rule || ranks[Int(current)] > rank { return }
      if ranks[Int(current)] == rank {
        conflicts.append(
          RuleConflict(
            first: rules[old].id, second: rules[rule].id, program: program, place: rules[rule].place))
        return
      }
    }
    table.fields.append(contentsOf: fields)
    table.accepts.append(
      MatchTable.Accept(rule: Int32(rule), fields: start..<Int32(table.fields.count)))
    ranks.append(rank)
    let accept = Int32(table.accepts.count - 1)
    if takesRest { vertex.rest = accept } else { vertex.accept = accept }
  }

  private func descend(_ vertex: Vertex, _ label: ArraySlice<UInt8>) -> Vertex {
    guard let first = label.first else { return vertex }
    guard let index = vertex.literals.firstIndex(where: { $0.label[0] == first }) else {
      let child = Vertex()
      vertex.literals.append((Array(label), child))
      return child
    }
    let edge = vertex.literals[index]
    let common = zip(edge.label, label).prefix { $0 == $1 }.count
    if common < edge.label.count {
      let middle = Vertex()
      middle.literals = [(Array(edge.label[common...]), edge.child)]
      vertex.literals[index] = (Array(edge.label[..<common]), middle)
      return descend(middle, label.dropFirst(common))
    }
    return descend(edge.child, label.dropFirst(common))
  }

  private func descend(_ vertex: Vertex, _ type: Template.FieldType) -> Vertex {
    if let edge = vertex.typed.first(where: { $0.type == type }) { return edge.child }
    let child = Vertex()
    vertex.typed.append((type, child))
    return child
  }

  private func descend(_ vertex: Vertex, greedy: Bool, _ label: [UInt8]) -> Vertex {
    if let edge = vertex.free.first(where: { $0.greedy == greedy && $0.label == label }) {
      return edge.child
    }
    let child = Vertex()
    vertex.free.append((greedy, label, child))
    return child
  }

  /// Lays the tree out in arrays, root first.
  mutating func build() -> MatchTable {
    table.nodes.append(MatchTable.Node())
    var queue: [(vertex: Vertex, index: Int)] = [(root, 0)]
    var next = 0
    while next < queue.count {
      let (vertex, index) = queue[next]
      next += 1
      var node = MatchTable.Node()
      node.accept = vertex.accept
      node.rest = vertex.rest
      node.literals = appendLiterals(vertex, &queue)
      let typedStart = Int32(table.typedEdges.count)
      for edge in vertex.typed.sorted(by: { Self.order($0.type) < Self.order($1.type) }) {
        table.typedEdges.append(
          MatchTable.TypedEdge(type: edge.type, child: enqueue(edge.child, &queue)))
      }
      node.typed = typedStart..<Int32(table.typedEdges.count)
      let freeStart = Int32(table.freeEdges.count)
      for edge in vertex.free.sorted(by: { $0.label.count > $1.label.count }) {
        table.freeEdges.append(
          MatchTable.FreeEdge(
            isGreedy: edge.greedy, label: append(edge.label), child: enqueue(edge.child, &queue)))
      }
      node.free = freeStart..<Int32(table.freeEdges.count)
      table.nodes[index] = node
    }
    return MatchTable(table, pairs: program.hasPrefix("dovecot") ? .dovecot : .postfix)
  }

  private mutating func appendLiterals(_ vertex: Vertex, _ queue: inout [(vertex: Vertex, index: Int)])
    -> Range<Int32>
  {
    let start = Int32(table.literalEdges.count)
    for edge in vertex.literals.sorted(by: { $0.label[0] < $1.label[0] }) {
      table.literalEdges.append(
        MatchTable.LiteralEdge(
          first: edge.label[0], label: append(edge.label), child: enqueue(edge.child, &queue)))
    }
    return start..<Int32(table.literalEdges.count)
  }

  private mutating func enqueue(_ vertex: Vertex, _ queue: inout [(vertex: Vertex, index: Int)]) -> Int32 {
    table.nodes.append(MatchTable.Node())
    queue.append((vertex, table.nodes.count - 1))
    return Int32(table.nodes.count - 1)
  }

  private mutating func append(_ label: [UInt8]) -> ByteRange {
    let start = table.text.count
    table.text.append(contentsOf: label)
    return ByteRange(start, start + label.count)
  }

  /// Narrow types before wide ones.
  private static func order(_ type: Template.FieldType) -> Int {
    switch type {
    case .queueid: 0
    case .dsn: 1
    case .code: 2
    case .ip: 3
    case .int: 4
    case .decimal: 5
    case .duration: 6
    case .quoted: 7
    case .eximfields: 8
    case .pairs: 9
    case .host: 10
    case .word: 11
    case .address: 12
    case .token: 13
    case .free, .greedy, .rest: 14
    }
  }
}
