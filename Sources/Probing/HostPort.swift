/// `host:port`, `[host]:port`, `port@host`, with an IPv6 address in brackets.
public enum HostPort {
  public static func parse(_ text: String, port: UInt16? = nil) -> (host: String, port: UInt16)? {
    var host = text
    var number = port
    if let at = text.firstIndex(of: "@") {
      number = UInt16(text[..<at])
      host = String(text[text.index(after: at)...])
    } else if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      if rest.hasPrefix(":") { number = UInt16(rest.dropFirst()) }
      if !rest.isEmpty, !rest.hasPrefix(":") { return nil }
    } else if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") {
      host = String(text[..<colon])
      number = UInt16(text[text.index(after: colon)...])
    }
    guard let number, number > 0, !host.isEmpty else { return nil }
    return (host, number)
  }
}
