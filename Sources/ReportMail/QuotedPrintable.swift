/// Quoted-printable (RFC 2045 section 6.7): text that stays readable in the raw mail.
enum QuotedPrintable {
  /// Lines of at most 76 octets, ended by CR LF.
  static func encode(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(line).joined(separator: "\r\n")
  }

  private static func line(_ line: Substring) -> String {
    var result: [UInt8] = []
    var column = 0
    let bytes = Array(line.utf8)
    for (i, byte) in bytes.enumerated() {
      let isLast = i == bytes.count - 1
      // A blank at the end of a line would be lost, a lone dot would end the mail for a careless server, and "From " is
      // changed by others.
      let isPlain =
        byte != UInt8(ascii: "=") && (0x21...0x7E).contains(byte) && !(column == 0 && (byte == 0x2E || byte == 0x46))
        || (byte == 0x20 || byte == 0x09) && !isLast
      let width = isPlain ? 1 : 3
      if column + width > (isLast ? 76 : 75) {
        result += "=\r\n".utf8
        column = 0
      }
      if isPlain {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "="), digit(byte >> 4), digit(byte & 15)]
      }
      column += width
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}
