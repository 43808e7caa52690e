"""The systemd journal, read natively, is the same log as what journalctl prints of it."""
import json
import os
import shutil
import subprocess

import forms
from harness import ENVIRONMENT, Settings, actions, analyse, equal, essence, events, logscan, test, test_each, text_of
from journal_file import JournalFile

NAME = "postfix-outbound-port-25-blocked"
BOOTS = [bytes([boot] * 16) for boot in (1, 2, 3)]
UNITS = {b"postfix": b"postfix@-.service", b"dovecot": b"dovecot.service", b"exim": b"exim4.service"}
# All that journalctl 252 has; what each one leaves out.
OUTPUTS = {"short": "fractions", "short-full": "fractions", "short-iso": "fractions", "with-unit": "tags",
           "cat": "times and tags", "short-monotonic": "times", "json-sse": "",
           "short-iso-precise": "", "short-precise": "", "short-unix": "", "verbose": "", "export": "", "json": "",
           "json-pretty": "", "json-seq": ""}
# What the service manager and the kernel say of the mail system.
MANAGER = [
    (b"systemd", b"init.scope", b"dovecot.service: Main process exited, code=exited, status=89/n/a"),
    (b"systemd", b"init.scope", b"dovecot.service: Failed with result 'exit-code'."),
    (b"systemd", b"init.scope", b"Failed to start dovecot.service - Dovecot IMAP/POP3 email server."),
    (b"systemd", b"init.scope", b"Started postfix@-.service - Postfix Mail Transport Agent."),
    (b"kernel", None, b"Out of memory: Killed process 4711 (dovecot) total-vm:204800kB, anon-rss:102400kB, "
                      b"file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:200kB oom_score_adj:0"),
    (b"cron", b"cron.service", b"(root) CMD (true)"),
]


def records(name=NAME):
    return forms.read(text_of(name))


def micros(record, number=0):
    return int(record.time.timestamp()) * 1_000_000 + number % 1_000_000


def entry(identifier, message, pid=b"", host=b"mx", unit=None, source=None):
    fields = [(b"PRIORITY", b"6"), (b"SYSLOG_FACILITY", b"2"), (b"_TRANSPORT", b"syslog"), (b"_HOSTNAME", host),
              (b"SYSLOG_IDENTIFIER", identifier), (b"_COMM", identifier.split(b"/")[-1]), (b"MESSAGE", message)]
    if pid:
        fields += [(b"SYSLOG_PID", pid), (b"_PID", pid)]
    if unit:
        fields.append((b"_SYSTEMD_UNIT", unit))
    if source:
        fields.append((b"_SOURCE_REALTIME_TIMESTAMP", str(source).encode()))
    return fields


def fill(journal, log, boot=BOOTS[0]):
    for number, record in enumerate(log):
        time = micros(record, number)
        unit = UNITS.get(record.tag.split(b"/")[0])
        journal.append(entry(record.tag, record.message, record.pid, record.host, unit, time), time + 250, boot=boot)


def manage(journal, time, boot=BOOTS[0]):
    for number, (identifier, unit, message) in enumerate(MANAGER):
        journal.append(entry(identifier, message, b"1", unit=unit), time + number, boot=boot)


def write(path, log, with_manager=False):
    journal = JournalFile(path)
    fill(journal, log)
    if with_manager:
        manage(journal, micros(log[-1]) + 2_000_000)
    journal.close()
    return path


def journalctl(path, *options):
    return subprocess.run(["journalctl", "--no-pager", "--all", "--quiet", "--file", path, *options], check=True,
                          capture_output=True, env=ENVIRONMENT).stdout


def told(report, leaves_out=""):
    """What a report says, without the lines it shows: their headers differ."""
    if isinstance(report, list):
        return [told(item, leaves_out) for item in report]
    if not isinstance(report, dict):
        return report
    left = {"text", "example"}
    if leaves_out:
        left |= {"since", "until", "covered", "window", "timeline", "oldest_waiting", "explain", "confidence", "because"}
    return {key: told(value, leaves_out) for key, value in essence(report).items() if key not in left}


@test
def the_journal_files_of_these_tests_are_sound(folder):
    path = write(folder / "system.journal", records(), with_manager=True)
    subprocess.run(["journalctl", "--verify", "--file", path], check=True, capture_output=True)
    equal(len(journalctl(path, "-o", "json").splitlines()), len(records()) + len(MANAGER), "entries")


@test_each(OUTPUTS)
def piped_journalctl_gives_what_the_journal_gives(folder, output):
    path = write(folder / "system.journal", records(), with_manager=True)
    native = analyse("--journal-file", path)
    piped = analyse("-", stdin=journalctl(path, "-o", output))
    left = OUTPUTS[output]
    if "tags" in left:
        # Which of Postfix's programs could not connect stands in the tag alone.
        for figure in ("messages", "deliveries", "rejects", "authentication"):
            equal(told(piped[figure], left), told(native[figure], left), figure)
        return
    equal([finding["cause"] for finding in piped["findings"]], [finding["cause"] for finding in native["findings"]],
          "findings")
    blank = {"continued": 0, "total": 0}
    if output == "json-sse":
        # It puts an empty line behind each entry.
        blank = {"continued": len(records()) + len(MANAGER), "total": len(records()) + len(MANAGER)}
    equal({key: count - blank.get(key, 0) for key, count in piped.pop("lines").items()}, native.pop("lines"), "lines")
    equal(told(piped, left), told(native, left), "report")


