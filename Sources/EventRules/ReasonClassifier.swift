import MailEvents
import RuleFiles

/// Finds the reason class of a text: all known texts are searched in one pass (Aho and Corasick 1975), then the rules whose
/// text occurs compete.
public struct ReasonClassifier: Sendable {
  private struct Rule: Sendable {
    var reason: UInt16
    var group: UInt64
    var codes: [String]
    var enhancedCodes: [[UInt8]]
    var also: [Int32]
    var unless: [Int32]
    var hasWhen: Bool
    var needsText: Bool
    var order: Int
  }

  /// State × byte class → state.
  private var next: ContiguousArray<Int32> = []
  private var classes = 1
  private var classOf = ContiguousArray<UInt8>(repeating: 0, count: 256)
  /// Texts that end in a state: range into `endings`.
  private var endingsOf: ContiguousArray<Range<Int32>> = []
  private var endings: ContiguousArray<Int32> = []
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
          reason: reasonIDs[rule.reason] ?? 0, group: groups[rule.group] ?? 0, codes: rule.codes,
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
    let trie = Trie(texts, classOf)
    // States are numbered breadth first, so that a state's failure state has its row already. A row is the failure state's
    // row with the state's own edges laid over it.
    var states: [(node: Int32, failure: Int32)] = [(0, 0)]
    next.reserveCapacity(trie.nodes.count * classes)
    var state = 0
    while state < states.count {
      let (node, failure) = states[state]
      if state == 0 {
        next.append(contentsOf: repeatElement(0, count: classes))
      } else {
        for c in 0..<classes { next.append(next[Int(failure) * classes + c]) }
      }
      var child = trie.nodes[Int(node)].firstChild
      while child >= 0 {
        let slot = state * classes + Int(trie.nodes[Int(child)].byteClass)
        states.append((child, state == 0 ? 0 : next[slot]))
        next[slot] = Int32(states.count - 1)
        child = trie.nodes[Int(child)].sibling
      }
      let start = Int32(endings.count)
      if trie.nodes[Int(node)].text >= 0 { endings.append(trie.nodes[Int(node)].text) }
      if state > 0 { for e in endingsOf[Int(failure)] { endings.append(endings[Int(e)]) } }
      endingsOf.append(start..<Int32(endings.count))
      state += 1
    }
  }

  /// The texts as a tree of byte classes.
  private struct Trie {
    struct Node {
      var byteClass: UInt8
      var firstChild: Int32 = -1
      var sibling: Int32 = -1
      /// The text that ends here, or -1.
      var text: Int32 = -1
    }

    private(set) var nodes = [Node(byteClass: 0)]

    init(_ texts: [[UInt8]], _ classOf: ContiguousArray<UInt8>) {
      for (id, text) in texts.enumerated() {
        var node = 0
        for byte in text { node = child(of: node, classOf[Int(byte)]) }
        nodes[node].text = Int32(id)
      }
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
    hits.removeAll(keepingCapacity: true)
    var state = 0
    var i = text.lower
    let end = min(text.upper, i + Self.longestText)
    while i < end {
      state = Int(next[state * classes + Int(classOf[Int(bytes[i])])])
      let found = endingsOf[state]
      if !found.isEmpty {
        for e in Int(found.lowerBound)..<Int(found.upperBound) where !hits.contains(endings[e]) {
          hits.append(endings[e])
        }
      }
      i += 1
    }
    var best = -1
    var bestRank = (0, 0, 0)
    for hit in hits {
      for r in rulesOf[Int(hit)] {
        let rule = rules[Int(r)]
        guard rule.group & groups.mask != 0, holds(rule, bytes, code, enhanced, hits) else { continue }
        let rank = (textLengths[Int(hit)], rule.hasWhen ? 1 : 0, -Int(groups.place(rule.group)))
        if best < 0 || rank > bestRank || rank == bestRank && rule.order < rules[best].order {
          best = Int(r)
          bestRank = rank
        }
      }
    }
    if best < 0 { best = bestByCode(bytes, groups, code, enhanced, hits) }
    return best < 0 ? nil : rules[best].reason
  }

  private func bestByCode(
    _ bytes: borrowing Span<UInt8>, _ groups: GroupSelection, _ code: ByteRange?, _ enhanced: ByteRange?,
    _ hits: [Int32]
  ) -> Int {
    var best = -1
    var bestRank = 0
    for r in textless {
      let rule = rules[r]
      guard rule.group & groups.mask != 0, holds(rule, bytes, code, enhanced, hits) else { continue }
      var rank = rule.codes.isEmpty ? 0 : rule.codes.contains { !$0.hasSuffix("xx") } ? 2 : 1
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
    _ rule: Rule, _ bytes: borrowing Span<UInt8>, _ code: ByteRange?, _ enhanced: ByteRange?,
    _ hits: [Int32]
  ) -> Bool {
    if !rule.also.isEmpty, !rule.also.contains(where: { hits.contains($0) }) { return false }
    if rule.unless.contains(where: { hits.contains($0) }) { return false }
    if !rule.codes.isEmpty {
      guard let code, rule.codes.contains(where: { Self.matches(Array($0.utf8), bytes, code) }) else {
        return false
      }
    }
    if !rule.enhancedCodes.isEmpty {
      guard let enhanced else { return false }
      var any = false
      for pattern in rule.enhancedCodes where Self.matches(pattern, bytes, enhanced) { any = true }
      if !any { return false }
    }
    return true
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
