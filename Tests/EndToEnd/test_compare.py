"""--compare and --save: findings against those of an earlier time."""
import json
import os
import re

import schema
from harness import FIXTURES, ROOT, equal, essence, logscan, test, test_each

BLOCKED, LISTED, PASSWORD, HEALTHY = (
    "postfix-outbound-port-25-blocked", "postfix-remote-blocklisted", "postfix-wrong-password-one-user", "postfix-healthy")
YESTERDAY, TODAY = ["--since", "2026-11-22", "--until", "2026-11-23"], ["--since", "2026-11-23", "--until", "2026-11-24"]


def lines(name, day, hour):
    text = (FIXTURES / name / "mail.log").read_text()
    return [re.sub(r"^Nov 23 09", f"Nov {day} {hour:02}", line) for line in text.splitlines(keepends=True)]


def log(folder, *parts, name="mail.log"):
    """A log of several days made of fixtures: (name, day, hour) each, in order."""
    path = folder / name
    path.write_text("".join(line for part in parts for line in lines(*part)))
    os.utime(path, (1795478399, 1795478399))  # 23 November 2026, 23:59:59
    return path


def two_days(folder):
    return log(folder, (HEALTHY, 21, 9), (LISTED, 22, 9), (PASSWORD, 22, 11), (LISTED, 23, 9), (BLOCKED, 23, 11))


def report(folder, *options, status=0, said=""):
    result = logscan("--format", "json", *options, "mail.log", cwd=folder)
    equal((result.returncode, result.stderr.decode()), (status, said), "status and standard error")
    return json.loads(result.stdout)


def changes(found):
    return {finding["cause"]: finding.get("change") for finding in found["findings"] if finding["severity"] != "notice"}


EXPECTED = {"outbound-port-25-blocked": "new", "remote-firewalled": "new", "remote-blocklisted": "same",
            "wrong-password-one-user": "gone"}


@test
def the_day_before_is_compared(folder):
    two_days(folder)
    found = report(folder, *TODAY, "--compare", "previous")
    equal(changes(found), EXPECTED, "changes")
    equal((found["comparison"]["with"], found["comparison"]["since"]), ("the period before", "2026-11-22T09:47:47Z"),
          "what it is compared with")
    gone = found["findings"][-1]
    equal((gone["cause"], gone["previous"]["events"], gone["previous"]["users"]), ("wrong-password-one-user", 18, 1), "gone")
    published = json.loads((ROOT / "docs/schema/analysis.schema.json").read_text())
    equal(schema.problems(found, published, published), [], "problems with the schema")


@test
def without_until_the_period_ends_with_the_log(folder):
    two_days(folder)
    equal(changes(report(folder, "--since", "2026-11-23", "--compare", "previous")), EXPECTED, "changes")


@test
def comparing_changes_nothing_else_of_the_report(folder):
    two_days(folder)
    plain, compared = report(folder, *TODAY), report(folder, *TODAY, "--compare", "previous")
    del compared["comparison"]
    compared["findings"] = [finding for finding in compared["findings"] if finding["change"] != "gone"]
    for finding in compared["findings"]:
        finding.pop("change")
        finding.pop("previous", None)
    # Lines of the day before are used; of the plain report they are outside.
    for key in ("total",):
        plain["lines"].pop(key), compared["lines"].pop(key)
    equal(essence(compared), essence(plain), "report")


@test
def a_saved_report_is_compared_and_replaced(folder):
    two_days(folder)
    first = report(folder, *YESTERDAY, "--compare", "last.json", "--save", "last.json",
                   said="logscan: last.json: nothing was saved yet; nothing is compared\n")
    assert "comparison" not in first, "compared with nothing"
    second = report(folder, *TODAY, "--compare", "last.json", "--save", "last.json")
    equal(changes(second), EXPECTED, "changes")
    saved = json.loads((folder / "last.json").read_text())
    equal(essence(saved), essence(second), "saved report")
    # What was gone then is not gone once more.
    third = report(folder, *TODAY, "--compare", "last.json")
    equal(set(changes(third).values()), {"same"}, "changes of the same time")


