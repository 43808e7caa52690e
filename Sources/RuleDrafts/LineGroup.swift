import MailFlow

/// Lines that one rule can take: their pieces agree one by one up to the tail, but for those that vary.
struct LineGroup: Sendable {
  var program: String
  var count: Int
  var place: LinePlace
  /// Different messages, the commonest shape first.
  var examples: [[UInt8]]
  /// Words, by the number of their piece, that are different in lines that are otherwise the same.
  var varying: Set<Int> = []
  /// From this piece on the lines have nothing in common but that they say why.
  var tail: Int?
  /// Only the beginning of the messages is known.
  var isCut = false

  static let exampleLimit = 16

  init(_ shape: MissedLines.Shape) {
    program = shape.program
    count = shape.count
    place = shape.place
    examples = shape.examples
    isCut = shape.isCut
  }

  /// Several groups as one, the largest first.
  init(merging groups: [LineGroup]) {
    let ordered = groups.sorted { ($1.count, $0.place) < ($0.count, $1.place) }
    self = ordered[0]
    count = groups.reduce(0) { $0 + $1.count }
    place = groups.map(\.place).min() ?? place
    isCut = groups.contains(where: \.isCut)
    varying = groups.reduce(into: []) { $0.formUnion($1.varying) }
    // One of each first, so that all are seen.
    examples = []
    for round in 0..<MissedLines.exampleLimit {
      for group in ordered where round < group.examples.count && examples.count < Self.exampleLimit {
        examples.append(group.examples[round])
      }
    }
  }
}
