import MailFlow
import RuleFiles

extension CausePlan {
  /// The causes for which a ledger has counted anything, in the order of the rules, and whether it is what carries the
  /// finding. Whether a cause holds is another question.
  public func counting(_ ledger: Ledger) -> [(cause: String, isFirst: Bool)] {
    causes.flatMap { cause in
      cause.evidence.enumerated().compactMap { number, piece in
        // Of what has stopped, a line is no evidence.
        if piece.evidence.optional || piece.evidence.stops || ledger.tallies.indices(of: piece.table).isEmpty {
          return nil
        }
        return (cause.rule.id, number == 0)
      }
    }
  }
}