@test
def a_report_written_with_output_serves_as_well(folder):
    two_days(folder)
    logscan("--format", "json", "-o", "monday.json", *YESTERDAY, "mail.log", cwd=folder)
    equal(changes(report(folder, *TODAY, "--compare", "monday.json")), EXPECTED, "changes")


@test
def a_service_with_a_state_directory_remembers(folder):
    log(folder, (LISTED, 22, 9))
    (folder / "state").mkdir()

    def run():
        return logscan("--compare", "previous", "mail.log", cwd=folder, STATE_DIRECTORY=f"{folder}/state:/nonexistent")

    first = run()
    equal((first.returncode, first.stderr.decode()), (
        0, f"logscan: {folder}/state/last-report.json: nothing was saved yet; nothing is compared\n"), "first run")
    log(folder, (BLOCKED, 23, 9))
    second = run()
    equal((second.returncode, second.stderr), (0, b""), "second run")
    assert "   new: not there before\n" in second.stdout.decode() and "Gone since then\n" in second.stdout.decode(), second.stdout


@test
def more_of_the_same_is_worse_and_less_is_better(folder):
    def listed(count, day):
        return "".join(
            f"Nov {day} 10:{n % 60:02}:{n // 60:02} mx postfix/smtp[7]: {0xA1000 + n:X}: to=<u{n}@target.example>, "
            "relay=mx.target.example[192.0.2.66]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host "
            "mx.target.example[192.0.2.66] said: 554 5.7.1 Service unavailable; Client host [203.0.113.10] blocked using "
            "zen.spamhaus.org (in reply to RCPT TO command))\n" for n in range(count))

    for before, now, change in ((30, 120, "worse"), (120, 30, "better"), (30, 33, "same")):
        log(folder)
        (folder / "mail.log").write_text(listed(before, 22) + listed(now, 23))
        os.utime(folder / "mail.log", (1795478399, 1795478399))
        found = report(folder, *TODAY, "--compare", "previous")["findings"][0]
        equal((found["cause"], found["change"], found["previous"]["messages"]), ("remote-blocklisted", change, before), "finding")
        text = logscan(*TODAY, "--compare", "previous", "mail.log", cwd=folder).stdout.decode()
        word = {"same": "unchanged"}.get(change, change)
        assert re.search(rf"^   {word}: {now} messages, {before} before", text, re.M), text


@test
def text_and_markdown_tell_the_change(folder):
    two_days(folder)
    text = logscan(*TODAY, "--compare", "previous", "mail.log", cwd=folder).stdout.decode()
    for part in ("         compared with the period before: Sun 22 Nov 09:47 – Sun 22 Nov 11:47\n", "   new: not there before\n",
                 "   unchanged: 4 messages, 4 before\n", "\nGone since then\n   carol@lab.test has an old password stored"):
        assert part in text, f"{part!r} is not in:\n{text}"
    equal([line for line in text.splitlines() if len(line) > 80], [], "lines wider than 80 columns")
    markdown = logscan("--format", "markdown", *TODAY, "--compare", "previous", "mail.log", cwd=folder).stdout.decode()
    for part in ("- Compared with the period before: ", "**New: not there before**\n", "**Unchanged: 4 messages, 4 before**\n",
                 "## Gone since then\n\n- carol@lab.test has an old password"):
        assert part in markdown, f"{part!r} is not in:\n{markdown}"


