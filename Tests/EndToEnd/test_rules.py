"""Rule files of the user's: drafting, replacing, extending, muting, listing, and the reference made from them."""
import json
import re
import shutil

from harness import ROOT, actions, analyse, copy_fixture, equal, events, gzipped, logscan, test, test_each

HEAD = "Nov 23 10:{minute:02}:00 mx {tag}: {message}\n"
UNKNOWN = [
    ("postfix/smtpd[7]", "gizmo refused client mail{n}.corp.test[10.2.3.{n}]: Connection refused"),
    ("postfix/smtpd[7]", "gizmo refused client mail{n}.corp.test[10.2.3.{n}]: Connection timed out"),
    ("dovecot", "imap-login: Error: gizmo could not read widget of user <ann{n}@corp.test>, session=<s3cr3t{n}>"),
    ("exim[9]", "gizmo frobnicated message 1tAbCd-0000{n:02}-1B to carl{n}@corp.test after {n} tries"),
    ("exim[9]", "gizmo {{braces}} and 'quotes' and \"more\" stayed as {n} they were"),
    ("postfix/cleanup[3]", "3F2A91C{n:03}: gizmo changed header from=<ann@corp.test> size={n}00"),
]


def log_of(lines, times=5):
    return "".join(HEAD.format(minute=n, tag=tag, message=message.format(n=n))
                   for n in range(1, times + 1) for tag, message in lines)


def suggest(*arguments, status=0, **options):
    result = logscan("rules", "suggest", *arguments, **options)
    equal((result.returncode, result.stderr), (status, b""), "status and standard error")
    return result.stdout.decode()


def accepted(folder, path="my.yaml"):
    result = logscan("rules", "check", path, cwd=folder)
    equal((result.returncode, result.stderr), (0, b""), "rules check: status and standard error")
    return result.stdout.decode()


@test
def suggested_rules_are_accepted_and_take_the_lines(folder):
    (folder / "mail.log").write_text(log_of(UNKNOWN))
    before = analyse("mail.log", cwd=folder)["lines"]
    equal(before["unrecognised"], 30, "unrecognised lines")
    text = suggest("mail.log", "-o", "my.yaml", cwd=folder)
    equal(text, "", "standard output")
    assert " 0 problems" in accepted(folder), "problems"
    after = analyse("--rules", "my.yaml", "mail.log", cwd=folder)["lines"]
    equal(after["unrecognised"], 0, "unrecognised lines with the rules")
    again = suggest("--rules", "my.yaml", "mail.log", cwd=folder)
    assert "patterns: []" in again and "nothing to draft" in again, f"something is left: {again}"


@test
def samples_hold_no_values_of_the_log(folder):
    (folder / "mail.log").write_text(log_of(UNKNOWN))
    text = suggest("mail.log", cwd=folder)
    for secret in ("corp.test", "10.2.3", "s3cr3t", "1tAbCd", "ann", "carl", "3F2A91C0"):
        for line in text.splitlines():
            if not line.lstrip().startswith("#") and "3F2A91C0D2" not in line:
                assert secret not in line, f"{secret} in {line}"


@test
def fields_are_named_by_the_words_before_them(folder):
    (folder / "mail.log").write_text(log_of(UNKNOWN))
    text = suggest("mail.log", cwd=folder)
    for match in (
            "gizmo refused client {client.domain:host}[{client.ip:ip}]: {event.reason}",
            "user <{user.name:address}>, session=<{session.id}>",
            "{email.local_id:queueid}: gizmo changed header from=<{smtp.envelope.from:address}> size={smtp.size:int}",
            "gizmo {{braces}} and ''{:free}'' and {:quoted} stayed as {:int} they were"):
        assert match in text, f"{match} is not in {text}"
    assert text.count("# suggested: check the event type") == text.count("  - id: ") == 5, text
    assert "# 10 lines, first mail.log:1\n" in text, "the commonest is not first, or has no place"


@test
def suggest_reads_a_pipe_and_gzip(folder):
    data = log_of(UNKNOWN).encode()
    from_pipe = suggest(stdin=data)
    equal(suggest("-", stdin=gzipped(data)), from_pipe, "rules of the gzip")
    assert from_pipe.count("- id:") == 5, from_pipe


