import MailEvents

/// What several values of a scope field are called in a sentence.
enum ScopeWords {
  static func plural(of field: Field?) -> String {
    switch field {
    case .destinationProvider: "providers"
    case .destinationDomain, .senderDomain: "domains"
    case .clientIp: "addresses"
    case .clientNetwork, .smtpRelayNetwork: "networks"
    case .userName: "users"
    case .smtpEnvelopeTo: "recipients"
    case .smtpEnvelopeFrom: "senders"
    case .smtpRelayAddress, .smtpRelayIp: "hosts"
    case .filePath: "files"
    case .blocklistName: "blocklists"
    default: "places"
    }
  }
}
