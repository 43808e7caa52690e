"""Where lines come from does not matter: pipes, rotations, compression, copies, chunk borders."""
import itertools
import json
import os
import shutil
import signal
import subprocess
import time

import forms
from harness import (ENVIRONMENT, Settings, analyse, copy_fixture, equal, essence, gzipped, logscan, put, test, test_each,
                     text_of)

NAME = "postfix-outbound-port-25-blocked"
# With years, so that the age of a file or of a pipe plays no part.
LOG = forms.write("rfc3339-utc", forms.read(text_of(NAME)))
CHUNK = 1 << 20
HEAD = 1 << 16


def whole(folder):
    put(folder / "whole", LOG)
    report = essence(analyse(folder / "whole"))
    (folder / "whole").unlink()
    return report


def pieces(count):
    lines = LOG.splitlines(keepends=True)
    step = len(lines) // count + 1
    return [b"".join(lines[i:i + step]) for i in range(0, len(lines), step)]


def rotations(folder):
    oldest, middle, newest = pieces(3)
    contents = {"mail.log": newest, "mail.log.1": middle, "mail.log.2.gz": gzipped(oldest)}
    return [put(folder / name, content) for name, content in contents.items()]


@test
def pipe_without_argument(folder):
    equal(essence(analyse(stdin=LOG)), whole(folder), "report")


@test
def pipe_as_dash(folder):
    equal(essence(analyse("-", stdin=LOG)), whole(folder), "report")