@test
def suggest_keeps_to_its_limit_and_says_what_is_left(folder):
    (folder / "mail.log").write_text(log_of(UNKNOWN) + "no header at all\n" + HEAD.format(
        minute=9, tag="cron[1]", message="(root) CMD (true)"))
    text = suggest("--limit", "2", "mail.log", cwd=folder)
    equal(text.count("- id:"), 2, "drafts")
    assert "# Left out:\n#   3 kinds of lines (15 lines) rarer than these: --limit N shows more\n" in text, text
    assert "#   1 line without a header or a known program" in text, text
    equal(logscan("rules", "suggest", "--limit", "0", "mail.log", cwd=folder).returncode, 2, "status of --limit 0")


@test
def suggest_of_a_known_log_has_nothing_to_say(folder):
    copy_fixture("postfix-healthy", folder)
    (folder / "my.yaml").write_text(suggest("mail.log", cwd=folder))
    assert "patterns: []" in (folder / "my.yaml").read_text(), "drafts for a log that is known"
    accepted(folder)


@test
def suggest_has_the_statuses_of_an_analysis(folder):
    equal(logscan("rules", "suggest", "none.log", cwd=folder).returncode, 3, "nothing to read")
    (folder / "mail.log").write_text(log_of(UNKNOWN))
    equal(logscan("rules", "suggest", "mail.log", "none.log", cwd=folder).returncode, 4, "half to read")


HOSTILE = {
    "control characters": "gizmo \x1b[31m\x07 stumbled over widget \x01\x02",
    "not UTF-8": b"gizmo \xff\xfe stumbled over widget \x80",
    "line separators": "gizmo stumbled\u2028over widget\u202e twice",
    "YAML": "gizmo: - {a: b} # no 'comment' \"here\" stumbled | > & * ! % @ ` over",
    "braces": "gizmo {client.ip:ip} stumbled {{ over }} { widget",
    "quotes without end": "gizmo 'stumbled \"over <widget [twice",
    "only marks": "{}[]<>()'\"::;;,,",
    "long": "gizmo stumbled over " + "widget " * 4000,
    "many values": "gizmo stumbled " + "<a@b.test> 'x' 10.0.0.1 " * 30,
    "no blank": "gizmo-stumbled" + "x" * 3000,
}


@test_each(HOSTILE)
def hostile_lines_give_rules_that_are_right(folder, kind):
    message = HOSTILE[kind] if isinstance(HOSTILE[kind], bytes) else HOSTILE[kind].encode()
    name = "mail\x1b[31m\n.log"
    (folder / name).write_bytes(b"Nov 23 10:00:00 mx postfix/smtpd[7]: " + message + b"\n")
    text = suggest(name, cwd=folder)
    assert all(character == "\n" or 0x20 <= ord(character) < 0x7F for character in text), "unprintable"
    (folder / "my.yaml").write_text(text)
    accepted(folder)
    if "- id:" in text:
        lines = analyse("--rules", "my.yaml", name, cwd=folder)["lines"]
        equal(lines["unrecognised"], 0, "unrecognised")


CONNECT = "Nov 23 10:00:00 mx postfix/smtpd[7]: connect from a.example[192.0.2.1]\n"


def rule_id(line):
    found = logscan("rules", "test", "--line", line.strip()).stdout.decode()
    return re.search(r"^rule +(\S+)", found, re.M)[1]


def listed(*arguments, cwd=None, **environment):
    result = logscan("rules", "list", "--format", "json", *arguments, cwd=cwd, **environment)
    equal((result.returncode, result.stderr), (0, b""), "status and standard error")
    return {(rule["kind"], rule["id"]): rule for rule in json.loads(result.stdout)}


@test
def a_replaced_pattern_gives_what_the_user_says(folder):
    name = rule_id(CONNECT)
    (folder / "my.yaml").write_text(f"""logscan: patterns/1
program: [postfix/smtpd]
patterns:
  - id: {name}
    match: 'connect from {{client.domain:host}}[{{client.ip:ip}}]'
    event: service.information
    samples: ['connect from a.example[192.0.2.1]']
""")
    (folder / "mail.log").write_text(CONNECT)
    accepted(folder)
    equal(actions(events("--rules", "my.yaml", "mail.log", cwd=folder)), {"service.information": 1}, "events")
    changes = listed("--rules", folder / "my.yaml")["pattern", name]["changes"]
    equal([(change["change"], change["origin"]) for change in changes], [("replaced", "option")], "changes")


