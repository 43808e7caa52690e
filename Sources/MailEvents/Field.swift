/// A named value of an event. The names are those of Elastic Common Schema where it has one; type and meaning stand in
/// `patterns/vocabulary.yaml`; the rule compiler refuses a vocabulary that lists other fields than these.
public enum Field: UInt8, CaseIterable, Sendable {
  case emailLocalId
  case emailNextLocalId
  case emailMessageId
  case emailSubject
  case emailSender
  case smtpEnvelopeFrom
  case smtpEnvelopeTo
  case smtpEnvelopeOrigTo
  case smtpHelo
  case smtpCommand
  case smtpProtocol
  case smtpSize
  case smtpRecipientsCount
  case smtpDelay
  case smtpDelays
  case smtpResponseStatusCode
  case smtpResponseEnhancedStatusCode
  case smtpResponseText
  case smtpRelayAddress
  case smtpRelayIp
  case smtpRelayPort
  case smtpRelayPath
  case smtpRouter
  case smtpTransport
  case clientIp
  case clientPort
  case clientDomain
  case serverIp
  case serverPort
  case serverService
  case userName
  case userMailbox
  case saslMechanism
  case sessionId
  case tlsVersion
  case tlsCipher
  case tlsBits
  case tlsCurve
  case tlsVerdict
  case tlsServerSubject
  case tlsError
  case dnsQuestionName
  case dnsQuestionType
  case blocklistName
  case blocklistResult
  case filterName
  case filterScore
  case lookupTable
  case configParameter
  case configValue
  case filePath
  case fileLine
  case limitValue
  case eventCount
  case eventDuration
  case eventReason
  case processChildPid
  case processChild
  case processExitCode
  case url

  // Derived from the fields above; rules of causes may count and group by them, templates cannot set them.
  /// The domain of the envelope recipient of an outbound event.
  case destinationDomain
  /// Who runs the next hop: the registrable domain of its host name, or the recipient's domain where no host is named.
  case destinationProvider
  /// The domain of the envelope sender.
  case senderDomain
  /// The /24 or /48 network of the next hop.
  case smtpRelayNetwork
  /// The /24 or /64 network of the client.
  case clientNetwork
  /// Whole seconds that it took to find and reach the next hop: the third part of Postfix's `delays=`.
  case smtpDelaysConnect

  /// The name in rule files and output, e.g. `smtp.relay.ip`.
  public var name: String {
    switch self {
    case .emailLocalId: "email.local_id"
    case .emailNextLocalId: "email.next_local_id"
    case .emailMessageId: "email.message_id"
    case .emailSubject: "email.subject"
    case .emailSender: "email.sender"
    case .smtpEnvelopeFrom: "smtp.envelope.from"
    case .smtpEnvelopeTo: "smtp.envelope.to"
    case .smtpEnvelopeOrigTo: "smtp.envelope.orig_to"
    case .smtpHelo: "smtp.helo"
    case .smtpCommand: "smtp.command"
    case .smtpProtocol: "smtp.protocol"
    case .smtpSize: "smtp.size"
    case .smtpRecipientsCount: "smtp.recipients_count"
    case .smtpDelay: "smtp.delay"
    case .smtpDelays: "smtp.delays"
    case .smtpResponseStatusCode: "smtp.response.status_code"
    case .smtpResponseEnhancedStatusCode: "smtp.response.enhanced_status_code"
    case .smtpResponseText: "smtp.response.text"
    case .smtpRelayAddress: "smtp.relay.address"
    case .smtpRelayIp: "smtp.relay.ip"
    case .smtpRelayPort: "smtp.relay.port"
    case .smtpRelayPath: "smtp.relay.path"
    case .smtpRouter: "smtp.router"
    case .smtpTransport: "smtp.transport"
    case .clientIp: "client.ip"
    case .clientPort: "client.port"
    case .clientDomain: "client.domain"
    case .serverIp: "server.ip"
    case .serverPort: "server.port"
    case .serverService: "server.service"
    case .userName: "user.name"
    case .userMailbox: "user.mailbox"
    case .saslMechanism: "sasl.mechanism"
    case .sessionId: "session.id"
    case .tlsVersion: "tls.version"
    case .tlsCipher: "tls.cipher"
    case .tlsBits: "tls.bits"
    case .tlsCurve: "tls.curve"
    case .tlsVerdict: "tls.verdict"
    case .tlsServerSubject: "tls.server.subject"
    case .tlsError: "tls.error"
    case .dnsQuestionName: "dns.question.name"
    case .dnsQuestionType: "dns.question.type"
    case .blocklistName: "blocklist.name"
    case .blocklistResult: "blocklist.result"
    case .filterName: "filter.name"
    case .filterScore: "filter.score"
    case .lookupTable: "lookup.table"
    case .configParameter: "config.parameter"
    case .configValue: "config.value"
    case .filePath: "file.path"
    case .fileLine: "file.line"
    case .limitValue: "limit.value"
    case .eventCount: "event.count"
    case .eventDuration: "event.duration"
    case .eventReason: "event.reason"
    case .processChildPid: "process.child_pid"
    case .processChild: "process.child"
    case .processExitCode: "process.exit_code"
    case .url: "url"
    case .destinationDomain: "destination.domain"
    case .destinationProvider: "destination.provider"
    case .senderDomain: "sender.domain"
    case .smtpRelayNetwork: "smtp.relay.network"
    case .clientNetwork: "client.network"
    case .smtpDelaysConnect: "smtp.connect_delay"
    }
  }

  public var isDerived: Bool { rawValue >= Field.destinationDomain.rawValue }

  public static let named: [String: Field] = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}
