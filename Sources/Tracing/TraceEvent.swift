import MailEvents
import MailFlow

/// A line of a trace, with the values that its words need (untrusted).
public struct TraceEvent: Sendable {
  public var time: Timestamp
  public var type: EventType
  public var direction: Direction
  /// Reason class; empty for none.
  public var reason: String
  public var server: MailServer
  /// Name of the program, e.g. `postfix/smtp`.
  public var program: String
  public var rule: String
  public var place: LinePlace
  /// Beginning of the line.
  public var text: String
  public var values: [Field: String]
  /// Whether the line itself is what was looked for.
  public var isMatch: Bool
  var queueHash: UInt64
  var nextHash: UInt64
  var messageHash: UInt64
  var sessionHash: UInt64

  public subscript(_ field: Field) -> String? { values[field] }

  /// The host and the address of the other side: `mx.example.net [192.0.2.10]`.
  public func peer(_ name: Field, _ ip: Field) -> String? {
    let host = values[name].flatMap { $0 == "unknown" || $0.isEmpty ? nil : $0 }
    switch (host, values[ip]) {
    case (let host?, let ip?) where host != ip: return "\(host) [\(ip)]"
    case (_, let ip?): return "[\(ip)]"
    case (let host?, nil): return host
    case (nil, nil): return nil
    }
  }
}