@test
def an_extended_pattern_takes_one_more_line(folder):
    name = rule_id(CONNECT)
    (folder / "my.yaml").write_text(f"""logscan: patterns/1
patterns:
  - extends: {name}
    match: 'gizmo: connect from {{client.domain:host}}[{{client.ip:ip}}]'
    samples:
      - line: 'gizmo: connect from a.example[192.0.2.1]'
        gives: {{event: connection.opened, client.ip: 192.0.2.1}}
""")
    (folder / "mail.log").write_text(CONNECT + CONNECT.replace("connect from", "gizmo: connect from"))
    assert "1 extended, 0 muted" in accepted(folder), "not counted"
    equal(actions(events("--rules", "my.yaml", "mail.log", cwd=folder)), {"connection.opened": 2}, "events")


@test
def a_muted_pattern_is_known_and_gives_no_event(folder):
    name = rule_id(CONNECT)
    (folder / "my.yaml").write_text(f"logscan: patterns/1\nmute: [{name}]\n")
    (folder / "mail.log").write_text(CONNECT)
    accepted(folder)
    equal(events("--rules", "my.yaml", "mail.log", cwd=folder), [], "events")
    lines = analyse("--rules", "my.yaml", "mail.log", cwd=folder)["lines"]
    equal((lines["recognised"], lines["unrecognised"]), (1, 0), "recognised and not")
    said = logscan("rules", "test", "--rules", folder / "my.yaml", "--line", CONNECT.strip())
    equal(said.returncode, 0, "status of rules test")
    assert b"muted" in said.stdout, said.stdout
    equal(listed("--rules", folder / "my.yaml")["pattern", name]["muted"], True, "muted in the list")


@test
def a_muted_cause_is_never_reported_and_still_listed(folder):
    copy_fixture("postfix-outbound-port-25-blocked", folder)
    found = [finding["cause"] for finding in analyse("mail.log", cwd=folder)["findings"]]
    assert "outbound-port-25-blocked" in found, found
    (folder / "my.yaml").write_text("logscan: causes/1\nmute: [outbound-port-25-*]\n")
    accepted(folder)
    found = [finding["cause"] for finding in analyse("--rules", "my.yaml", "mail.log", cwd=folder)["findings"]]
    assert "outbound-port-25-blocked" not in found, found
    text = logscan("rules", "list", "--origin", "--rules", folder / "my.yaml").stdout.decode()
    line = next(line for line in text.splitlines() if line.startswith("cause    outbound-port-25-blocked "))
    assert line.endswith(f"built in; muted by {folder}/my.yaml:2"), line
    explained = logscan("explain", "--rules", folder / "my.yaml", "outbound-port-25-blocked")
    equal(explained.returncode, 2, "explain")
    equal(explained.stderr.decode(),
          f"logscan: the cause 'outbound-port-25-blocked' is muted by {folder}/my.yaml:2\n", "explain")


@test
def an_extended_cause_changes_what_is_named(folder):
    copy_fixture("postfix-outbound-port-25-blocked", folder)
    (folder / "my.yaml").write_text("""logscan: causes/1
causes:
  - extends: outbound-port-25-blocked
    severity: notice
    fix: {postfix: ['call Alice']}
""")
    accepted(folder)
    finding = next(finding for finding in analyse("--rules", "my.yaml", "mail.log", cwd=folder)["findings"]
                   if finding["cause"] == "outbound-port-25-blocked")
    equal(finding["severity"], "notice", "severity")
    assert "call Alice" in finding["fix"] and not any("relayhost" in step for step in finding["fix"]), finding["fix"]


@test
def reasons_can_be_extended_and_muted(folder):
    (folder / "mail.log").write_text(
        "Nov 23 10:00:00 mx postfix/smtp[7]: connect to mx.example[192.0.2.1]:25: gizmo is asleep\n"
        "Nov 23 10:00:01 mx postfix/smtp[7]: connect to mx.example[192.0.2.1]:25: Connection refused\n")
    (folder / "my.yaml").write_text("""logscan: reasons/1
mute: ['network/connection-refused*']
reasons:
  - extends: network/connection-timed-out
    contains: [gizmo is asleep]
    samples: [gizmo is asleep]
""")
    reasons = {name for kind, name in listed() if kind == "reason"}
    for name in ("network/connection-refused", "network/connection-timed-out"):
        assert name in reasons, sorted(name for name in reasons if name.startswith("network/"))
    result = logscan("events", "--rules", "my.yaml", "mail.log", cwd=folder)
    equal((result.returncode, result.stderr), (0, b""), "status and standard error")
    said = result.stdout.decode()
    assert "connection.timeout" in said and "connection.refused" not in said, said


