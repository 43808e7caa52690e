/// The hash table of messages in flight.
extension MessageTracker {
  func find(_ key: Key) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key.hash) & mask
    while true {
      let found = Int(slots[slot]) - 1
      if found < 0 { return -1 }
      if pool[found].key == key { return found }
      slot = (slot + 1) & mask
    }
  }

  mutating func insert(_ message: Message) -> Int {
    guard live < Self.limit else {
      untracked += 1
      return -1
    }
    if (live + 1) * 2 > slots.count { grow() }
    let index: Int
    if let reused = free.popLast() {
      index = Int(reused)
      pool[index] = message
    } else {
      index = pool.count
      pool.append(message)
    }
    place(index)
    live += 1
    return index
  }

  mutating func place(_ index: Int) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: pool[index].key.hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = Int32(index + 1)
  }

  mutating func remove(_ index: Int) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: pool[index].key.hash) & mask
    while Int(slots[slot]) - 1 != index { slot = (slot + 1) & mask }
    // Later entries of the run move up, so that no gap breaks a search (Knuth 6.4, algorithm R).
    var hole = slot
    var next = (slot + 1) & mask
    while slots[next] != 0 {
      let home = Int(truncatingIfNeeded: pool[Int(slots[next]) - 1].key.hash) & mask
      if (next &- home) & mask >= (next &- hole) & mask {
        slots[hole] = slots[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    slots[hole] = 0
    pool[index].waiting = []
    pool[index].settled = []
    free.append(Int32(index))
    live -= 1
  }

  mutating func grow() {
    let used = slots.filter { $0 > 0 }
    slots = ContiguousArray(repeating: 0, count: slots.count * 2)
    for entry in used { place(Int(entry) - 1) }
  }
}
