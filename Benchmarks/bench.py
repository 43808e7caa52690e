#!/usr/bin/env python3
"""Measures logscan against wc, zcat and pflogsumm on generated logs, all in one run, taking turns.

  bench.py BINARY [journal]     all, or the journal alone
                        BENCH_LINES=2000000   BENCH_SERVER=postfix (dovecot, exim, mixed)   BENCH_ROUNDS=5

CPU is user plus system time of the whole process with a warm file cache; all figures are medians. Compare the ratios:
the seconds differ from machine to machine and from run to run.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

GENERATOR = Path(__file__).with_name("generate.py")
EXPORTER = Path(__file__).with_name("journal_export.py")
YARDSTICK = Path(__file__).with_name("journal_loop.c")
WRITER = Path(__file__).parents[1] / "Tests" / "EndToEnd" / "journal_file.py"
LINES = int(os.environ.get("BENCH_LINES", 2_000_000))
SERVER = os.environ.get("BENCH_SERVER", "postfix")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 5))
STARTS = 20
JOURNAL_ENTRIES = 200_000
# pflogsumm reads this part of the lines; its figures are scaled to the whole.
PART = 10


class Run(NamedTuple):
    cpu: float
    wall: float
    peak: float


def measure(command):
    """One run; peak memory in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit status {process.returncode}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def median(runs):
    return Run(*map(statistics.median, zip(*runs)))


def take_turns(cases, rounds):
    runs = {name: [] for name in cases}
    for _ in range(rounds):
        for name, command in cases.items():
            runs[name].append(measure(command))
    return {name: median(measured) for name, measured in runs.items()}


def generate(path, lines):
    """Writes a log and returns what it holds, as the generator counted it."""
    command = [sys.executable, GENERATOR, str(lines), "--server", SERVER, "--truth", path.with_suffix(".json")]
    with path.open("wb") as output:
        subprocess.run(command, stdout=output, check=True)
    return json.loads(path.with_suffix(".json").read_text())


def wrong_answers(binary, log, truth):
    try:
        report = json.loads(subprocess.check_output([binary, "--format", "json", log]))
    except json.JSONDecodeError as error:
        return [f"the report is no JSON: {error}"]
    answers = {kind: report["deliveries"][kind] for kind in ("sent", "deferred", "bounced")}
    answers["lines"] = report["lines"]["recognised"]
    answers["received"] = report["messages"]["received"]
    answers["rejected"] = report["rejects"]
    return [f"{kind}: generated {truth.get(kind, 0)}, counted {count}" for kind, count in answers.items()
            if count != truth.get(kind, 0)]


def table(results, bytes_of, scale_of):
    print(f"{'':24}{'CPU s':>8}{'wall s':>8}{'MB/s of CPU':>13}{'peak MB':>9}")
    for name, run in results.items():
        scale = scale_of.get(name, 1)
        cpu, size = run.cpu * scale, bytes_of[name] * scale / 1e6
        note = "   scaled" if scale > 1 else ""
        print(f"{name:24}{cpu:8.3f}{run.wall * scale:8.3f}{size / cpu:13.0f}{run.peak:9.1f}{note}")


def ratio(what, run, yardstick, cpu):
    print(f"{what} takes {run.cpu / cpu:.2f} times the CPU of {yardstick}" if run.cpu > cpu else
          f"{what} takes 1/{cpu / run.cpu:.0f} of the CPU of {yardstick}")


def journal_files(folder):
    """A journal as journald writes it, made of a generated log."""
    log, export, journal = (folder / f"journal.{ending}" for ending in ("log", "export", "journal"))
    generate(log, JOURNAL_ENTRIES)
    with log.open("rb") as lines, export.open("wb") as output:
        subprocess.run([sys.executable, EXPORTER], stdin=lines, stdout=output, check=True)
    subprocess.run([sys.executable, WRITER, export, journal], check=True)
    export.unlink()
    return journal


def bench_journal(binary, folder):
    """logscan on a journal against a loop in C that reads the messages and does nothing with them."""
    loop = folder / "journal_loop"
    compiler = shutil.which("cc")
    if not compiler:
        return print("journal: skipped, there is no C compiler")
    built = subprocess.run([compiler, "-O2", "-o", loop, YARDSTICK, "-l:libsystemd.so.0"], capture_output=True)
    if built.returncode:
        return print("journal: skipped, there is no libsystemd.so.0")
    journal = journal_files(folder)
    cases = {"C loop": [loop, journal], "logscan": [binary, "--format", "json", "--journal-file", journal]}
    results = take_turns(cases, ROUNDS)
    print(f"\njournal of {JOURNAL_ENTRIES:,} entries, {journal.stat().st_size / 1e6:.0f} MB; medians of {ROUNDS} rounds")
    for name, run in results.items():
        each = run.cpu / JOURNAL_ENTRIES * 1e6
        print(f"{name:24}{run.cpu:8.3f} s of CPU, {each:.2f} µs an entry, {run.peak:.0f} MB")
    print(f"logscan takes {results['logscan'].cpu / results['C loop'].cpu:.2f} times the CPU of the C loop")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    binary = os.path.abspath(sys.argv[1])
    if sys.argv[2:] == ["journal"]:
        with tempfile.TemporaryDirectory(prefix="logscan-bench-") as folder:
            return bench_journal(binary, Path(folder))
    with tempfile.TemporaryDirectory(prefix="logscan-bench-") as folder:
        log, small, one = (Path(folder) / name for name in ("mail.log", "small.log", "one.log"))
        truth = generate(log, LINES)
        generate(small, LINES // PART)
        generate(one, 1)
        packed = log.with_suffix(".log.gz")
        with packed.open("wb") as output:
            subprocess.run(["gzip", "-c", log], stdout=output, check=True)
        whole, part = log.stat().st_size, small.stat().st_size
        sizes = f"{whole / 1e6:.0f} MB, {packed.stat().st_size / 1e6:.0f} MB as gzip"
        print(f"{LINES:,} lines of {SERVER}, {sizes}; medians of {ROUNDS} rounds")

        cases = {
            "wc -l": ["wc", "-l", log],
            "logscan": [binary, "--format", "json", log],
            "zcat": ["zcat", packed],
            "logscan, gzip": [binary, "--format", "json", packed],
            "logscan, a tenth": [binary, "--format", "json", small],
        }
        if shutil.which("pflogsumm"):
            cases["pflogsumm"] = ["pflogsumm", small]
        results = take_turns(cases, ROUNDS)
        bytes_of = {name: part if small in command else whole for name, command in cases.items()}
        table(results, bytes_of, {"pflogsumm": whole / part})
        start = take_turns({"start": [binary, one]}, STARTS)["start"]
        floor = measure(["true"]).peak

        print()
        ratio("logscan", results["logscan"], "wc -l", results["wc -l"].cpu)
        ratio("logscan on gzip", results["logscan, gzip"], "zcat", results["zcat"].cpu)
        if "pflogsumm" in results:
            ratio("logscan", results["logscan"], "pflogsumm", results["pflogsumm"].cpu * whole / part)
        print(f"start-up: {start.wall * 1000:.1f} ms, {start.cpu * 1000:.1f} ms of CPU (median of {STARTS})")
        print(f"peak memory cannot be told below {floor:.0f} MB")
        wrong = wrong_answers(binary, log, truth)
        print("answers: " + ("; ".join(wrong) if wrong else "all as generated"))
        bench_journal(binary, Path(folder))
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
