/// A whole conversation with a service: greeting, abilities, TLS, abilities again, goodbye. It goes no further unless asked.
struct ServiceConversation {
  /// Where the service is.
  enum Place: Sendable, Equatable {
    case tcp(IPAddress, UInt16)
    case local(String)
  }

  var place: Place
  var spoken: MailProtocol
  /// For SNI and the check of the certificate's name.
  var name: String?
  var heloName = "localhost"
  var offer = TLSOffer.modern
  var trust = TrustAnchors()
  /// Only sent after a handshake.
  var login: ProbeLogin?
  /// Sender and recipient of a dialogue that stops before DATA.
  var envelope: (from: String, to: String)?
  var connectSeconds = 4.0
  var greetingSeconds = 6.0
  /// Where no greeting comes, ask with a TLS handshake whether the port speaks TLS.
  var triesTLSWithoutGreeting = false

  func run(until deadline: Deadline, _ cancellation: Cancellation) -> ServiceSeen {
    var seen = ServiceSeen()
    seen.name = name
    do throws(NetworkFailure) {
      let began = Deadline.now
      let conversation = Conversation(
        try connect(deadline.within(connectSeconds), cancellation), deadline: deadline)
      seen.connectTime = Int((Deadline.now - began) / 1_000_000)
      talk(conversation, deadline, &seen)
    } catch {
      seen.connectFailure = error
    }
    return seen
  }

  private func connect(_ deadline: Deadline, _ cancellation: Cancellation) throws(NetworkFailure) -> Socket {
    switch place {
    case .tcp(let address, let port): try Socket(address, port: port, until: deadline, cancellation)
    case .local(let path): try Socket(path: path, until: deadline, cancellation)
    }
  }

  private func talk(_ conversation: Conversation, _ deadline: Deadline, _ seen: inout ServiceSeen) {
    if spoken.isImplicitTLS {
      do throws(TLSFailure) {
        seen.tls = try conversation.startTLS(name: name, offer: offer, trust: trust)
      } catch {
        seen.tlsFailure = error
        return
      }
    }
    var dialect = Dialect(conversation, spoken, heloName: heloName)
    do throws(NetworkFailure) {
      conversation.deadline = deadline.within(greetingSeconds)
      seen.greeting = try dialect.greeting()
    } catch {
      seen.greetingFailure = error
      conversation.deadline = deadline
      if error == .timedOut, triesTLSWithoutGreeting, !conversation.isEncrypted {
        do throws(TLSFailure) {
          seen.tls = try conversation.startTLS(name: name, offer: offer, trust: trust)
          seen.speaksTLSAtOnce = true
        } catch { return }
      }
      return
    }
    conversation.deadline = deadline
    guard seen.greeting?.isPositive == true else {
      dialect.leave()
      return
    }
    do throws(NetworkFailure) {
      seen.abilities = try dialect.abilities()
      if !conversation.isEncrypted { try encrypt(conversation, &dialect, &seen) }
      if let login, conversation.isEncrypted { seen.login = try dialect.logIn(login) }
      if let envelope, spoken.isSMTP {
        seen.mailFrom = try dialect.command("MAIL FROM:<\(envelope.from)>")
        if seen.mailFrom?.isPositive == true {
          seen.recipient = try dialect.command("RCPT TO:<\(envelope.to)>")
          _ = try dialect.command("RSET")
        }
      }
    } catch {
      seen.abilitiesFailure = error
      return
    }
    // After a failed handshake nothing more is said.
    if case .failed = seen.startTLS { return }
    dialect.leave()
  }

  private func encrypt(
    _ conversation: Conversation, _ dialect: inout Dialect, _ seen: inout ServiceSeen
  ) throws(NetworkFailure) {
    guard ServiceSeen.has(spoken == .pop3 ? "STLS" : "STARTTLS", spoken == .sieve ? seen.greeting : seen.abilities)
    else {
      seen.startTLS = .notOffered
      return
    }
    let answer = try dialect.askForTLS()
    guard answer.isPositive else {
      seen.startTLS = .refused(answer.text)
      return
    }
    do throws(TLSFailure) {
      seen.tls = try conversation.startTLS(name: name, offer: offer, trust: trust)
      seen.startTLS = .done
    } catch {
      seen.startTLS = .failed(error)
      throw .closed
    }
    _ = try dialect.abilitiesAfterTLS()
    seen.abilitiesAfterTLS = try dialect.abilities()
  }
}
