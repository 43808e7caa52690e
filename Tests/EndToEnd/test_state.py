"""Runs that go on where the last one ended."""
import fcntl
import json
import os

import forms
import killing
from harness import Settings, equal, gzipped, logscan, put, test, test_each, text_of
from journal_file import JournalFile
from test_journal import fill

NAME = "postfix-healthy"
LOG = forms.write("rfc3339-utc", forms.read(text_of(NAME)))
LINES = LOG.splitlines(keepends=True)
FIGURES = ("received", "delivered", "bounced", "expired", "discarded", "deferred", "notices")


def whole(folder):
    put(folder / "whole.log", LOG)
    return json.loads(logscan("--format", "json", folder / "whole.log").stdout)


def run(folder, *arguments, said="", status=0):
    """The report of an incremental run."""
    result = logscan("--format", "json", "--state", folder / "state", *arguments)
    equal(result.returncode, status, f"exit status ({result.stderr.decode().strip()})")
    if said:
        assert said in result.stderr.decode(), f"said {result.stderr!r}"
    else:
        equal(result.stderr, b"", "standard error")
    return json.loads(result.stdout)


def total(report):
    return report["lines"]["total"]


def check_sums(reports, wanted):
    """What the runs say together is what one run says of all."""
    equal(sum(map(total, reports)), total(wanted), "lines")
    for figure in FIGURES:
        equal(sum(report["messages"][figure] for report in reports), wanted["messages"][figure], figure)
    equal(reports[-1]["messages"]["waiting"], wanted["messages"]["waiting"], "waiting at the end")
    for figure in ("sent", "deferred", "bounced"):
        equal(sum(report["deliveries"][figure] for report in reports), wanted["deliveries"][figure], figure)


@test
def runs_together_say_what_one_run_says(folder):
    """Wherever the log was cut, also inside of messages."""
    wanted = whole(folder)
    log = folder / "mail.log"
    reports = []
    for end in range(0, len(LINES) + 37, 37):
        log.write_bytes(b"".join(LINES[:end]))
        reports.append(run(folder, log))
    check_sums(reports, wanted)


@test
def a_line_counts_when_it_is_whole(folder):
    log = folder / "mail.log"
    log.write_bytes(b"".join(LINES[:3]) + LINES[3][:20])
    equal(total(run(folder, log)), 3, "lines of the first run")
    log.write_bytes(b"".join(LINES[:5]))
    report = run(folder, log)
    equal(total(report), 2, "lines of the second run")
    equal(total(run(folder, log)), 0, "lines when nothing has come")


def by_renaming(log):
    log.rename(log.with_name("mail.log.1"))
    log.write_bytes(b"")


def by_copying(log):
    log.with_name("mail.log.1").write_bytes(log.read_bytes())
    os.truncate(log, 0)


def by_date(log):
    log.rename(log.with_name("mail.log-20261123"))
    log.write_bytes(b"")


@test_each({"renaming": by_renaming, "copying": by_copying, "date": by_date})
def rotation_between_runs(folder, kind):
    rotate = {"renaming": by_renaming, "copying": by_copying, "date": by_date}[kind]
    wanted = whole(folder)
    log, third = folder / "mail.log", len(LINES) // 3
    log.write_bytes(b"".join(LINES[:third]))
    reports = [run(folder, log)]
    with log.open("ab") as file:
        file.write(b"".join(LINES[third:third + 50]))
    rotate(log)
    with log.open("ab") as file:
        file.write(b"".join(LINES[third + 50:]))
    reports.append(run(folder, log))
    reports.append(run(folder, log))
    check_sums(reports, wanted)


@test
def several_rotations_between_runs_and_compression(folder):
    wanted = whole(folder)
    log, part = folder / "mail.log", len(LINES) // 5
    log.write_bytes(b"".join(LINES[:part]))
    reports = [run(folder, log)]
    # What the run has seen is the beginning of the third file by now; two came and went in between.
    log.unlink()
    (folder / "mail.log.3.gz").write_bytes(gzipped(b"".join(LINES[:part + 10])))
    (folder / "mail.log.2.gz").write_bytes(gzipped(b"".join(LINES[part + 10:2 * part])))
    (folder / "mail.log.1").write_bytes(b"".join(LINES[2 * part:3 * part]))
    log.write_bytes(b"".join(LINES[3 * part:4 * part]))
    reports.append(run(folder, log))
    # Compressing what was read brings nothing new.
    (folder / "mail.log.1.gz").write_bytes(gzipped((folder / "mail.log.1").read_bytes()))
    (folder / "mail.log.1").unlink()
    with log.open("ab") as file:
        file.write(b"".join(LINES[4 * part:]))
    reports.append(run(folder, log, folder / "mail.log.1.gz", folder / "mail.log.2.gz"))
    check_sums(reports, wanted)


@test
def what_was_rotated_before_the_first_run_is_read_when_it_is_named(folder):
    (folder / "mail.log.1").write_bytes(b"".join(LINES[:10]))
    (folder / "mail.log").write_bytes(b"".join(LINES[10:15]))
    equal(total(run(folder, folder / "mail.log")), 5, "lines")
    equal(total(run(folder, folder / "mail.log", folder / "mail.log.1")), 10, "lines of what was not read before")


