import ArgumentParser

/// `logscan rules`: work on rule files. Each subcommand has a file of its own.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check, try, list and draft rules.",
    discussion: """
      Rules of your own are read from /etc/logscan/patterns.d, from ~/.config/logscan/patterns.d and from what --rules \
      names, the later above the earlier. A rule with the id of a built-in one replaces it; 'extends: ID' changes one, \
      'mute: [ID]' turns it off.

        logscan rules suggest /var/log/mail.log -o my.yaml    draft rules
        logscan rules check my.yaml                           see they are right
        logscan --rules my.yaml /var/log/mail.log             use them
      """,
    subcommands: [Suggest.self, Check.self, Test.self, List.self, Reference.self])
}
