"""logscan explain: what an error means, without a log."""
import json
import re

import schema
from harness import ROOT, equal, logscan, test, test_each

QUESTIONS = {
    "cause": (["outbound-port-25-blocked"], "outbound-port-25-blocked"),
    "reason class": (["tls.certificate-expired"], "own-cert-expired"),
    "event type": (["queue.congested"], "queue-backlog"),
    "enhanced code": (["5.2.2"], "remote-mailbox-full"),
    "reply code": (["530"], "smarthost-relay-denied"),
    "whole reply": (["550 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org"], "remote-blocklisted"),
    "reply of several lines": (["550-5.7.26 Your email has been blocked because the sender is unauthenticated."],
                               "remote-spf-dkim-fail"),
    "hexadecimal": (["0x800CCC0E"], "mta-stopped"),
    "lower case": (["0x800ccc0e"], "mta-stopped"),
    "without 0x": (["800CCC0E"], "mta-stopped"),
    "negative decimal": (["--", "-2146644978"], "mta-stopped"),
    "outlook": (["Task 'ann@example.com - Sending' reported error (0x800CCC79): 'The server rejected one of the "
                 "recipients. Server response: 550 5.7.1 Relaying denied'"], "relay-access-denied"),
    "thunderbird": (["Login to server imap.example.com with username ann failed."], "wrong-password-one-user"),
    "apple": (["Cannot Send Mail – The user name or password for “SMTP” is incorrect."], "wrong-password-one-user"),
    "k-9": (["java.security.cert.CertPathValidatorException: Trust anchor for certification path not found."],
            "own-cert-selfsigned"),
    "generic text": (["Unable to establish secure connection"], "own-cert-expired"),
    "words without quotes": (["unable", "to", "establish", "a", "secure", "connection"], "own-cert-expired"),
    "log line": (["Nov 23 09:46:38 mx postfix/smtp[31]: connect to mx.example.net[192.0.2.11]:25: Connection timed out"],
                 "outbound-port-25-blocked"),
    "server error": (["550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown"], "remote-user-unknown"),
}


def explained(*arguments, **options):
    result = logscan("explain", "--format", "json", *arguments, **options)
    equal((result.returncode, result.stderr), (0, b""), "status and standard error")
    return json.loads(result.stdout)


@test_each(QUESTIONS)
def question_is_answered(folder, kind):
    words, cause = QUESTIONS[kind]
    answer = explained(*words)
    found = [likely["cause"] for likely in answer["causes"]]
    equal(found[:1], [cause], f"likeliest cause (all: {found})")
    published = json.loads((ROOT / "docs/schema/explanation.schema.json").read_text())
    equal(schema.problems(answer, published, published), [], "problems with the schema")


@test_each(QUESTIONS)
def answer_fits_eighty_columns(folder, kind):
    for options in ([], ["--all"]):
        result = logscan("explain", *options, *QUESTIONS[kind][0])
        equal((result.returncode, result.stderr), (0, b""), "status and standard error")
        lines = result.stdout.decode().splitlines()
        equal([line for line in lines if len(line) > 80 or line != line.rstrip()], [], "wide or padded lines")
        assert QUESTIONS[kind][1] in result.stdout.decode(), "the likeliest cause is not in the text"


@test
def answer_tells_meaning_differences_checks_and_fix(folder):
    text = logscan("explain", "0x800CCC02").stdout.decode()
    for part in ("0x800CCC02 (Outlook for Windows): ", "In the log of the server", "1  CRITICAL  Our certificate has expired",
                 "log shows:  tls.failed", "not to be confused with:  own-cert-selfsigned: ", "check:  tls-own: makes TLS",
                 "fix:\n", "more: logscan explain own-cert-expired"):
        assert part in text, f"{part!r} is not in:\n{text}"