@test
def a_log_whose_rest_is_gone(folder):
    log = folder / "mail.log"
    log.write_bytes(b"".join(LINES[:10]))
    run(folder, log)
    log.write_bytes(b"".join(LINES[20:25]))
    equal(total(run(folder, log, said="where the last run ended is gone; lines may be missing")), 5, "lines")
    equal(total(run(folder, log)), 0, "lines when nothing has come")


@test
def the_state_is_for_its_owner_alone(folder):
    log = put(folder / "mail.log", LOG)
    run(folder, log)
    equal((folder / "state").stat().st_mode & 0o777, 0o600, "mode")
    assert (folder / "state").read_bytes().startswith(b"logscan-state 1\n"), "no version"


@test_each(["cut", "changed", "empty", "rubbish", "other version", "large"])
def a_damaged_state_gives_a_line_and_a_full_read(folder, kind):
    log = put(folder / "mail.log", LOG)
    run(folder, log)
    state = folder / "state"
    content = state.read_bytes()
    damaged = {"cut": content[:-40], "changed": content.replace(b"file ", b"file 1", 1), "empty": b"",
               "rubbish": bytes(range(256)) * 10, "other version": content.replace(b"state 1\n", b"state 99\n", 1),
               "large": content + b"\n" * (17 << 20)}[kind]
    state.write_bytes(damaged)
    result = logscan("--format", "json", "--state", state, log)
    equal(result.returncode, 0, "exit status")
    lines = result.stderr.decode().splitlines()
    assert len(lines) == 1 and lines[0].startswith(f"logscan: {state}: is ") and "everything is read" in lines[0], lines
    equal(total(json.loads(result.stdout)), len(LINES), "lines")
    equal(total(run(folder, log)), 0, "lines of the run after it")


@test
def two_runs_do_not_share_a_state(folder):
    log = put(folder / "mail.log", LOG)
    with (folder / "state.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = logscan("--state", folder / "state", log)
    equal(result.returncode, 4, "exit status")
    assert b"another run is using it" in result.stderr, f"said {result.stderr!r}"


@test
def an_output_that_did_not_appear_is_made_again(folder):
    """As if the run had been killed between the state and the output."""
    log = folder / "mail.log"
    output = folder / "out.json"
    log.write_bytes(b"".join(LINES[:10]))
    run_to(folder, log, output)
    log.write_bytes(b"".join(LINES[:30]))
    run_to(folder, log, output)
    pending = next(line for line in (folder / "state").read_text().splitlines() if line.startswith("pending "))
    output.rename(pending.split()[1])
    run_to(folder, log, output)
    equal(total(json.loads(output.read_text())), 20, "lines")


@test
def an_output_that_did_not_appear_is_made_again_even_after_another_kill(folder):
    """The next run has seen that the output is missing, and is killed before it has made it."""
    log, output = folder / "mail.log", folder / "out.json"
    log.write_bytes(b"".join(LINES[:10]))
    run_to(folder, log, output)
    log.write_bytes(b"".join(LINES[:30]))
    run_to(folder, log, output)
    pending = next(line for line in (folder / "state").read_text().splitlines() if line.startswith("pending "))
    output.rename(pending.split()[1])
    # As good as killed: it has opened the state, and writes nothing.
    nowhere = logscan("--format", "json", "--state", folder / "state", "-o", folder / "none" / "out.json", log)
    equal(nowhere.returncode, 4, "exit status")
    run_to(folder, log, output)
    equal(total(json.loads(output.read_text())), 20, "lines")


def run_to(folder, log, output):
    result = logscan("--format", "json", "--state", folder / "state", "-o", output, log)
    equal(result.returncode, 0, f"exit status ({result.stderr.decode()})")


@test
def the_journal_goes_on_behind_its_last_entry(folder):
    records = forms.read(text_of(NAME))
    directory = folder / "journal"
    directory.mkdir()
    journal = JournalFile(directory / "system.journal")
    reports, half = [], len(records) // 2
    fill(journal, records[:half])
    journal.flush()
    reports.append(run(folder, "--journal-directory", directory))
    fill(journal, records[half:half + 20])
    journal.close(archive="system@1.journal")
    journal = JournalFile(directory / "system.journal", first=half + 21)
    fill(journal, records[half + 20:])
    journal.close()
    reports.append(run(folder, "--journal-directory", directory))
    reports.append(run(folder, "--journal-directory", directory))
    equal([total(report) for report in reports], [half, len(records) - half, 0], "lines")
    equal(sum(report["messages"]["received"] for report in reports), whole(folder)["messages"]["received"], "received")


@test
def killed_runs_lose_and_double_nothing(folder):
    killing.run(Settings.binary, folder, 25)


@test
def wrong_usage_with_a_state_is_status_two(folder):
    for options in (["-f"], ["--until", "today"], ["-"], ["--since", "today", "--compare", "previous"]):
        equal(logscan("--state", folder / "state", *options).returncode, 2, f"exit status of {options}")
