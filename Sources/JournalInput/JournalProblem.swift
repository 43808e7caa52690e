import Glibc
import LogInput

/// What to say of a journal that cannot be read: what happened, and what to do.
enum JournalProblem {
  static func opening(_ place: JournalPlace, _ code: Int32) -> InputProblem {
    InputProblem(path: place.name, text: words(place, code), nothingRead: true)
  }

  private static func words(_ place: JournalPlace, _ code: Int32) -> String {
    switch (code, place.location) {
    case (ELIBACC, _):
      "libsystemd.so.0 of systemd 246 or newer is needed to read it and is not here; "
        + "where it is: journalctl -o export | logscan"
    case (ENXIO, _): "there is no such boot; see: journalctl --list-boots"
    case (EACCES, _), (EPERM, _): SourceOpener.permissionText(group: JournalFiles.group(of: place))
    case (ENOENT, .directory): "no such directory"
    case (ENOENT, .machine), (EHOSTDOWN, .machine): "no such machine is running; see: machinectl list"
    case (ENOENT, _): "no such file"
    default: text(code)
    }
  }

  /// The errors of sd-journal(3) in words.
  static func text(_ code: Int32) -> String {
    switch code {
    case EBADMSG, ENODATA, EIO: "the file is damaged"
    case EPROTONOSUPPORT: "the file needs a newer libsystemd than the one here"
    default: String(cString: strerror(code)).lowercased()
    }
  }
}