@test_each(["export", "json", "json-pretty", "verbose"])
def piped_journalctl_gives_the_same_events(folder, output):
    path = write(folder / "system.journal", records(), with_manager=True)
    native = essence(events("--journal-file", path))
    equal(essence(events("-", stdin=journalctl(path, "-o", output))), native, "events")


@test
def an_event_of_the_journal_has_microseconds_unit_and_priority(folder):
    path = write(folder / "system.journal", records("postfix-healthy")[:300])
    sent = [event for event in events("--journal-file", path) if event["event"]["action"] == "delivery.sent"]
    assert sent, "no delivery among the events"
    first = sent[0]
    equal(first["systemd"]["unit"], "postfix@-.service", "unit")
    equal(first["log"]["syslog"]["severity"]["code"], 6, "severity")
    assert first["process"]["pid"] > 0 and first["process"]["name"], "no process"
    # The sender's own time, not when the journal received it.
    fraction = int(first["@timestamp"][20:26])
    line = first["log"]["file"]["line"]
    equal(fraction, line - 1, "microseconds")


@test
def what_the_manager_says_feeds_the_diagnosis(folder):
    log = records("postfix-healthy")
    plain = analyse("--journal-file", write(folder / "plain.journal", log))
    managed = analyse("--journal-file", write(folder / "managed.journal", log, with_manager=True))
    causes = {finding["cause"] for finding in managed["findings"]} - {finding["cause"] for finding in plain["findings"]}
    assert causes, "a failed unit and an out-of-memory kill found nothing"
    listed = actions(events("--journal-file", folder / "managed.journal"))
    assert listed["service.failed"] >= 3 and listed["service.started"] >= 1, f"events {dict(listed)}"


@test
def rotated_files_of_a_directory_are_one_journal(folder):
    log = records()
    third = len(log) // 3
    whole = analyse("--journal-file", write(folder / "whole.journal", log))
    directory = folder / "journal"
    directory.mkdir()
    for number, start in enumerate(range(0, len(log), third)):
        part = JournalFile(directory / "system.journal", first=start + 1)
        for offset, record in enumerate(log[start:start + third]):
            time = micros(record, start + offset)
            part.append(entry(record.tag, record.message, record.pid, record.host, source=time), time + 250,
                        monotonic=(start + offset) * 1000, boot=BOOTS[0])
        part.close(archive=f"system@{number}.journal" if start + third < len(log) else None)
    both = analyse("--journal-directory", directory)
    equal(told(both), told(whole), "report")
    files = [word for path in sorted(directory.iterdir()) for word in ("--journal-file", path)]
    equal(told(analyse(*files)), told(whole), "report of the files")


@test
def damaged_files_do_not_stop_the_others(folder):
    log = records()
    write(folder / "sound.journal", log)
    sound = analyse("--journal-file", folder / "sound.journal")
    whole = (folder / "sound.journal").read_bytes()
    (folder / "rubbish.journal").write_bytes(b"not a journal at all\n" * 100)
    (folder / "empty.journal").write_bytes(b"")
    (folder / "short.journal").write_bytes(whole[:100])
    for name in ("rubbish", "empty", "short"):
        damaged = folder / f"{name}.journal"
        result = logscan("--format", "json", "--journal-file", folder / "sound.journal", "--journal-file", damaged)
        equal(result.returncode, 4, f"exit status with {name}")
        equal(json.loads(result.stdout)["lines"], sound["lines"], f"lines with {name}")
        lines = result.stderr.decode().splitlines()
        assert len(lines) == 1 and str(damaged) in lines[0] and "damaged" in lines[0], f"{name}: said {lines}"
    equal(logscan("--journal-directory", folder).returncode, 4, "exit status of a directory with damaged files")


