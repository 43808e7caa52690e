import EventRules

/// Finds groups that are one kind of line: they differ in a name, or only in the reason at their end.
struct GroupMerger {
  private let splitter: MessageSplitter

  /// So many different words at a place are taken for values when the language has all of them, and so many when one of
  /// them is none of its words.
  private static let leastKnownWords = 5
  private static let leastNames = 2

  init(splitter: MessageSplitter) { self.splitter = splitter }

  func merge(_ shapes: [MissedLines.Shape]) -> [LineGroup] {
    var groups = shapes.map(LineGroup.init)
    groups = mergeByWord(groups)
    groups = mergeByWord(groups)
    return mergeByTail(groups).sorted {
      ($1.count, $0.program, $0.place) < ($0.count, $1.program, $1.place)
    }
  }

  /// The parts of a group's first message, values as nil.
  private func parts(_ group: LineGroup) -> [ArraySlice<UInt8>?] {
    guard let example = group.examples.first else { return [] }
    return splitter.split(example).enumerated().map { number, piece in
      piece.kind.isFixed && !group.varying.contains(number) ? example[piece.range] : nil
    }
  }

  // MARK: Names

  private func mergeByWord(_ groups: [LineGroup]) -> [LineGroup] {
    let parts = groups.map(parts)
    /// The group without one of its words → the groups that it stands for.
    var alike: [[UInt8]: [Int]] = [:]
    for (index, words) in parts.enumerated() {
      for (number, word) in words.enumerated() where Self.isWord(word) {
        alike[Self.key(groups[index], words, leavingOut: number), default: []].append(index)
      }
    }
    var isMerged = [Bool](repeating: false, count: groups.count)
    var result: [LineGroup] = []
    for (_, members) in alike.sorted(by: { ($1.value.count, $0.value[0]) < ($0.value.count, $1.value[0]) }) {
      let free = members.filter { !isMerged[$0] }
      guard free.count > 1, let number = differing(parts[free[0]], parts[free[1]]),
        varies(free.compactMap { parts[$0][number] }), Self.isEnough(parts[free[0]], without: number)
      else { continue }
      for index in free { isMerged[index] = true }
      var merged = LineGroup(merging: free.map { groups[$0] })
      merged.varying.insert(number)
      result.append(merged)
    }
    return result + groups.indices.filter { !isMerged[$0] }.map { groups[$0] }
  }

  private func differing(_ one: [ArraySlice<UInt8>?], _ other: [ArraySlice<UInt8>?]) -> Int? {
    zip(one, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset
  }

  private func varies(_ words: [ArraySlice<UInt8>]) -> Bool {
    let texts = Set(words.map { String(decoding: $0, as: UTF8.self).lowercased() })
    let hasName = texts.contains { !splitter.knownWords.contains($0) }
    return texts.count >= (hasName ? Self.leastNames : Self.leastKnownWords)
  }

  private static func key(
    _ group: LineGroup, _ words: [ArraySlice<UInt8>?], leavingOut number: Int
  ) -> [UInt8] {
    var key = Array(group.program.utf8)
    key.append(group.isCut ? 2 : 1)
    for (other, word) in words.enumerated() {
      if other == number { key.append(3) } else if let word { key += word } else { key.append(0) }
    }
    return key
  }

  // MARK: Reasons

  /// Groups that begin with the same words up to a colon and go on differently are one, with a free end.
  private func mergeByTail(_ groups: [LineGroup]) -> [LineGroup] {
    let parts = groups.map(parts)
    var alike: [[UInt8]: (tail: Int, members: [Int])] = [:]
    for (index, words) in parts.enumerated() {
      for tail in Self.tails(words) {
        var key = Array(groups[index].program.utf8)
        for word in words[..<tail] { if let word { key += word } else { key.append(0) } }
        alike[key, default: (tail, [])].members.append(index)
      }
    }
    var isMerged = [Bool](repeating: false, count: groups.count)
    var result: [LineGroup] = []
    let longestFirst = alike.sorted {
      ($1.value.tail, $0.value.members[0]) < ($0.value.tail, $1.value.members[0])
    }
    for (_, value) in longestFirst {
      let free = value.members.filter { !isMerged[$0] }
      guard free.count > 1 else { continue }
      for index in free { isMerged[index] = true }
      var merged = LineGroup(merging: free.map { groups[$0] })
      merged.tail = value.tail
      merged.varying = merged.varying.filter { $0 < value.tail }
      result.append(merged)
    }
    return result + groups.indices.filter { !isMerged[$0] }.map { groups[$0] }
  }

  /// Behind which pieces a reason may begin: after a colon and a blank, when enough words stand before them.
  static func tails(_ parts: [ArraySlice<UInt8>?]) -> [Int] {
    parts.indices.dropFirst(2).filter { number in
      parts[number - 1].map { $0.elementsEqual(" ".utf8) } ?? false
        && parts[number - 2].map { $0.elementsEqual(":".utf8) } ?? false && isEnough(Array(parts[..<number]))
    }
  }

  // MARK: Words

  /// Words that say nothing about what happened.
  private static let severities: Set<String> = [
    "debug", "error", "fatal", "info", "notice", "panic", "the", "warning",
  ]

  private static func isWord(_ part: ArraySlice<UInt8>?) -> Bool {
    part?.first.map(MessageSplitter.isAlphanumeric) ?? false
  }

  /// Whether enough fixed words are left to tell the kind of line from others: two of three letters.
  static func isEnough(_ parts: [ArraySlice<UInt8>?], without number: Int = -1) -> Bool {
    let words = parts.enumerated().filter { other, part in
      guard other != number, let part, isWord(part), part.count >= 3 else { return false }
      return !severities.contains(String(decoding: part, as: UTF8.self).lowercased())
    }
    return words.count >= 2
  }
}
