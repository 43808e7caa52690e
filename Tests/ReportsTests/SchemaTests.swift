import Diagnosis
import Foundation
import MailEvents
import Reports
import Testing

/// The published schemas say what the code writes.
@Suite struct SchemaTests {
  private func schema(_ name: String) throws -> [String: Any] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/schema/\(name).schema.json")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
  }

  @Test func everyEventTypeIsListed() throws {
    let action = try #require(property("event.action", of: try schema("event")))
    let listed = try #require(action["enum"] as? [String])
    #expect(Set(listed) == Set(EventType.allCases.map(\.name)))
  }

  @Test func everyFieldHasAPlace() throws {
    let schema = try schema("event")
    for field in Field.allCases {
      #expect(property(field.name, of: schema) != nil, "\(field.name)")
    }
  }

  private func property(_ path: String, of schema: [String: Any]) -> [String: Any]? {
    var node: [String: Any]? = schema
    for part in path.split(separator: ".") {
      node = (node?["properties"] as? [String: Any])?[String(part)] as? [String: Any]
    }
    return node
  }

  /// A check of what matters most: every key is in the schema, every required key is there.
  @Test(arguments: 0..<60)
  func randomReportsFollowTheSchema(seed: Int) throws {
    var random = SeededRandom(UInt64(seed))
    let schema = try schema("analysis")
    let json = try JSONSerialization.jsonObject(
      with: Data(JSONReport.render(random.analysis()).utf8))
    check(json, schema, at: "$", definitions: try #require(schema["$defs"] as? [String: Any]))
  }

  private func check(
    _ value: Any, _ schema: [String: Any], at path: String, definitions: [String: Any]
  ) {
    if let reference = schema["$ref"] as? String,
      let target = definitions[String(reference.split(separator: "/").last!)] as? [String: Any]
    {
      return check(value, target, at: path, definitions: definitions)
    }
    if let object = value as? [String: Any] {
      let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
      for key in schema["required"] as? [String] ?? [] {
        #expect(object[key] != nil, "\(path).\(key) is missing")
      }
      for (key, member) in object {
        if let property = properties[key] {
          check(member, property, at: "\(path).\(key)", definitions: definitions)
        } else {
          #expect(
            schema["additionalProperties"] is [String: Any], "\(path).\(key) is not in the schema")
        }
      }
    } else if let array = value as? [Any] {
      let items = schema["items"] as? [String: Any]
      #expect(items != nil, "\(path) is no array in the schema")
      for element in array {
        check(element, items ?? [:], at: path + "[]", definitions: definitions)
      }
    }
  }
}
