import Glibc

/// A certificate file and its key file: can they be read, do they belong together, is the certificate in date.
enum CertificateFileCheck {
  static func check(_ files: OwnServer.CertificateFiles) -> [Observation] {
    func seen(_ sign: String, _ quality: Observation.Quality, _ words: String) -> Observation {
      Observation("cert-files", sign, target: files.certificate, quality, words)
    }
    guard let text = LocalFile.bytes(files.certificate) else {
      let isHidden = errno == EACCES
      return [
        isHidden
          ? seen("hidden", .unknown, "\(files.certificate) can be read by root only")
          : seen(
            "certificate-missing", .problem,
            "\(files.certificate) cannot be read: \(String(cString: strerror(errno)).lowercased())")
      ]
    }
    guard CertificateFile.isAvailable else { return [seen("no-library", .unknown, TLSFailure.libraryMissing.words)] }
    guard let certificate = CertificateFile.certificate(text) else {
      return [seen("certificate-broken", .problem, "\(files.certificate) holds no certificate")]
    }
    let now = Int64(time(nil))
    var result: [Observation] = []
    if certificate.notAfter < now {
      result.append(
        seen("expired", .problem, "\(files.certificate) expired on \(CertificateJudge.day(certificate.notAfter))"))
    } else {
      result.append(
        seen("in-date", .ok, "\(files.certificate) is valid until \(CertificateJudge.day(certificate.notAfter))"))
    }
    guard let keyFile = files.key else { return result }
    guard let key = LocalFile.bytes(keyFile) else {
      result.append(
        errno == EACCES
          ? seen("hidden", .unknown, "\(keyFile) can be read by root only")
          : seen(
            "key-unreadable", .problem, "\(keyFile) cannot be read: \(String(cString: strerror(errno)).lowercased())"))
      return result
    }
    switch CertificateFile.matches(text, key) {
    case true?: result.append(seen("key-matches", .ok, "\(keyFile) is the key of \(files.certificate)"))
    case false?: result.append(seen("key-mismatch", .problem, "\(keyFile) is not the key of \(files.certificate)"))
    case nil: result.append(seen("key-unreadable", .problem, "\(keyFile) holds no key that can be read"))
    }
    if files.program == "exim", let access = FileAccess(user: "Debian-exim"),
      case .no(let part) = access.may(4, keyFile)
    {
      result.append(seen("key-unreadable", .problem, "\(part) keeps Exim from reading its key \(keyFile)"))
    }
    return result
  }
}