@test
def nothing_known_is_one_line_and_status_two(folder):
    for words, said in {
            ("frobnicate the gizmo",): "logscan: nothing is known of 'frobnicate the gizmo'",
            ("own-cert-expird",): "logscan: nothing is known of 'own-cert-expird'; did you mean 'own-cert-expired'?",
            ("tls.certificat-expired",): "logscan: nothing is known of 'tls.certificat-expired'; did you mean "
                                         "'tls.certificate-expired' or 'tls.certificate-problem'?",
            ("outlook.cannot-conect",): "logscan: nothing is known of 'outlook.cannot-conect'; did you mean "
                                        "'outlook.cannot-connect'?",
            ("x\x1b[31m\ny",): "logscan: nothing is known of 'x\\x1b[31m\\x0ay'"}.items():
        result = logscan("explain", *words)
        equal((result.returncode, result.stdout), (2, b""), f"{words}: status and standard output")
        equal(result.stderr.decode(), said + "\n", "standard error")


@test
def a_question_too_long_is_refused(folder):
    result = logscan("explain", "x" * 20000)
    equal((result.returncode, result.stderr), (
        2, b"logscan: the text is longer than 16384 bytes; give the part that names the error\n"), "status and error")


@test
def a_hostile_question_reaches_no_terminal_raw(folder):
    result = logscan("explain", "550 5.7.1 \x1b[31m\u202e blocked using zen.spamhaus.org")
    equal(result.returncode, 0, "status")
    raw = re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.stdout.decode())
    equal(raw, [], "control characters")


@test
def entries_of_the_users_replace_and_mute(folder):
    (folder / "my.yaml").write_text("""logscan: clients/1
client: Our app
mute: [outlook.cannot-connect]
errors:
  - id: app.busy
    code: [GIZMO-17]
    text: the gizmo is asleep today
    means: The gizmo sleeps.
    causes: [mta-stopped]
    samples: ['Error GIZMO-17', 'The gizmo is asleep (today).']
""")
    checked = logscan("rules", "check", "my.yaml", cwd=folder)
    equal((checked.returncode, checked.stderr), (0, b""), "rules check")
    assert b"1 client errors" in checked.stdout, checked.stdout
    for question in ("gizmo-17", "the gizmo is asleep today!"):
        answer = explained("--rules", "my.yaml", question, cwd=folder)
        equal(answer["meanings"][0]["text"], "The gizmo sleeps.", question)
    muted = logscan("explain", "--rules", "my.yaml", "0x800CCC0E", cwd=folder)
    equal(muted.returncode, 2, "status of a muted code")
    listed = logscan("rules", "list", "--rules", "my.yaml", cwd=folder).stdout.decode()
    assert "client   app.busy  Our app  my.yaml:5  (user)\n" in listed, "not listed"
    assert re.search(r"client +outlook.cannot-connect .*\(muted\)\n", listed), "not listed as muted"


@test
def a_wrong_sample_of_an_entry_is_named(folder):
    (folder / "my.yaml").write_text("""logscan: clients/1
client: Our app
errors:
  - {id: app.x, text: the gizmo is asleep, means: m, causes: [mta-stoped], samples: ['the gizmo is awake']}
""")
    checked = logscan("rules", "check", "my.yaml", cwd=folder)
    equal(checked.returncode, 1, "status")
    said = checked.stderr.decode()
    assert "my.yaml:4:5: app.x names an unknown cause 'mta-stoped'; did you mean 'mta-stopped'?" in said, said
    assert "sample of app.x: no rule knows it" in said, said


@test
def an_analysis_takes_no_notice_of_client_files(folder):
    (folder / "my.yaml").write_text("logscan: clients/1\nmute: [outlook.cannot-connect]\n")
    (folder / "mail.log").write_text("Nov 23 10:00:00 mx postfix/smtpd[7]: connect from a.example[192.0.2.1]\n")
    result = logscan("--rules", "my.yaml", "mail.log", cwd=folder)
    equal((result.returncode, result.stderr), (0, b""), "status and standard error")
