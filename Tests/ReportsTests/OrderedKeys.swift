import Foundation

/// The keys of each object in the order in which they stand in the file: JSON readers do not tell.
enum OrderedKeys {
  static func ofObjects(in json: [UInt8]) throws -> [[String]] {
    var done: [[String]] = []
    var open: [[String]] = []
    var index = 0
    while index < json.count {
      switch json[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): open.append([])
      case UInt8(ascii: "}"), UInt8(ascii: "]"): done.append(open.removeLast())
      case UInt8(ascii: "\""):
        let start = index
        index += 1
        while json[index] != UInt8(ascii: "\"") {
          index += json[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        if index + 1 < json.count, json[index + 1] == UInt8(ascii: ":") {
          let key = try JSONSerialization.jsonObject(
            with: Data(json[start...index]), options: .fragmentsAllowed)
          open[open.count - 1].append(key as? String ?? "")
        }
      default: break
      }
      index += 1
    }
    return done
  }
}
