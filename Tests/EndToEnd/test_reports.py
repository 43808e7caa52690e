"""What the reports say of the recorded logs."""
import json
import re
import subprocess
import sys

import schema
from harness import (NAMES, ROOT, Settings, analyse, copy_fixture, equal, essence, events, logscan, own_logs, test,
                     test_each, text_of, truth)

GOLDEN = ROOT / "Tests/EndToEnd/golden"
# One of these causes cannot be told from the other by a log; the report names the family.
REPORTED_AS = {"dns-resolver-not-running": "dns-servfail"}


def published(name):
    return json.loads((ROOT / f"docs/schema/{name}.schema.json").read_text())


def text_report(folder, name, *options, **environment):
    copy_fixture(name, folder)
    result = logscan(*options, *own_logs(name), cwd=folder, **environment)
    equal(result.returncode, 0, "exit status")
    return re.sub(r", [\d.]+ (?:ms|s)$", ", 0.00 s", result.stdout.decode(), flags=re.M)


def compare_golden(name, got):
    file = GOLDEN / f"{name}.txt"
    if Settings.update:
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(got)
    wanted = file.read_text() if file.exists() else ""
    for number, (a, b) in enumerate(zip(got.splitlines() + ["<end>"], wanted.splitlines() + ["<end>"]), 1):
        equal(a, b, f"golden/{name}.txt:{number}")
    equal(got, wanted, f"golden/{name}.txt")


@test_each(NAMES)
def text_is_as_recorded(folder, name):
    compare_golden(name, text_report(folder, name))


@test
def text_without_unicode_is_ascii(folder):
    text = text_report(folder, "postfix-outbound-port-25-blocked", LC_ALL="C")
    text.encode("ascii")
    compare_golden("ascii", text)


@test
def markdown_is_as_recorded(folder):
    compare_golden("markdown", text_report(folder, "postfix-outbound-port-25-blocked", "--format", "markdown"))


@test
def colour_changes_no_word(folder):
    coloured = text_report(folder, "postfix-own-cert-expired", "--color", "always")
    plain = text_report(folder, "postfix-own-cert-expired", "--color", "never")
    assert "\x1b[" in coloured, "no colour with --color always"
    equal(re.sub(r"\x1b\[[\d;]*m", "", coloured), plain, "text without its colours")


@test_each(NAMES)
def text_fits_eighty_columns(folder, name):
    wide = [line for line in text_report(folder, name).splitlines() if len(line) > 80]
    equal(wide, [], "lines wider than 80 columns")


@test_each([name for name in NAMES if truth(name)["cause"] != "healthy"])
def first_finding_is_the_truth(folder, name):
    copy_fixture(name, folder)
    cause = truth(name)["cause"]
    found = [finding["cause"] for finding in analyse(*own_logs(name), cwd=folder)["findings"]]
    assert found[:1] == [REPORTED_AS.get(cause, cause)], f"{cause} was injected, found: {found}"


@test_each([name for name in NAMES if name.startswith("exim")])
def syslog_copy_tells_the_same_cause(folder, name):
    copy_fixture(name, folder)
    own = [finding["cause"] for finding in analyse(*own_logs(name), cwd=folder)["findings"]]
    copy = [finding["cause"] for finding in analyse("mail.log", cwd=folder)["findings"]]
    equal(copy[:1], own[:1], "first finding in the syslog copy")


@test_each([name for name in NAMES if truth(name)["cause"] == "healthy"])
def healthy_log_has_no_problem(folder, name):
    copy_fixture(name, folder)
    report = analyse(*own_logs(name), cwd=folder)
    equal([f["cause"] for f in report["findings"] if f["severity"] in ("warning", "critical")], [], "problems")


@test_each(NAMES)
def analysis_follows_its_schema(folder, name):
    copy_fixture(name, folder)
    analysis = published("analysis")
    equal(schema.problems(analyse(*own_logs(name), cwd=folder), analysis, analysis), [], "problems")


@test_each(NAMES)
def events_follow_their_schema(folder, name):
    copy_fixture(name, folder)
    event = published("event")
    for number, line in enumerate(events(*own_logs(name), cwd=folder), 1):
        equal(schema.problems(line, event, event), [], f"event {number}")


@test_each(NAMES)
def every_recognised_line_is_an_event(folder, name):
    copy_fixture(name, folder)
    lines = analyse("mail.log", cwd=folder)["lines"]
    equal(len(events("mail.log", cwd=folder)), lines["recognised"] - lines["copies"], "events")


@test_each(NAMES)
def every_line_of_the_log_is_counted_once(folder, name):
    copy_fixture(name, folder)
    lines = analyse("mail.log", cwd=folder)["lines"]
    equal(lines["total"], text_of(name).count(b"\n"), "lines")
    kinds = ("recognised", "unrecognised", "foreign", "malformed", "continued")
    equal(sum(lines[kind] for kind in kinds), lines["total"], "sum of kinds")


@test_each(NAMES)
def evidence_stands_where_the_report_says(folder, name):
    copy_fixture(name, folder)
    report = analyse("mail.log", cwd=folder)
    log = text_of(name).decode().splitlines()
    for finding in report["findings"] + report["noise"]:
        for place in [e[end] for e in finding["evidence"] for end in ("first", "last") if end in e]:
            line = log[place["line"] - 1]
            shown = place["text"].rstrip("…")
            assert shown in line, f"{finding['cause']}: line {place['line']} is {line!r:.120}, not {shown!r:.120}"


@test
def two_runs_give_the_same(folder):
    copy_fixture("postfix-wrong-password-one-user", folder)
    equal(essence(analyse("mail.log", cwd=folder)), essence(analyse("mail.log", cwd=folder)), "second run")


@test_each(["postfix", "dovecot", "exim", "mixed"])
def generated_log_is_counted_as_generated(folder, server):
    log, counted = folder / "mail.log", folder / "counted.json"
    command = [sys.executable, ROOT / "Benchmarks/generate.py", "60000", "--server", server, "--truth", counted]
    with log.open("wb") as output:
        subprocess.run(command, stdout=output, check=True)
    report = analyse(log)
    got = {"lines": report["lines"]["recognised"], "received": report["messages"]["received"], "rejected": report["rejects"]}
    got |= {kind: report["deliveries"][kind] for kind in ("sent", "deferred", "bounced")}
    equal({kind: number for kind, number in got.items() if number}, json.loads(counted.read_text()), "figures")
