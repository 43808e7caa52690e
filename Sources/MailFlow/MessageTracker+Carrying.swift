import MailEvents

/// A message that was open when a run ended, for the next one. Names and addresses are hashes with the run's seed.
public struct CarriedMessage: Sendable, Equatable {
  var message: MessageTracker.Message

  /// Recipients that are kept of a message.
  static let recipientLimit = 100

  /// One line of words, without a line feed.
  public var text: String {
    let flags = [message.isHeld, message.isDiscarded, message.isExpired, message.wasDeferred, message.isNotice]
    let bits = flags.enumerated().reduce(0) { $0 | ($1.element ? 1 << $1.offset : 0) }
    var words = [
      String(message.key.hash, radix: 16), String(message.key.check, radix: 16), String(message.start.rawValue),
      String(message.first.microseconds), String(message.last.microseconds), String(message.sent),
      String(message.bounced), String(message.expired), String(message.reinjected), String(bits),
      String(message.carried.rawValue),
    ]
    words += message.waiting.prefix(Self.recipientLimit).map { String($0, radix: 16) }
    return words.joined(separator: " ")
  }

  /// nil for any text that is not such a line.
  public init?(text: String) {
    let words = text.split(separator: " ")
    guard words.count >= 11, words.count <= 11 + Self.recipientLimit,
      let hash = UInt64(words[0], radix: 16), let check = UInt64(words[1], radix: 16),
      let start = UInt8(words[2]).flatMap({ MessageTracker.Start(rawValue: $0) }),
      let first = Int64(words[3]), let last = Int64(words[4]),
      let sent = Int32(words[5]), let bounced = Int32(words[6]), let expired = Int32(words[7]),
      let reinjected = Int32(words[8]), let bits = UInt8(words[9]), bits < 32,
      let carried = UInt8(words[10]).flatMap({ MessageTracker.Carried(rawValue: $0) })
    else { return nil }
    message = MessageTracker.Message(
      key: MessageTracker.Key(hash: hash, check: check), start: start, first: Timestamp(microseconds: first),
      last: Timestamp(microseconds: last))
    message.sent = sent
    message.bounced = bounced
    message.expired = expired
    message.reinjected = reinjected
    message.isHeld = bits & 1 != 0
    message.isDiscarded = bits & 2 != 0
    message.isExpired = bits & 4 != 0
    message.wasDeferred = bits & 8 != 0
    message.isNotice = bits & 16 != 0
    message.carried = carried
    for word in words.dropFirst(11) {
      guard let recipient = UInt64(word, radix: 16) else { return nil }
      message.waiting.append(recipient)
    }
  }

  init(_ message: MessageTracker.Message) { self.message = message }
}

extension MessageTracker {
  /// The messages that are open, those with the latest lines first, and what was counted of them.
  ///
  /// - Parameter limit: so many at most; of the others the next run knows nothing.
  func carried(limit: Int) -> [CarriedMessage] {
    let open = slots.filter { $0 > 0 }.map { pool[Int($0) - 1] }
    return open.sorted { ($0.last, $0.key.hash) > ($1.last, $1.key.hash) }.prefix(limit).map { message in
      var message = message
      message.lastReason = 0
      message.settled = []
      if !message.isHeld, !message.isWaiting {
        message.carried = .all
      } else if message.wasDeferred {
        message.carried = .arrivalAndDeferral
      } else if message.carried == .nothing {
        message.carried = .arrival
      }
      return CarriedMessage(message)
    }
  }

  /// Takes up the messages of the run before.
  mutating func restore(_ messages: [CarriedMessage]) {
    for carried in messages where find(carried.message.key) < 0 { _ = insert(carried.message) }
  }
}

extension Ledger {
  /// Messages that are carried from run to run.
  public static let carriedLimit = 20_000

  /// What is open at the end, for the next run.
  public var carriedMessages: [CarriedMessage] { messages.carried(limit: Self.carriedLimit) }

  /// Begins with what was open at the end of the run before.
  public mutating func restore(_ carried: [CarriedMessage]) { messages.restore(carried) }
}