@test
def a_file_that_was_damaged_in_the_middle_is_read_as_far_as_it_goes(folder):
    path = write(folder / "system.journal", records())
    content = bytearray(path.read_bytes())
    used = content.rstrip(b"\0")
    for start in range(len(used) // 2, len(used) // 2 + 4096):
        content[start] = 0xFF
    path.write_bytes(content)
    result = logscan("--format", "json", "--journal-file", path)
    report = json.loads(result.stdout)
    assert 0 < report["lines"]["total"] < len(records()), f"{report['lines']['total']} of {len(records())} entries"
    equal(result.returncode, 4, "exit status")
    assert b"could not be read" in result.stderr, f"said {result.stderr!r}"


@test
def one_boot_alone(folder):
    log = records()
    third = len(log) // 3
    path = folder / "system.journal"
    journal = JournalFile(path)
    for boot, start in zip(BOOTS, range(0, len(log), third)):
        fill(journal, log[start:start + third], boot=boot)
    journal.close()
    counts = [third, third, third]
    for option, boot in {"0": 2, "-1": 1, "-2": 0, "1": 0, "2": 1, "3": 2, BOOTS[1].hex(): 1}.items():
        equal(analyse("--journal-file", path, "--boot", option)["lines"]["total"], counts[boot], f"lines of boot {option}")
    equal(analyse("--journal-file", path, "--boot")["lines"]["total"], third, "lines of the last boot")
    for missing in ("-3", "4", "f" * 32):
        result = logscan("--journal-file", path, "--boot", missing)
        equal(result.returncode, 3, f"exit status of boot {missing}")
        assert b"no such boot" in result.stderr, f"said {result.stderr!r}"


@test
def since_and_until_seek(folder):
    log = records()
    path = write(folder / "system.journal", log)
    first, last = log[len(log) // 4].time, log[len(log) // 2].time
    period = ("--since", f"{first:%F %T}", "--until", f"{last:%F %T}")
    native = analyse("--journal-file", path, *period)
    piped = analyse("-", *period, stdin=journalctl(path, "-o", "short-iso-precise"))
    assert 0 < native["lines"]["recognised"] < len(log) // 2, f"lines {native['lines']}"
    # The pipe has brought what lies outside, the journal was not even asked for it.
    for report in (native, piped):
        for figure in ("total", "outside"):
            report["lines"].pop(figure, None)
        report["window"].pop("covered")
    equal(told(native), told(piped), "report")


@test
def without_permission_the_group_is_named(folder):
    path = write(folder / "system.journal", records()[:10])
    # A copy, for the program itself may lie where only root can go.
    binary = folder / "logscan"
    shutil.copy(Settings.binary, binary)
    folder.chmod(0o755)
    if os.getuid() == 0:
        shutil.chown(path, group="adm")
        path.chmod(0o640)
        other = {"user": 65534, "group": 65534, "extra_groups": []}
        group = "adm"
    else:
        path.chmod(0)
        other, group = {}, "systemd-journal"
    result = subprocess.run([binary, "--journal-file", path], capture_output=True, env=ENVIRONMENT, **other)
    equal(result.returncode, 3, "exit status")
    said = result.stderr.decode()
    assert f"permission denied; run as root or join group {group}" in said, f"said {said!r}"


@test
def no_such_journal(folder):
    for options, said in {("--journal-directory", folder): "no journal files",
                          ("--journal-file", folder / "none.journal"): "no such file",
                          ("--namespace", "nobody-has-this"): "no journal files",
                          ("--machine", "nobody-has-this"): "no such machine"}.items():
        result = logscan(*options)
        equal(result.returncode, 3, f"exit status of {options}")
        lines = result.stderr.decode().splitlines()
        assert len(lines) == 1 and said in lines[0], f"{options}: said {lines}"


@test
def wrong_journal_options_are_status_two(folder):
    equal(logscan("--journal-directory", "a", "--journal-file", "b").returncode, 2, "exit status of two journals")
    equal(logscan("--boot=yesterday").returncode, 2, "exit status of a boot that is none")


@test
def trace_reads_the_journal_twice(folder):
    path = write(folder / "system.journal", records("postfix-healthy"))
    sent = next(event for event in events("--journal-file", path) if event["event"]["action"] == "delivery.sent")
    queue = sent["email"]["local_id"]
    result = logscan("trace", queue, "--format", "json", "--journal-file", path)
    equal(result.returncode, 0, "exit status")
    assert any(queue in json.dumps(message) for message in json.loads(result.stdout)["messages"]), "message not found"


@test
def hostile_entries_break_nothing(folder):
    """Fields that are no text, have line feeds, or would forge a header."""
    path = folder / "system.journal"
    journal = JournalFile(path)
    forged = b"x\nNov 23 03:44:04 mx postfix/smtp[1]: 4F1: to=<a@example.com>, status=bounced (forged)"
    hostile = [(b"postfix/smtpd", forged), (b"postfix/smtpd>2026", b"\0\xff\x1b[31m"), (b"a b\nc", b""),
               (b"", b"x" * 200_000), (b"postfix/qmgr", b"4F1A2B3C4D: removed")]
    for number, (identifier, message) in enumerate(hostile):
        fields = entry(identifier, message, b"99999999999999", unit=b"a b>\n<22>")
        journal.append(fields, 1_790_000_000_000_000 + number)
    journal.append([(b"PRIORITY", b"6")], 1_790_000_001_000_000)
    journal.close()
    report = analyse("--journal-file", path)
    equal(report["lines"]["total"], len(hostile), "lines")
    equal(report["deliveries"]["bounced"], 0, "forged bounces")
    equal(report["lines"]["cut"], 1, "cut lines")
