"""Logs that are read as they grow."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import time

import rotation
from harness import ENVIRONMENT, Settings, equal, logscan, test, test_each, text_of
from journal_file import JournalFile
from test_journal import entry

LONGEST = 60


class Running:
    """logscan in the background; its output so far."""

    def __init__(self, *arguments, **options):
        self.process = subprocess.Popen([Settings.binary, *map(str, arguments)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=ENVIRONMENT, **options)
        self.output = b""

    def lines(self, count):
        """Waits for so many lines of output."""
        end = time.monotonic() + LONGEST
        while self.output.count(b"\n") < count:
            ready, _, _ = select.select([self.process.stdout], [], [], 0.1)
            if ready:
                self.output += os.read(self.process.stdout.fileno(), 1 << 16)
            assert time.monotonic() < end, f"{len(self.output.splitlines())} of {count} lines"
        return self.output.splitlines()

    def interrupt(self):
        """Ctrl-C; returns what was written on both streams."""
        self.process.send_signal(signal.SIGINT)
        output, errors = self.process.communicate(timeout=LONGEST)
        return self.output + output, errors.decode()


def identifiers(lines):
    return [json.loads(line)["email"]["local_id"] for line in lines]


@test_each(rotation.KINDS)
def no_line_is_lost_or_counted_twice(folder, kind):
    rotation.run(Settings.binary, folder, kind, 60)


@test
def several_files_and_one_that_comes_late(folder):
    writer = rotation.Writer()
    first, second, late = (folder / name for name in ("mail.log", "other.log", "late.log"))
    first.write_bytes(writer.lines(2))
    second.write_bytes(writer.lines(2))
    running = Running("events", "-f", first, second, late)
    running.lines(4)
    late.write_bytes(writer.lines(3))
    with second.open("ab") as log:
        log.write(writer.lines(1))
    seen = running.lines(8)
    output, errors = running.interrupt()
    equal(sorted(identifiers(output.splitlines())), sorted(identifiers(seen)), "events")
    equal(len(set(identifiers(seen))), writer.count, "different events")
    assert f"{late}: waiting for it to appear" in errors, f"said {errors!r}"


@test
def a_line_counts_when_it_is_whole(folder):
    writer = rotation.Writer()
    path = folder / "mail.log"
    path.write_bytes(writer.lines(1))
    running = Running("events", "-f", path)
    running.lines(1)
    line = writer.lines(1)
    with path.open("ab", buffering=0) as log:
        log.write(line[:30])
        time.sleep(0.1)
        log.write(line[30:])
    equal(len(set(identifiers(running.lines(2)))), 2, "events")
    running.interrupt()


@test
def an_editor_that_writes_a_file_anew_doubles_nothing(folder):
    writer = rotation.Writer()
    path = folder / "mail.log"
    content = writer.lines(5)
    path.write_bytes(content)
    running = Running("events", "-f", path)
    running.lines(5)
    (folder / "new").write_bytes(content + writer.lines(2))
    (folder / "new").rename(path)
    equal(len(running.lines(7)), 7, "events")
    output, _ = running.interrupt()
    equal(len(output.splitlines()), 7, "events in all")


@test
def earlier_rotations_are_read_once(folder):
    writer = rotation.Writer()
    (folder / "mail.log.1").write_bytes(writer.lines(4))
    (folder / "mail.log").write_bytes(writer.lines(2))
    running = Running("events", "-f", folder / "mail.log", folder / "mail.log.1")
    running.lines(6)
    (folder / "mail.log.1").rename(folder / "mail.log.2")
    (folder / "mail.log").rename(folder / "mail.log.1")
    (folder / "mail.log").write_bytes(writer.lines(1))
    equal(len(set(identifiers(running.lines(7)))), 7, "different events")
    output, _ = running.interrupt()
    equal(len(output.splitlines()), 7, "events")


@test
def a_pipe_is_shown_as_it_comes_and_ends(folder):
    writer = rotation.Writer()
    running = Running("events", "-f", "-", stdin=subprocess.PIPE)
    running.process.stdin.write(writer.lines(1))
    running.process.stdin.flush()
    running.lines(1)
    # The last line may lack its line feed.
    running.process.stdin.write(writer.lines(2)[:-1])
    output, _ = running.process.communicate(timeout=LONGEST)
    equal(len(identifiers((running.output + output).splitlines())), 3, "events")
    equal(running.process.returncode, 0, "exit status")


def journal_entries(journal, writer, count):
    for _ in range(count):
        message = f"{writer.identifier()}: removed".encode()
        journal.append(entry(b"postfix/qmgr", message, b"12"), 1_790_000_000_000_000 + writer.count)
    journal.flush()


@test
def the_journal_is_followed_through_its_rotations(folder):
    writer = rotation.Writer()
    directory = folder / "journal"
    directory.mkdir()
    journal = JournalFile(directory / "system.journal")
    journal_entries(journal, writer, 3)
    running = Running("events", "-f", "--journal-directory", directory)
    running.lines(3)
    for number in range(10):
        journal_entries(journal, writer, 20)
        journal.close(archive=f"system@{number}.journal")
        journal = JournalFile(directory / "system.journal", first=writer.count + 1)
        journal_entries(journal, writer, 5)
        running.lines(writer.count)
    output, _ = running.interrupt()
    journal.close()
    found = identifiers(output.splitlines())
    equal(len(found), writer.count, "events")
    equal(len(set(found)), writer.count, "different events")


@test
def ctrl_c_prints_the_analysis_of_all(folder):
    log = text_of("postfix-outbound-port-25-blocked")
    path = folder / "mail.log"
    half = log.rindex(b"\n", 0, len(log) // 2) + 1
    # When it has read what was added shows only at the end; a slow machine gets more time.
    for patience in (1, 5, 30):
        path.write_bytes(log[:half])
        running = Running("--format", "json", "-f", path)
        time.sleep(patience / 2)
        with path.open("ab") as file:
            file.write(log[half:])
        time.sleep(patience)
        output, errors = running.interrupt()
        whole = json.loads(logscan("--format", "json", path).stdout)
        if running.process.returncode == 0 and json.loads(output)["lines"] == whole["lines"]:
            break
    equal(running.process.returncode, 0, f"exit status ({errors})")
    followed = json.loads(output)
    equal(followed["lines"], whole["lines"], "lines")
    equal([finding["cause"] for finding in followed["findings"]], [finding["cause"] for finding in whole["findings"]],
          "findings")


@test
def the_summary_is_redrawn_in_place(folder):
    """On a terminal of 80 columns: at most once a second, no line wider, nothing scrolls."""
    log = text_of("postfix-outbound-port-25-blocked")
    path = folder / "mail.log"
    half = log.rindex(b"\n", 0, len(log) // 2) + 1
    path.write_bytes(log[:half])
    process, terminal = pty.fork()
    if process == 0:
        os.execve(Settings.binary, [Settings.binary, "-f", str(path)], ENVIRONMENT | {"TERM": "xterm"})
    began = time.monotonic()
    output = b""
    try:
        while output.count(b"\x1b[J") < 3 and time.monotonic() < began + LONGEST:
            ready, _, _ = select.select([terminal], [], [], 0.1)
            if ready:
                output += os.read(terminal, 1 << 16)
            if b"\x1b[J" in output and path.stat().st_size < len(log):
                path.write_bytes(log)
        drawings = output.count(b"\x1b[J")
        assert drawings >= 3, f"{drawings} drawings"
        assert time.monotonic() - began >= drawings - 1.5, "drawn more than once a second"
        os.kill(process, signal.SIGINT)
        while True:
            try:
                more = os.read(terminal, 1 << 16)
            except OSError:
                break
            if not more:
                break
            output += more
    finally:
        os.close(terminal)
        os.waitpid(process, 0)
    text = output.decode()
    frames = text.split("\x1b[J")
    for frame in frames[:3]:
        lines = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", frame).split("\r\n")
        assert len(lines) <= 25, f"{len(lines)} lines"
        assert all(len(line.strip("\r")) <= 80 for line in lines), "a line is wider than 80 columns"
    assert "Following; Ctrl-C" in frames[0] and "Mail flow" in frames[1], f"frame {frames[1]!r:.300}"
    assert "Outbound port 25 is blocked" in frames[-1] and "fix:" in frames[-1], "no report at the end"


@test
def following_needs_no_period_before(folder):
    result = logscan("-f", "--since", "yesterday", "--compare", "previous", folder / "mail.log")
    equal(result.returncode, 2, "exit status")