WRITE = "; write one with: logscan --format json -o FILE"
BAD = {
    "empty": (b"", f"is no saved report: it is not JSON{WRITE}"),
    "not JSON": (b"Nov 23 mx postfix", f"is no saved report: it is not JSON{WRITE}"),
    "cut": (b'{"logscan": {"schema": 1}, "findings": [', f"is no saved report: it is not JSON{WRITE}"),
    "other JSON": (b'{"a": 1}', f"is no saved report: logscan is missing{WRITE}"),
    "other version": (b'{"logscan": {"schema": 7}, "findings": []}',
                      "is of another version (schema 7; this logscan reads 1); save a new one"),
    "a finding without act": (b'{"logscan": {"schema": 1}, "findings": [{"title": "x"}]}',
                              f"is no saved report: findings.0.act is missing{WRITE}"),
    "deep": (b'{"logscan": {"schema": 1}, "findings": ' + b"[" * 200000, f"is no saved report: it is not JSON{WRITE}"),
    "huge": (b" " * ((1 << 26) + 1), "is larger than 64 MiB: no saved report"),
}


@test_each(BAD)
def a_bad_saved_report_is_one_line_and_the_analysis_goes_on(folder, kind):
    log(folder, (BLOCKED, 23, 9))
    data, said = BAD[kind]
    (folder / "last.json").write_bytes(data)
    found = report(folder, "--compare", "last.json", status=4, said=f"logscan: last.json: {said}; nothing is compared\n")
    equal(found["findings"][0]["cause"], "outbound-port-25-blocked", "first finding")
    assert "comparison" not in found, "compared"


@test
def what_a_saved_report_says_is_escaped(folder):
    log(folder, (HEALTHY, 23, 9))
    evil = "\x1b[31mred\u202e <b>|"
    finding = {"act": "admin", "cause": f"x{evil}", "title": f"T{evil}", "severity": "critical", "scope": {"user.name": evil},
               "impact": {"messages": 50}}
    (folder / "last.json").write_text(json.dumps({"logscan": {"schema": 1}, "findings": [finding],
                                                  "window": {"covered": 60}}))
    for form in ("text", "markdown"):
        result = logscan("--format", form, "--compare", "last.json", "mail.log", cwd=folder)
        equal((result.returncode, result.stderr), (0, b""), "status and standard error")
        shown = result.stdout.decode()
        assert "red" in shown and "50 messages before" in shown, "the finding is not listed as gone"
        equal(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown), [], f"control characters in {form}")
        if form == "markdown":
            assert "<b>" not in shown, "markup"


@test
def comparisons_that_cannot_be_made_say_why(folder):
    log(folder, (LISTED, 23, 9))
    for options, status, said in (
            (["--compare", "previous"], 2, "logscan: --compare previous: no period is given; add --since, or name a saved "
                                           "report: --compare FILE\nsee: logscan --help\n"),
            ([*TODAY, "--compare", "previous"], 0,
             "logscan: the logs do not reach back to the period before; nothing is compared\n"),
            (["--compare", "none.json"], 4, "logscan: none.json: cannot be read: no such file or directory; nothing is compared\n"),
            (["--compare", "."], 4, "logscan: .: cannot be read: is a directory; nothing is compared\n")):
        result = logscan(*options, "mail.log", cwd=folder)
        equal((result.returncode, result.stderr.decode()), (status, said), f"{options}: status and standard error")


@test
def what_could_not_be_read_replaces_no_saved_report(folder):
    (folder / "last.json").write_text("precious")
    result = logscan("--save", "last.json", "none.log", cwd=folder)
    equal(result.returncode, 3, "status")
    assert b"last.json: not saved: the analysis is not complete" in result.stderr, result.stderr
    equal((folder / "last.json").read_text(), "precious", "saved report")


@test
def gone_findings_do_not_fail_a_run(folder):
    log(folder, (BLOCKED, 22, 9), (HEALTHY, 23, 9))
    result = logscan(*TODAY, "--compare", "previous", "--fail-on", "warning", "mail.log", cwd=folder)
    equal(result.returncode, 0, "status")
    assert "Gone since then\n   Outbound port 25 is blocked: 16 messages before\n" in result.stdout.decode(), result.stdout