@test
def pipe_that_drips(folder):
    """A writer that flushes in the middle of lines."""
    with subprocess.Popen([Settings.binary, "--format", "json", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env=ENVIRONMENT) as process:
        for start in range(0, len(LOG), 7919):
            process.stdin.write(LOG[start:start + 7919])
            process.stdin.flush()
        output = process.communicate()[0]
    equal(essence(json.loads(output)), whole(folder), "report")


@test
def pipe_beside_files(folder):
    first, second = pieces(2)
    put(folder / "mail.log", first)
    report = analyse(folder / "mail.log", "-", stdin=second)
    equal(report["lines"], whole(folder)["lines"], "lines")


@test
def gzip_is_known_by_its_content(folder):
    report = whole(folder)
    put(folder / "mail.log", gzipped(LOG))
    equal(essence(analyse(folder / "mail.log")), report, "report")


@test
def gzip_from_a_pipe(folder):
    equal(essence(analyse("-", stdin=gzipped(LOG))), whole(folder), "report")


@test
def plain_text_named_gz(folder):
    report = whole(folder)
    put(folder / "mail.log.gz", LOG)
    equal(essence(analyse(folder / "mail.log.gz")), report, "report")


@test
def gzip_members_one_after_the_other(folder):
    report = whole(folder)
    cuts = [LOG[:10_000], LOG[10_000:10_001], b"", LOG[10_001:]]
    put(folder / "mail.log.gz", b"".join(map(gzipped, cuts)))
    equal(essence(analyse(folder / "mail.log.gz")), report, "report")


@test
def zero_bytes_behind_gzip(folder):
    report = whole(folder)
    put(folder / "mail.log.gz", gzipped(LOG) + b"\0" * 512)
    equal(essence(analyse(folder / "mail.log.gz")), report, "report")


@test_each(["".join(order) for order in itertools.permutations("012")])
def rotations_in_any_order_are_one_log(folder, order):
    report = whole(folder)
    files = rotations(folder)
    equal(essence(analyse(*(files[int(i)] for i in order))), report, "report")


@test
def directory_of_rotations_is_one_log(folder):
    report = whole(folder)
    rotations(folder)
    equal(essence(analyse(folder)), report, "report")


@test
def the_same_file_twice_is_read_once(folder):
    report = whole(folder)
    log = put(folder / "mail.log", LOG)
    os.link(log, folder / "hard-link")
    (folder / "symbolic-link").symlink_to(log)
    equal(essence(analyse(log, log, folder / "hard-link", folder / "symbolic-link")), report, "report")


@test
def the_same_content_twice_is_read_once(folder):
    report = whole(folder)
    log = put(folder / "mail.log", LOG)
    copy = shutil.copy(log, folder / "copy")
    packed = put(folder / "copy.gz", gzipped(LOG))
    earlier = put(folder / "copy-of-the-beginning", LOG[:len(LOG) // 2])
    equal(essence(analyse(copy, packed, log, earlier)), report, "report")


@test
def the_same_content_twice_is_said(folder):
    log = put(folder / "mail.log", LOG)
    result = logscan(log, shutil.copy(log, folder / "copy"))
    equal(result.returncode, 0, "exit status")
    equal(result.stderr.count(b"read once"), 1, "notes that a copy is read once")


@test
def last_line_without_line_feed(folder):
    report = whole(folder)
    equal(essence(analyse(put(folder / "mail.log", LOG.rstrip(b"\n")))), report, "report")


@test
def time_limits_take_only_their_lines(folder):
    log = put(folder / "mail.log", LOG)
    stamps = sorted(line[:19].decode().replace("T", " ") for line in LOG.splitlines())
    middle = stamps[len(stamps) // 2]
    before = logscan("events", "--until", middle, log).stdout.splitlines()
    after = logscan("events", "--since", middle, log).stdout.splitlines()
    at = sum(stamp == middle for stamp in stamps)
    assert before and after, "no events on one side"
    equal(len(before) + len(after), len(stamps) + at, "events up to a second and from it on")


@test
def times_before_now_need_no_equals_sign(folder):
    copy_fixture("postfix-healthy", folder)
    for arguments in (["--since", "-2h"], ["--since=-2h"], ["--until", "-1d"], ["--since", "-2h", "--until", "+1h"]):
        result = logscan("--format", "json", *arguments, "mail.log", cwd=folder)
        equal((result.returncode, result.stderr), (0, b""), f"{arguments}: status and standard error")


@test
def fixture_without_years_is_in_its_year(folder):
    copy_fixture(NAME, folder)
    assert analyse(folder / "mail.log")["window"]["since"].startswith("2026-11-23T"), "wrong year"


def borders():
    """Lengths of a beginning that let the borders of blocks fall on different bytes of the lines behind it."""
    near = [-LOG.index(b"\n") - 1, -17, -1, 0, 1]
    return [size + step for size in (HEAD, CHUNK // 4, CHUNK) for step in near] + [CHUNK - len(LOG) // 2]


def other_lines(length):
    """Lines that are no mail, together of this length."""
    return (b"x" * 1023 + b"\n") * (length // 1024) + b"\n" * (length % 1024)


@test_each(["file", "pipe", "gzip"])
def block_borders_change_nothing(folder, kind):
    report = None
    for length in borders():
        padded = other_lines(length) + LOG
        if kind == "pipe":
            got = essence(analyse("-", stdin=padded))
        else:
            got = essence(analyse(put(folder / "mail.log", gzipped(padded) if kind == "gzip" else padded)))
        got["lines"] = got["lines"]["recognised"]
        for part in ("unrecognised", "unrecognised_shapes"):
            del got[part]
        report = report or got
        equal(got, report, f"report behind {length} other bytes")


@test
def overlong_line_is_cut_and_counted(folder):
    huge = LOG + b"Nov  3 04:05:06 mx postfix/smtpd[1]: " + b"x" * 20_000_000
    lines = analyse(put(folder / "mail.log", huge))["lines"]
    equal(lines["cut"], 1, "lines cut")
    equal(lines["total"], LOG.count(b"\n") + 1, "lines")


@test
def lines_behind_an_overlong_one_are_read(folder):
    huge = b"x" * 20_000_000 + b"\n" + LOG
    lines = analyse(put(folder / "mail.log", huge))["lines"]
    equal(lines["cut"], 1, "lines cut")
    equal(lines["total"], LOG.count(b"\n") + 1, "lines")
    equal(lines["recognised"], whole(folder)["lines"]["recognised"], "lines recognised")


@test
def interrupt_prints_what_was_found_so_far(folder):
    """Also while the pipe is open and silent."""
    with subprocess.Popen([Settings.binary, "--format", "json", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env=ENVIRONMENT) as process:
        process.stdin.write(LOG * 8)
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError("still running three seconds after SIGINT") from None
        report = json.loads(process.stdout.read())
    assert report.get("partial") is True, "not called partial"
    assert report["lines"]["total"] > 0, "nothing of what was read"
