"""Options, exit statuses, output files."""
import re
import signal
import subprocess

from harness import ENVIRONMENT, ROOT, Settings, copy_fixture, equal, logscan, test, test_each

WRONG_USAGE = {
    "unknown option": ["--frobnicate"],
    "unknown format": ["--format", "docx", "mail.log"],
    "unknown colour": ["--color", "sometimes", "mail.log"],
    "no such time": ["--since", "when it was warm", "mail.log"],
    "no such severity": ["--fail-on", "dreadful", "mail.log"],
    "option without value": ["mail.log", "--since"],
    "unknown cause": ["explain", "outbound-port-25-blokced"],
    "no such time zone": ["--timezone", "Europe/Atlantis", "mail.log"],
}


@test_each(WRONG_USAGE)
def wrong_usage_is_status_two(folder, kind):
    copy_fixture("postfix-healthy", folder)
    result = logscan(*WRONG_USAGE[kind], cwd=folder)
    equal(result.returncode, 2, "exit status")
    equal(result.stdout, b"", "standard output")
    said, *hints = result.stderr.decode().splitlines()
    assert re.match(r"logscan: [^A-Z]", said), f"not a lower-case line of logscan: {said!r}"
    assert hints in ([], ["see: logscan --help"]), f"more on standard error: {hints}"


@test
def near_miss_of_a_cause_gets_a_hint(folder):
    assert b"outbound-port-25-blocked" in logscan("explain", "outbound-port-25-blokced").stderr, "no hint"


@test
def help_and_version_are_status_zero(folder):
    for words in ("--help", "--version", "help analyse", "help events", "help explain", "help rules"):
        result = logscan(*words.split())
        equal(result.returncode, 0, words)
        assert result.stdout and not result.stderr, f"{words}: on the wrong stream"


@test
def fail_on_reaches_status_one(folder):
    copy_fixture("postfix-own-cert-expired", folder)
    for least, status in {"critical": 1, "warning": 1, "notice": 1}.items():
        equal(logscan("--fail-on", least, "mail.log", cwd=folder).returncode, status, least)


@test
def fail_on_a_healthy_log_is_status_zero(folder):
    copy_fixture("postfix-healthy", folder)
    equal(logscan("--fail-on", "warning", "mail.log", cwd=folder).returncode, 0, "exit status")


@test
def fail_on_counts_only_its_severity(folder):
    copy_fixture("postfix-wrong-password-one-user", folder)
    equal(logscan("--fail-on", "critical", "mail.log", cwd=folder).returncode, 0, "a warning with --fail-on critical")
    equal(logscan("--fail-on", "warning", "mail.log", cwd=folder).returncode, 1, "a warning with --fail-on warning")


@test
def output_file_holds_what_would_be_printed(folder):
    copy_fixture("postfix-own-cert-expired", folder)
    (folder / "report.md").write_text("an older report, longer than nothing")
    result = logscan("--format", "markdown", "-o", "report.md", "mail.log", cwd=folder)
    equal((result.returncode, result.stdout, result.stderr), (0, b"", b""), "status and streams")
    untimed = [re.sub(rb"\d+\.\d\d s", b"", text) for text in (
        (folder / "report.md").read_bytes(), logscan("--format", "markdown", "mail.log", cwd=folder).stdout)]
    equal(untimed[0], untimed[1], "file")
    assert not list(folder.glob("*.tmp")), "a temporary file is left"


@test
def output_file_that_cannot_be_written(folder):
    copy_fixture("postfix-own-cert-expired", folder)
    result = logscan("-o", "no/such/place", "mail.log", cwd=folder)
    assert result.returncode != 0, "status 0"
    equal(result.stderr, b"logscan: no/such/place: cannot be written: no such file or directory\n", "standard error")


@test
def broken_pipe_ends_quietly(folder):
    copy_fixture("postfix-outbound-port-25-blocked", folder)
    for command in (["events"], ["--format", "json"], []):
        with subprocess.Popen([Settings.binary, *command, "mail.log"], cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT) as process:
            process.stdout.close()
            said = process.stderr.read()
        assert process.returncode in (0, -signal.SIGPIPE), f"status {process.returncode} of {command}"
        equal(said, b"", f"standard error of {command}")


@test
def every_cause_is_explained(folder):
    causes = [line.split()[0] for line in logscan("explain").stdout.decode().splitlines()]
    assert len(causes) > 50, f"only {len(causes)} causes"
    for cause in causes:
        result = logscan("explain", cause)
        equal((result.returncode, result.stderr), (0, b""), cause)
        wide = [line for line in result.stdout.decode().splitlines() if len(line) > 80]
        equal(wide, [], f"{cause}: lines wider than 80 columns")


@test
def shipped_rules_pass_their_own_check(folder):
    result = logscan("rules", "check", ROOT / "patterns")
    equal((result.returncode, result.stderr), (0, b""), "status and standard error")


@test
def a_rule_of_the_users_wins(folder):
    (folder / "my.yaml").write_text("""logscan: patterns/1
program: [postfix/smtpd]
patterns:
  - id: my.connect
    match: 'connect from {client.domain:host}[{client.ip:ip}]'
    event: service.information
    samples:
      - line: 'connect from a.example[192.0.2.1]'
        gives: {event: service.information}
""")
    line = "Nov  3 04:05:06 mx postfix/smtpd[7]: connect from a.example[192.0.2.1]"
    result = logscan("rules", "test", "--rules", folder / "my.yaml", "--line", line)
    equal(result.returncode, 0, "exit status")
    assert b"my.connect" in result.stdout, f"another rule won: {result.stdout!r}"
