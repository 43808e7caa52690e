import CLinux
import Glibc

/// The machine under the server: processes, ports and their owners, disks, memory, descriptors, clock. Nothing is changed.
enum SystemSteps {
  static func steps(_ server: OwnServer) -> [ProbeStep] {
    var steps = [
      ProbeStep(["unit"], target: "services", action: "look which services run (/proc, systemctl show)") {
        UnitCheck.check($0)
      },
      ProbeStep(["listeners"], target: "ports", action: "read the listening ports and their owners from /proc") { _ in
        owners(server)
      },
      ProbeStep(
        ["memory", "oom"], target: "memory", action: "read memory, its pressure and the kernel's kills from /proc"
      ) {
        _ in memory()
      },
      ProbeStep(["clock"], target: "clock", action: "ask the kernel whether the clock is synchronised") { _ in [clock()]
      },
      ProbeStep(["load"], target: "load", action: "read the load from /proc/loadavg") { _ in [load()] },
      ProbeStep(["fds"], target: "descriptors", action: "compare open files with their limits (/proc)") { _ in
        descriptors()
      },
      ProbeStep(["conn-count"], target: "connections", action: "count connections by port and address (/proc/net/tcp)")
      {
        _ in connections(server)
      },
    ]
    if let queue = server.queueDirectory {
      steps.append(disk("spool", queue, least: server.messageSizeLimit.map { $0 + $0 / 2 }))
      steps.append(
        ProbeStep(["queue-size"], target: queue, action: "count the waiting messages in \(queue)") { _ in
          [QueueCheck.check(server, queue)]
        })
    }
    for store in server.mailStores.prefix(3) { steps.append(disk("store", store, least: nil)) }
    return steps
  }

  // MARK: Ports

  private static func owners(_ server: OwnServer) -> [Observation] {
    let listeners = ListenerTable.read()
    let wanted = server.services
    let inodes = Set(listeners.filter { entry in wanted.contains { $0.port == entry.port } }.map(\.inode))
    let names = ListenerTable.owners(of: inodes)
    var result: [Observation] = []
    for service in wanted {
      let target = "port \(service.port)"
      let group = service.program == "dovecot" ? "dovecot" : "mta"
      guard let entry = listeners.first(where: { $0.port == service.port }) else {
        result.append(
          Observation(
            "listeners", "\(group)-port-free", target: target, .problem, "nothing listens on port \(service.port)"))
        continue
      }
      let owner = listeners.filter { $0.port == service.port }.compactMap { names[$0.inode] }.first
      guard let owner else {
        result.append(
          Observation(
            "listeners", "owner-hidden", target: target, .unknown,
            "port \(service.port) is taken; by whom only root can see"))
        continue
      }
      let known = group == "dovecot" ? dovecotNames : agentNames
      if known.contains(where: { owner.hasPrefix($0) }) {
        result.append(
          Observation("listeners", "\(group)-owns-port", target: target, .ok, "port \(service.port): \(owner)"))
      } else {
        result.append(
          Observation(
            "listeners", "\(group)-port-taken", target: target, .problem,
            "port \(service.port) is held by \(owner), not by \(service.program)"))
      }
      if entry.address.isLoopback, !service.isLocal,
        !listeners.contains(where: { $0.port == service.port && !$0.address.isLoopback })
      {
        result.append(
          Observation(
            "listeners", "only-local", target: target, .problem, "port \(service.port) is open for this machine only"))
      }
    }
    return result
  }

  private static let agentNames = ["master", "smtpd", "postscreen", "exim"]
  private static let dovecotNames = ["dovecot", "imap-login", "pop3-login", "managesieve-lo", "haproxy", "nginx"]

  /// Connections to our ports, and the address that holds most of them.
  private static func connections(_ server: OwnServer) -> [Observation] {
    let all = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { ListenerTable.parse(LocalFile.lines($0), states: ["01"]) }
    return server.services.map { service in
      let count = all.filter { $0.port == service.port }.count
      return Observation(
        "conn-count", "counted", target: "port \(service.port)", .ok, "\(count) connections to port \(service.port)")
    }
  }

  // MARK: Disks

  /// A volume with less than this share of it free is full.
  static let leastShare = 0.05
  static let leastInodeShare = 0.02

  private static func disk(_ kind: String, _ path: String, least: Int?) -> ProbeStep {
    ProbeStep(["disk", "inodes", "fs-readonly"], target: path, action: "look at the free space and inodes of \(path)") {
      _ in volume(kind, path, least: least)
    }
  }

