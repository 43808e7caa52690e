/// Which systemd journal is read, and which part of it.
public struct JournalPlace: Sendable, Equatable {
  public enum Location: Sendable, Equatable {
    /// This machine's.
    case own
    case directory(String)
    case files([String])
    /// A container that systemd-machined knows.
    case machine(String)
    /// A journal namespace (`LogNamespace=` of systemd.exec(5)).
    case namespace(String)
  }

  public enum Boot: Sendable, Equatable {
    /// 32 hexadecimal digits.
    case id(String)
    /// 0 is the last, -1 the one before; 1 is the first.
    case offset(Int)

    /// As `journalctl --boot` takes it: `0`, `-1`, `1`, an id with or without hyphens; nil when it is none of these.
    public init?(_ text: String) {
      if let offset = Int(text), abs(offset) < 100_000 {
        self = .offset(offset)
        return
      }
      let digits = text.filter { $0 != "-" }.lowercased()
      guard digits.utf8.count == 32, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
      self = .id(digits)
    }
  }

  public var location: Location
  public var boot: Boot?

  public init(location: Location, boot: Boot? = nil) {
    self.location = location
    self.boot = boot
  }

  /// What a report calls it.
  public var name: String {
    switch location {
    case .own: "journal"
    case .directory(let path): "journal in \(path)"
    case .files(let paths): paths.count == 1 ? "journal \(paths[0])" : "journal in \(paths.count) files"
    case .machine(let name): "journal of machine \(name)"
    case .namespace(let name): "journal of namespace \(name)"
    }
  }
}
