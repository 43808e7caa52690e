import MailEvents
import RuleFiles

/// Finds the reason class of a text: all known texts are searched in one pass (Aho and Corasick 1975, on their first
/// bytes; where those occur the rest is compared), then the rules whose text occurs compete.
public struct ReasonClassifier: Sendable {
  private struct Rule: Sendable {
    var reason: UInt16
    var group: UInt64
    var codes: [[UInt8]]
    var enhancedCodes: [[UInt8]]
    var also: [Int32]
    var unless: [Int32]
    var hasWhen: Bool
    var needsText: Bool
    /// Asks for nothing but one of its texts.
    var isPlain: Bool { also.isEmpty && unless.isEmpty && !hasWhen }
    var order: Int
  }

  /// State × byte class → state (``news`` is set where a text or an anchor ends in it), over the first bytes of all texts (``Trie/anchorLength``): small enough for the processor's cache.
  private var next: ContiguousArray<UInt16> = []
  private var classes = 1
  private var classOf = ContiguousArray<UInt8>(repeating: 0, count: 256)
  private static let news: UInt16 = 0x8000
  /// Texts that end in a state: range into `endings`.
  private var endingsOf: ContiguousArray<Range<Int32>> = []
  private var endings: ContiguousArray<Int32> = []
  /// By state: the node of `trie` whose longer texts begin with this anchor, or -1.
  private var deeper: ContiguousArray<Int32> = []
  private var trie = Trie()
  private var textLengths: [Int] = []
  /// Rules in which a text is one of `contains`.
  private var rulesOf: [[Int32]] = []
  private var rules: [Rule] = []
  private var textless: [Int] = []
  private var groups: [String: UInt64] = [:]

  /// Texts longer than this are classified by their beginning.
  static let longestText = 4096

  public init(rules source: [ReasonRule], reasonIDs: [String: UInt16]) {
    var texts: [[UInt8]] = []
    var ids: [[UInt8]: Int32] = [:]
    func intern(_ text: String) -> Int32 {
      let bytes = text.utf8.map(ByteClasses.lowercased)
      if let id = ids[bytes] { return id }
      ids[bytes] = Int32(texts.count)
      texts.append(bytes)
      return Int32(texts.count - 1)
    }
    for (order, rule) in source.enumerated() {
      if groups[rule.group] == nil, groups.count < 64 { groups[rule.group] = 1 << UInt64(groups.count) }
      let index = Int32(rules.count)
      rules.append(
        Rule(
          reason: reasonIDs[rule.reason] ?? 0, group: groups[rule.group] ?? 0, codes: rule.codes.map { Array($0.utf8) },
          enhancedCodes: rule.enhancedCodes.map { Array($0.utf8) }, also: rule.also.map(intern),
          unless: rule.unless.map(intern),
          hasWhen: !rule.codes.isEmpty || !rule.enhancedCodes.isEmpty,
          needsText: !rule.contains.isEmpty, order: order))
      for text in rule.contains {
        let id = Int(intern(text))
        while rulesOf.count <= id { rulesOf.append([]) }
        rulesOf[id].append(index)
      }
      if rule.contains.isEmpty { textless.append(Int(index)) }
    }
    while rulesOf.count < texts.count { rulesOf.append([]) }
    textLengths = texts.map(\.count)
    buildAutomaton(texts)
  }

  /// The groups to classify with, as `classify` takes them: the earlier in the list decides between equal rules. Unknown
  /// names are left out.
  public func selection(of names: [String]) -> GroupSelection {
    var selection = GroupSelection()
    for (place, name) in names.enumerated() {
      guard let bit = groups[name] else { continue }
      selection.mask |= bit
      selection.places[bit.trailingZeroBitCount] = UInt8(min(place, 255))
    }
    return selection
  }

  /// Some groups in an order.
  public struct GroupSelection: Sendable {
    var mask: UInt64 = 0
    /// By group number.
    var places = ContiguousArray<UInt8>(repeating: 255, count: 64)

    public var isEmpty: Bool { mask == 0 }

    @inline(__always)
    func place(_ group: UInt64) -> UInt8 { places[group.trailingZeroBitCount] }
  }

  public func isGroup(_ name: String) -> Bool { groups[name] != nil }

