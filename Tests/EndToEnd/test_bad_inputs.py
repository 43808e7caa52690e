"""What cannot be read is said in one line; the rest is still analysed."""
import os
import re
import shutil

import forms
from harness import analyse, equal, essence, gzipped, logscan, put, test, test_each, text_of

LOG = forms.write("rfc3339-utc", forms.read(text_of("postfix-healthy")))
NOISE = bytes(range(1, 32)) * 400


def missing(path):
    return path


def empty_directory(path):
    path.mkdir()
    return path


def binary(path):
    return put(path, NOISE)


def program(path):
    return shutil.copy("/bin/true", path)


def corrupt_gzip(path):
    packed = bytearray(gzipped(LOG))
    packed[12:40] = b"\xff" * 28
    return put(path, bytes(packed))


def gzip_of_noise(path):
    return put(path, gzipped(NOISE))


def gzip_header_alone(path):
    return put(path, gzipped(LOG)[:10])


def xz(path):
    return put(path, b"\xfd7zXZ\0" + NOISE)


def zstd(path):
    return put(path, b"\x28\xb5\x2f\xfd" + NOISE)


def journal(path):
    return put(path, b"LPKSHHRH" + NOISE)


BY_NAME = {make.__name__: make for make in (
    missing, empty_directory, binary, program, corrupt_gzip, gzip_of_noise, gzip_header_alone, xz, zstd, journal)}


def one_clear_line(result, *words):
    lines = result.stderr.decode().splitlines()
    equal(len(lines), 1, f"lines on standard error {lines}")
    said = lines[0]
    assert re.match(r"logscan: [^A-Z]", said), f"not a lower-case line of logscan: {said!r}"
    for word in words:
        assert word in said, f"{word!r} is not in {said!r}"


@test_each(BY_NAME)
def alone_it_is_status_three(folder, kind):
    result = logscan(BY_NAME[kind](folder / "bad"))
    one_clear_line(result, f"{folder}/bad: ")
    equal(result.returncode, 3, "exit status")


@test_each(BY_NAME)
def beside_a_good_log_it_is_status_four(folder, kind):
    good = put(folder / "mail.log", LOG)
    bad = BY_NAME[kind](folder / "bad")
    one_clear_line(logscan(bad, good), f"{folder}/bad: ")
    report = analyse(bad, good, status=4)
    equal(report["lines"], analyse(good)["lines"], "lines of the good log")
    problems = [entry["path"] for entry in report["inputs"] if "problem" in entry]
    equal(problems, [str(bad)], "inputs with a problem")


@test
def unreadable_file(folder):
    if os.geteuid() == 0:
        return
    log = put(folder / "mail.log", LOG)
    log.chmod(0)
    result = logscan(log)
    one_clear_line(result, "permission denied")
    equal(result.returncode, 3, "exit status")


@test
def truncated_gzip_gives_what_it_holds(folder):
    packed = gzipped(LOG)
    bad = put(folder / "mail.log.gz", packed[:len(packed) // 2])
    result = logscan(bad)
    one_clear_line(result, f"{bad}: ", "truncated")
    equal(result.returncode, 4, "exit status")
    report = analyse(bad, status=4)
    assert 0.2 * LOG.count(b"\n") < report["lines"]["recognised"] < LOG.count(b"\n"), f"{report['lines']}"


@test
def gzip_that_is_corrupt_later_gives_what_came_before(folder):
    packed = bytearray(gzipped(LOG))
    middle = len(packed) // 2
    packed[middle:middle + 200] = b"\xff" * 200
    bad = put(folder / "mail.log.gz", bytes(packed))
    result = logscan(bad)
    one_clear_line(result, f"{bad}: ", "corrupt")
    equal(result.returncode, 4, "exit status")
    assert analyse(bad, status=4)["lines"]["recognised"] > 0, "nothing recognised"


@test
def wrong_checksum_of_gzip_is_said(folder):
    packed = bytearray(gzipped(LOG))
    packed[-8] ^= 1
    result = logscan(put(folder / "mail.log.gz", bytes(packed)))
    one_clear_line(result, "corrupt")
    equal(result.returncode, 4, "exit status")


@test
def corrupt_gzip_member_behind_a_good_one(folder):
    result = logscan("--format", "json", put(folder / "mail.log.gz", gzipped(LOG) + gzipped(LOG)[:20]))
    one_clear_line(result, "truncated")
    equal(result.returncode, 4, "exit status")


@test
def empty_log_is_not_called_healthy(folder):
    result = logscan(put(folder / "mail.log", b""))
    equal(result.returncode, 0, "exit status")
    assert result.stdout.strip(), "no report"
    assert b"No problems found" not in result.stdout, "an empty log is called healthy"


@test
def log_without_mail_is_not_called_healthy(folder):
    lines = b"".join(b"Nov  3 04:05:%02d mx CRON[7]: (root) CMD (true)\n" % i for i in range(50))
    result = logscan(put(folder / "syslog", lines))
    equal(result.returncode, 0, "exit status")
    assert b"No problems found" not in result.stdout, "a log without mail is called healthy"


@test
def text_that_is_no_log_is_not_called_healthy(folder):
    result = logscan(put(folder / "notes.txt", b"The quick brown fox\njumps over the lazy dog\n" * 20))
    assert b"No problems found" not in result.stdout, "some text is called healthy"


PATTERN = """logscan: patterns/1
program: [postfix/smtpd]
patterns:
  - id: my.rule
    match: 'x'
    event: service.information
    samples:
      - line: x
        gives: {event: service.information}
"""
BROKEN_RULES = {
    "syntax": "logscan: patterns/1\npatterns: [",
    "unknown_key": PATTERN.replace("match:", "macht:"),
    "unknown_event": PATTERN.replace("service.information", "no.such-event"),
    "wrong_version": "logscan: patterns/99\npatterns: []\n",
    "no_rules_at_all": "- just\n- a list\n",
    "not_text": "\x00\x01\x02",
}


@test_each(BROKEN_RULES)
def broken_rule_file_is_named_and_the_rest_analysed(folder, kind):
    log = put(folder / "mail.log", LOG)
    (folder / "my.yaml").write_text(BROKEN_RULES[kind])
    result = logscan("--rules", folder / "my.yaml", "--format", "json", log)
    said = result.stderr.decode().splitlines()
    assert said, "nothing said"
    for line in said:
        assert re.match(r"logscan: \S*my\.yaml(:\d+)*: [^A-Z]", line), f"not FILE:LINE: what: {line!r}"
    equal(result.returncode, 0, "exit status")
    equal(essence(analyse("--rules", folder / "my.yaml", log)), essence(analyse(log)), "report")


@test
def missing_rule_file_is_named(folder):
    result = logscan("--rules", folder / "none.yaml", put(folder / "mail.log", LOG))
    one_clear_line(result, f"{folder}/none.yaml: ", "no such file")
