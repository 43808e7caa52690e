import COpenSSL
import Glibc

/// What is right and wrong with the certificate of a finished handshake: pure judgement.
enum CertificateJudge {
  struct Finding: Equatable {
    var sign: String
    var quality: Observation.Quality
    var seen: String
  }

  /// Days before the end at which a certificate should have been renewed; certbot's own is 30.
  static let renewalDays = 21

  /// - Parameters:
  ///   - name: what the certificate should be for.
  ///   - now: seconds since 1970.
  static func judge(_ tls: TLSDetails, name: String?, now: Int64) -> [Finding] {
    guard let own = tls.chain.first else {
      return [Finding(sign: "no-certificate", quality: .unknown, seen: "no certificate was shown")]
    }
    return [date(tls, now), self.name(tls, own, name), chain(tls, own), strength(own)].compactMap { $0 }
  }

  private static func date(_ tls: TLSDetails, _ now: Int64) -> Finding? {
    for (i, certificate) in tls.chain.enumerated() {
      let whose = i == 0 ? "the certificate" : "the certificate of its issuer \(certificate.subject)"
      if certificate.notAfter < now {
        return Finding(sign: "expired", quality: .problem, seen: "\(whose) expired on \(day(certificate.notAfter))")
      }
      if certificate.notBefore > now {
        return Finding(
          sign: "not-yet-valid", quality: .problem, seen: "\(whose) is valid from \(day(certificate.notBefore)) on")
      }
    }
    guard let first = tls.chain.map(\.notAfter).min() else { return nil }
    let days = Int((first - now) / 86400)
    if days <= renewalDays {
      return Finding(
        sign: "expiring", quality: .problem, seen: "the certificate expires on \(day(first)), in \(days) days")
    }
    return Finding(sign: "in-date", quality: .ok, seen: "valid until \(day(first))")
  }

  private static func name(_ tls: TLSDetails, _ own: Certificate, _ name: String?) -> Finding? {
    guard let name, let matches = tls.matchesName else { return nil }
    if matches { return Finding(sign: "name-matches", quality: .ok, seen: "for \(name)") }
    let names = own.names.prefix(4).joined(separator: ", ")
    return Finding(
      sign: "name-mismatch", quality: .problem,
      seen: "the certificate is for \(names.isEmpty ? "no name" : names), not for \(name)")
  }

  private static func chain(_ tls: TLSDetails, _ own: Certificate) -> Finding {
    if tls.chainResult == 0 { return Finding(sign: "trusted", quality: .ok, seen: "issued by \(own.issuer)") }
    if own.isSelfSigned {
      return Finding(sign: "self-signed", quality: .problem, seen: "the certificate is signed by itself")
    }
    // X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY and ..._VERIFY_LEAF_SIGNATURE, with nothing but the own certificate.
    if tls.chain.count == 1, tls.chainResult == 20 || tls.chainResult == 21 {
      return Finding(
        sign: "incomplete-chain", quality: .problem,
        seen: "no certificate of its issuer \(own.issuer) comes with it, and that is not one of the trusted ones")
    }
    return Finding(
      sign: "untrusted", quality: .problem,
      seen: "issued by \(own.issuer), which is not trusted here: \(tls.chainWords)")
  }

  private static func strength(_ own: Certificate) -> Finding? {
    if own.hasWeakKey {
      return Finding(sign: "weak-key", quality: .problem, seen: "the key has \(own.keyBits) bits (\(own.keyType))")
    }
    if own.hasWeakSignature, !own.isSelfSigned {
      return Finding(sign: "weak-signature", quality: .problem, seen: "signed with \(own.signature)")
    }
    return nil
  }

  /// `2026-11-23`
  static func day(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var civil = tm()
    gmtime_r(&time, &civil)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(civil.tm_year + 1900)-\(two(civil.tm_mon + 1))-\(two(civil.tm_mday))"
  }
}
