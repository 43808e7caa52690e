import Foundation
import MailEvents
import Reports
import Testing

@Suite struct JSONWriterTests {
  /// What a JSON reader gets back is what went in, with U+FFFD for what was not UTF-8.
  @Test(arguments: 0..<200)
  func randomBytesComeBack(seed: Int) throws {
    var random = SeededRandom(UInt64(seed))
    var writer = JSONWriter(pretty: Bool.random(using: &random))
    var expected: [String] = []
    writer.beginArray()
    for _ in 0..<20 {
      // Dense in the bytes that matter: leads, continuations, quotes, controls.
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ -> UInt8 in
        switch Int.random(in: 0...4, using: &random) {
        case 0: [0x22, 0x5C, 0x0A, 0x00, 0x1B, 0x7F].randomElement(using: &random)!
        case 1: UInt8.random(in: 0xC0...0xFF, using: &random)
        case 2: UInt8.random(in: 0x80...0xBF, using: &random)
        case 3: [0xE2, 0x80, 0xAE, 0xF0, 0x9F, 0xED, 0xA0].randomElement(using: &random)!
        default: UInt8.random(in: 0...0xFF, using: &random)
        }
      }
      writer.value(bytes.span)
      expected.append(String(decoding: bytes, as: UTF8.self))
      let text = random.hostileText()
      writer.value(text)
      expected.append(text)
    }
    writer.endArray()
    #expect(String(validating: writer.bytes, as: UTF8.self) != nil)
    let read = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String]
    #expect(read?.map { Array($0.unicodeScalars) } == expected.map { Array($0.unicodeScalars) })
  }

  @Test func nothingInAStringCommandsATerminal() {
    var writer = JSONWriter()
    writer.value("\u{1B}[31m \u{7F} \u{9B} \u{202E} \u{2028}\n")
    #expect(writer.text == #""\u001b[31m \u007f \u009b \u202e \u2028\u000a""#)
  }

  @Test func compactAndPretty() {
    func write(_ writer: inout JSONWriter) {
      writer.beginObject()
      writer.field("a", 1)
      writer.object("b") { _ in }
      writer.array("c") { array in
        array.value(true)
        array.beginObject()
        array.field("d", "x")
        array.endObject()
      }
      writer.field("e", String?.none)
      writer.endObject()
      writer.endLine()
    }
    var compact = JSONWriter()
    write(&compact)
    write(&compact)
    #expect(
      compact.text == #"{"a":1,"b":{},"c":[true,{"d":"x"}]}"# + "\n"
        + #"{"a":1,"b":{},"c":[true,{"d":"x"}]}"#
        + "\n")
    var pretty = JSONWriter(pretty: true)
    write(&pretty)
    #expect(
      pretty.text == """
        {
          "a": 1,
          "b": {},
          "c": [
            true,
            {
              "d": "x"
            }
          ]
        }

        """)
    pretty.removeAll()
    #expect(pretty.bytes.isEmpty)
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00Z"), (1_795_389_242_000_000, "2026-11-22T23:14:02Z"),
    (951_782_400_500_000, "2000-02-29T00:00:00.500000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    (253_402_300_800_000_000, "+010000-01-01T00:00:00Z"),
  ])
  func times(microseconds: Int64, text: String) {
    var writer = JSONWriter()
    writer.value(Timestamp(microseconds: microseconds))
    #expect(writer.text == "\"\(text)\"")
  }

  @Test(arguments: [
    (0.97, "0.97"), (3, "3"), (-0.5, "-0.5"), (1e-7, "1e-07"), (1e300, "1e+300"),
    (0.1 + 0.2, "0.30000000000000004"),
  ])
  func numbers(number: Double, text: String) {
    var writer = JSONWriter()
    writer.value(number)
    #expect(writer.text == text)
    #expect(Double(text) == number)
  }

  @Test(arguments: [0, 9, 10, 99, 100, -1, Int64.max, Int64.min])
  func integers(number: Int64) {
    var writer = JSONWriter()
    writer.value(number)
    #expect(writer.text == "\(number)")
  }

  @Test func unknownValuesHaveNoKey() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("a", Timestamp.unknown)
    writer.field("b", Int?.none)
    writer.field("c", Double.nan)
    writer.field("d", [String]())
    writer.endObject()
    #expect(writer.text == "{}")
  }
}
