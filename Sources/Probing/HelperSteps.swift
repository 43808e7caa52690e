import Glibc

/// The helpers that the configuration names: sockets of LMTP, logins, milters and policy services, scanners, databases.
enum HelperSteps {
  static func steps(_ server: OwnServer) -> [ProbeStep] {
    server.helpers.compactMap { helper -> ProbeStep? in
      if helper.kind == .relay { return nil }
      switch helper.place {
      case .local(let path):
        return ProbeStep(
          ["unix-socket"], target: path, action: "connect to the local socket \(path) (\(helper.setting)) and close"
        ) { [local(helper.kind, path, $0)] }
      case .tcp(let host, let port):
        return ProbeStep(
          ["tcp-own", "unix-socket"], target: "\(host):\(port)",
          action: "connect to \(host):\(port) (\(helper.setting)) and close"
        ) { [remote(helper.kind, host, port, $0)] }
      }
    }
  }

  private static func local(_ kind: OwnServer.Helper.Kind, _ path: String, _ context: ProbeContext) -> Observation {
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("unix-socket", "\(kind.rawValue)-\(sign)", target: path, quality, "\(path): \(words)")
    }
    let user = context.server.agentUser ?? "postfix"
    // Dovecot keeps sockets of its own beside; only those the mail server must reach are in the list.
    if let access = FileAccess(user: user) {
      switch access.may(2, path) {
      case .yes: break
      case .no(let part):
        return seen(
          "forbidden", .problem, part == path ? "its mode keeps \(user) out" : "\(user) may not pass through \(part)")
      case .missing: return seen("missing", .problem, "does not exist")
      case .hidden: return seen("hidden", .unknown, "cannot be seen by this user; run as root")
      }
    }
    do throws(NetworkFailure) {
      _ = try Socket(path: path, until: context.deadline.within(2), context.cancellation)
      return seen("answers", .ok, "answers")
    } catch {
      switch error {
      case .refused: return seen("refused", .problem, "exists, but nothing listens behind it")
      case .missing: return seen("missing", .problem, "does not exist")
      case .forbidden: return seen("hidden", .unknown, "may not be opened by this user; run as root")
      default: return seen("silent", .unknown, error.words)
      }
    }
  }

  private static func remote(
    _ kind: OwnServer.Helper.Kind, _ host: String, _ port: UInt16, _ context: ProbeContext
  ) -> Observation {
    let target = "\(host):\(port)"
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation(
        "tcp-own", "\(kind.rawValue)-\(sign)", target: target, quality, "\(kind.rawValue) at \(target): \(words)")
    }
    guard let address = context.resolve(host).first else {
      return seen("unresolved", .unknown, "its name does not resolve")
    }
    do throws(NetworkFailure) {
      _ = try Socket(
        address, port: port, until: context.deadline.within(context.options.connectSeconds), context.cancellation)
      return seen("answers", .ok, "connected")
    } catch {
      if error == .cancelled { return seen("not-finished", .unknown, error.words) }
      return seen("refused", .problem, error.words)
    }
  }
}