  private mutating func buildAutomaton(_ texts: [[UInt8]]) {
    for byte in Set(texts.joined()).sorted() {
      classOf[Int(byte)] = UInt8(classes)
      if byte &- 0x61 < 26 { classOf[Int(byte) & ~0x20] = UInt8(classes) }
      classes += 1
    }
    trie = Trie(texts, classOf)
    let anchorLength = trie.anchorLength
    // States are numbered breadth first, so that a state's failure state has its row already. A row is the failure state's
    // row with the state's own edges laid over it.
    var states: [(node: Int32, failure: UInt16, depth: Int)] = [(0, 0, 0)]
    var state = 0
    while state < states.count {
      let (node, failure, depth) = states[state]
      if state == 0 {
        next.append(contentsOf: repeatElement(0, count: classes))
      } else {
        for c in 0..<classes { next.append(next[Int(failure) * classes + c]) }
      }
      let isAnchor = depth == anchorLength
      var child = isAnchor ? -1 : trie.nodes[Int(node)].firstChild
      while child >= 0 {
        let slot = state * classes + Int(trie.nodes[Int(child)].byteClass)
        states.append((child, state == 0 ? 0 : next[slot], depth + 1))
        next[slot] = UInt16(states.count - 1)
        child = trie.nodes[Int(child)].sibling
      }
      let start = Int32(endings.count)
      if trie.nodes[Int(node)].text >= 0 { endings.append(trie.nodes[Int(node)].text) }
      if state > 0 { for e in endingsOf[Int(failure)] { endings.append(endings[Int(e)]) } }
      endingsOf.append(start..<Int32(endings.count))
      deeper.append(isAnchor && trie.nodes[Int(node)].firstChild >= 0 ? node : -1)
      state += 1
    }
    for i in next.indices where deeper[Int(next[i])] >= 0 || !endingsOf[Int(next[i])].isEmpty { next[i] |= Self.news }
  }

  /// The texts as a tree of byte classes.
  private struct Trie: Sendable {
    struct Node: Sendable {
      var byteClass: UInt8
      var firstChild: Int32 = -1
      var sibling: Int32 = -1
      /// The text that ends here, or -1.
      var text: Int32 = -1
    }

    private(set) var nodes: ContiguousArray = [Node(byteClass: 0)]

    init() {}

    init(_ texts: [[UInt8]], _ classOf: ContiguousArray<UInt8>) {
      for (id, text) in texts.enumerated() {
        var node = 0
        for byte in text { node = child(of: node, classOf[Int(byte)]) }
        nodes[node].text = Int32(id)
      }
    }

    /// As many bytes, at most six, as make fewer than 32,768 states.
    var anchorLength: Int {
      var count = 1
      var level: [Int32] = [0]
      for length in 1...6 {
        level = level.flatMap { node in
          var children: [Int32] = []
          var child = nodes[Int(node)].firstChild
          while child >= 0 {
            children.append(child)
            child = nodes[Int(child)].sibling
          }
          return children
        }
        count += level.count
        if count > Int(Int16.max) { return length - 1 }
      }
      return 6
    }

    /// The child along a byte class, or -1.
    func child(_ node: Int32, _ byteClass: UInt8) -> Int32 {
      var child = nodes[Int(node)].firstChild
      while child >= 0, nodes[Int(child)].byteClass != byteClass { child = nodes[Int(child)].sibling }
      return child
    }

    private mutating func child(of node: Int, _ byteClass: UInt8) -> Int {
      var child = nodes[node].firstChild
      while child >= 0 {
        if nodes[Int(child)].byteClass == byteClass { return Int(child) }
        child = nodes[Int(child)].sibling
      }
      nodes.append(Node(byteClass: byteClass, sibling: nodes[node].firstChild))
      nodes[node].firstChild = Int32(nodes.count - 1)
      return nodes.count - 1
    }
  }

  /// The reason class of a text, or nil when no rule of the groups knows it.
  ///
  /// Linear in the text's length; `hits` is scratch space of the caller.
  /// - Parameters:
  ///   - groups: from ``selection(of:)``.
  ///   - code: RFC 5321 reply code and `enhanced`: RFC 3463 code, where the event has them.
  public func classify(
    _ bytes: borrowing Span<UInt8>, _ text: ByteRange, groups: GroupSelection, code: ByteRange?,
    enhanced: ByteRange?, hits: inout [Int32]
  ) -> UInt16? {
    let best = rule(bytes, text, groups: groups, code: code, enhanced: enhanced, hits: &hits)
    return best < 0 ? nil : rules[best].reason
  }