WRONG = {
    "extends": ("logscan: causes/1\ncauses:\n  - extends: outbound-port-25-blokced\n    severity: info\n",
                "my.yaml:3:14: no cause to extend has the id 'outbound-port-25-blokced'; did you mean "
                "'outbound-port-25-blocked'?"),
    "mute": ("logscan: patterns/1\nmute:\n  - postfix.smtp.conect-failed\n",
             "my.yaml:3:5: no pattern to mute has the id"),
    "prefix": ("logscan: patterns/1\nmute: [no.such.*]\n", "my.yaml:2:8: no pattern to mute has the id 'no.such.*'"),
    "version": ("logscan: patterns/2\nmute: [x]\n", "my.yaml:1:10: unknown language version 'patterns/2'"),
    "key": ("logscan: causes/1\ncauses:\n  - {extends: outbound-port-25-blocked, fixx: {}}\n", "did you mean 'fix'?"),
}


@test_each(WRONG)
def mistakes_are_named_with_their_place(folder, kind):
    text, expected = WRONG[kind]
    (folder / "my.yaml").write_text(text)
    checked = logscan("rules", "check", "my.yaml", cwd=folder)
    equal(checked.returncode, 1, "status")
    assert expected in checked.stderr.decode(), checked.stderr
    # An analysis says it too, and goes on.
    copy_fixture("postfix-healthy", folder)
    result = logscan("--rules", "my.yaml", "mail.log", cwd=folder)
    equal(result.returncode, 0, "status of an analysis")
    assert expected in result.stderr.decode(), result.stderr


@test
def rules_of_the_user_are_found_where_they_belong(folder):
    places = {"config/logscan/patterns.d": {"XDG_CONFIG_HOME": str(folder / "config")},
              "home/.config/logscan/patterns.d": {"HOME": str(folder / "home")}}
    for place, environment in places.items():
        (folder / place).mkdir(parents=True)
        (folder / place / "mute.yaml").write_text("logscan: causes/1\nmute: [outbound-port-25-blocked]\n")
        rule = listed(**environment)["cause", "outbound-port-25-blocked"]
        equal((rule["origin"], rule["muted"], rule["changes"][0]["origin"]), ("builtin", True, "user"), place)
    # --rules ranks above: what it replaces is on again.
    (folder / "on.yaml").write_text("""logscan: causes/1
causes:
  - id: outbound-port-25-blocked
    title: Mine
    severity: info
    act: admin
    kind: explicit
    evidence: [{select: {event: connection.failed}}]
""")
    rules = listed("--rules", folder / "on.yaml", **places["config/logscan/patterns.d"])
    rule = rules["cause", "outbound-port-25-blocked"]
    equal((rule["origin"], rule["muted"], rule["gives"]), ("option", False, "info"), "replaced after muted")


@test
def the_reference_in_the_repository_is_fresh(folder):
    result = logscan("rules", "reference", "patterns", "-o", "docs/rules", "--check", cwd=ROOT)
    equal((result.returncode, result.stdout, result.stderr), (0, b"", b""), "status and streams")


@test
def a_stale_reference_is_named_and_mended(folder):
    shutil.copytree(ROOT / "docs/rules", folder / "rules")
    with (folder / "rules/reasons.md").open("a") as page:
        page.write("more\n")
    shutil.copy(folder / "rules/reasons.md", folder / "rules/old.md")
    (folder / "rules/own.md").write_text("# Written by hand\n")
    command = ["rules", "reference", ROOT / "patterns", "-o", "rules"]
    # The pages name no files, so another path to the same rules makes the same pages.
    checked = logscan(*command, "--check", cwd=folder)
    equal(checked.returncode, 1, "status")
    equal(checked.stderr.decode().splitlines(), [
        "logscan: rules/reasons.md: stale; run: make docs", "logscan: rules/old.md: no longer made; run: make docs"],
        "standard error")
    equal(logscan(*command, cwd=folder).returncode, 0, "status of writing")
    assert not (folder / "rules/old.md").exists() and (folder / "rules/own.md").exists(), "wrong pages removed"
    equal(logscan(*command, "--check", cwd=folder).returncode, 0, "status afterwards")