  private static func volume(_ kind: String, _ path: String, least: Int?) -> [Observation] {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else {
      return [
        Observation(
          "disk", "\(kind)-hidden", target: path, .unknown, "\(path): \(String(cString: strerror(errno)).lowercased())")
      ]
    }
    let free = Double(info.f_bavail) * Double(info.f_frsize)
    let total = Double(info.f_blocks) * Double(info.f_frsize)
    let share = total > 0 ? free / total : 1
    let isFull = share < leastShare && free < 1e9 || free < Double(least ?? 0)
    let megabytes = "\(Int(free / 1e6)) MB (\(Int(share * 100)) %) free"
    var result = [
      Observation(
        "disk", isFull ? "\(kind)-full" : "\(kind)-ok", target: path, isFull ? .problem : .ok, "\(path): \(megabytes)")
    ]
    if info.f_files > 0 {
      let inodeShare = Double(info.f_favail) / Double(info.f_files)
      let isShort = inodeShare < leastInodeShare && info.f_favail < 10_000
      result.append(
        Observation(
          "inodes", isShort ? "\(kind)-full" : "\(kind)-ok", target: path, isShort ? .problem : .ok,
          "\(path): \(info.f_favail) of \(info.f_files) inodes free"))
    }
    let isReadOnly = info.f_flag & UInt(ST_RDONLY) != 0
    result.append(
      Observation(
        "fs-readonly", isReadOnly ? "\(kind)-read-only" : "\(kind)-writable", target: path, isReadOnly ? .problem : .ok,
        "\(path) \(isReadOnly ? "is mounted read-only" : "is writable")"))
    return result
  }

  // MARK: Memory, load, descriptors, clock

  private static func memory() -> [Observation] {
    var values: [String: Int] = [:]
    for line in LocalFile.lines("/proc/meminfo") {
      let words = line.split(separator: " ")
      if words.count > 1, let value = Int(words[1]) { values[String(words[0].dropLast())] = value }
    }
    var result: [Observation] = []
    if let total = values["MemTotal"], let free = values["MemAvailable"], total > 0 {
      let isShort = free * 20 < total
      result.append(
        Observation(
          "memory", isShort ? "short" : "enough", target: "memory", isShort ? .problem : .ok,
          "\(free / 1024) of \(total / 1024) MB of memory available"))
    }
    // Kills of the whole machine since it started.
    for line in LocalFile.lines("/proc/vmstat") where line.hasPrefix("oom_kill ") {
      let count = Int(line.split(separator: " ").last ?? "") ?? 0
      result.append(
        Observation(
          "oom", count > 0 ? "killed" : "none", target: "kernel", count > 0 ? .problem : .ok,
          count > 0
            ? "the kernel ended \(count) processes for lack of memory since it started"
            : "no process was ended for lack of memory"))
    }
    return result
  }

  private static func load() -> Observation {
    let words = (LocalFile.text("/proc/loadavg") ?? "").split(separator: " ")
    let value = words.first.flatMap { Double($0) } ?? 0
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let isHigh = value > Double(cores) * 4
    return Observation(
      "load", isHigh ? "high" : "normal", target: "load", isHigh ? .problem : .ok,
      "load \(words.first.map(String.init) ?? "unknown") on \(cores) cores")
  }

  private static func descriptors() -> [Observation] {
    var result: [Observation] = []
    let processes = ProcessTable.read().filter { ["postfix", "exim", "dovecot"].contains($0.program) }
    for process in processes.prefix(20) {
      guard let limits = LocalFile.text("/proc/\(process.pid)/limits") else { continue }
      let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
      guard let limit = line?.split(separator: " ").dropFirst(3).first.flatMap({ Int($0) }) else { continue }
      let names = LocalFile.names("/proc/\(process.pid)/fd", limit: 100_000)
      if names.isEmpty { continue }
      // Dovecot's supervisor warns below the sum of its services' client limits, a thousand by default.
      let isShort = names.count * 10 > limit * 9 || process.program == "dovecot" && limit < 1024
      result.append(
        Observation(
          "fds", isShort ? "short" : "enough", target: process.name, isShort ? .problem : .ok,
          "\(process.name) (process \(process.pid)) has \(names.count) of \(limit) files open"))
    }
    return result
  }

  private static func clock() -> Observation {
    let state = linux_clock_is_synchronised()
    if state < 0 { return Observation("clock", "unknown", target: "clock", .unknown, "the kernel does not say") }
    return state == 1
      ? Observation("clock", "synchronised", target: "clock", .ok, "the clock is synchronised")
      : Observation(
        "clock", "unsynchronised", target: "clock", .unknown,
        "the kernel does not know of any synchronisation of the clock")
  }
}