  /// As above: the index of the rule that knows the text, or -1.
  public func rule(
    _ bytes: borrowing Span<UInt8>, _ text: ByteRange, groups: GroupSelection, code: ByteRange?,
    enhanced: ByteRange?, hits: inout [Int32]
  ) -> Int {
    hits.removeAll(keepingCapacity: true)
    findTexts(bytes, text, &hits)
    var best = -1
    var bestRank = (0, 0, 0)
    for hit in hits {
      for r in rulesOf[Int(hit)] {
        let group = rules[Int(r)].group
        guard group & groups.mask != 0, holds(Int(r), bytes, code, enhanced, hits) else { continue }
        let rank = (textLengths[Int(hit)], rules[Int(r)].hasWhen ? 1 : 0, -Int(groups.place(group)))
        if best < 0 || rank > bestRank || rank == bestRank && rules[Int(r)].order < rules[best].order {
          best = Int(r)
          bestRank = rank
        }
      }
    }
    if best < 0 { best = bestByCode(bytes, groups, code, enhanced, hits) }
    return best
  }

  /// All known texts that occur, each once.
  private func findTexts(_ bytes: borrowing Span<UInt8>, _ text: ByteRange, _ hits: inout [Int32]) {
    var state = 0
    var i = text.lower
    let end = min(text.upper, i + Self.longestText)
    while i < end {
      let found = next[state * classes + Int(classOf[Int(bytes[i])])]
      state = Int(found & ~Self.news)
      i += 1
      if found < Self.news { continue }
      for e in Int(endingsOf[state].lowerBound)..<Int(endingsOf[state].upperBound) where !hits.contains(endings[e]) {
        hits.append(endings[e])
      }
      var node = deeper[state]
      var j = i
      while node >= 0, j < end {
        node = trie.child(node, classOf[Int(bytes[j])])
        j += 1
        if node >= 0, trie.nodes[Int(node)].text >= 0, !hits.contains(trie.nodes[Int(node)].text) {
          hits.append(trie.nodes[Int(node)].text)
        }
      }
    }
  }

  private func bestByCode(
    _ bytes: borrowing Span<UInt8>, _ groups: GroupSelection, _ code: ByteRange?, _ enhanced: ByteRange?,
    _ hits: [Int32]
  ) -> Int {
    var best = -1
    var bestRank = 0
    for r in textless {
      guard rules[r].group & groups.mask != 0, holds(r, bytes, code, enhanced, hits) else { continue }
      let rule = rules[r]
      let isExact = rule.codes.contains { $0.last != UInt8(ascii: "x") }
      var rank = rule.codes.isEmpty ? 0 : isExact ? 2 : 1
      for pattern in rule.enhancedCodes {
        guard let enhanced, Self.matches(pattern, bytes, enhanced) else { continue }
        let wild = pattern.filter { $0 == UInt8(ascii: "x") }.count
        rank = max(rank, 10 + (3 - wild) * 2 + (rule.codes.isEmpty ? 0 : 1))
      }
      if rank > bestRank {
        best = r
        bestRank = rank
      }
    }
    return best
  }

  private func holds(
    _ r: Int, _ bytes: borrowing Span<UInt8>, _ code: ByteRange?, _ enhanced: ByteRange?,
    _ hits: [Int32]
  ) -> Bool {
    if rules[r].isPlain { return true }
    let rule = rules[r]
    if !rule.also.isEmpty, !rule.also.contains(where: { hits.contains($0) }) { return false }
    if rule.unless.contains(where: { hits.contains($0) }) { return false }
    if !rule.codes.isEmpty {
      guard let code, Self.matchesAny(rule.codes, bytes, code) else { return false }
    }
    if !rule.enhancedCodes.isEmpty {
      guard let enhanced, Self.matchesAny(rule.enhancedCodes, bytes, enhanced) else { return false }
    }
    return true
  }

  private static func matchesAny(
    _ patterns: [[UInt8]], _ bytes: borrowing Span<UInt8>, _ range: ByteRange
  ) -> Bool {
    for pattern in patterns where matches(pattern, bytes, range) { return true }
    return false
  }

  /// `5xx` matches `550`, `x.7.x` matches `5.7.26`.
  private static func matches(_ pattern: [UInt8], _ bytes: borrowing Span<UInt8>, _ range: ByteRange) -> Bool {
    guard !range.isConstant else { return false }
    var i = range.lower
    var p = 0
    while p < pattern.count {
      guard i < range.upper else { return false }
      if pattern[p] == UInt8(ascii: "x") {
        if pattern.contains(UInt8(ascii: ".")) {
          while i < range.upper, bytes[i] != UInt8(ascii: ".") { i += 1 }
        } else {
          i += 1
        }
      } else {
        guard bytes[i] == pattern[p] else { return false }
        i += 1
      }
      p += 1
    }
    return i == range.upper
  }
}
