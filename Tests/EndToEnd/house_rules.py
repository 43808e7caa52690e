#!/usr/bin/env python3
"""Checks of the house that no compiler makes. One line for each violation; exit status 1 when there is one."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SWIFT_FILE = 450
LARGEST_FIXTURES = 2_000_000
TEXT = {".swift", ".py", ".yaml", ".md", ".json", ".h", ".modulemap"}

# The only files that may step outside Swift's memory safety; each says in its comments why it is sound.
UNSAFE_FILES = {
    "Sources/LogInput/ByteSource.swift",
    "Sources/LogInput/GzipSource.swift",
    "Sources/LogInput/InputPlanner.swift",
    "Sources/Following/LogGeneration.swift",
    "Sources/Following/PipeSource.swift",
    "Sources/Following/RotatedNames.swift",
    "Sources/JournalInput/JournalFiles.swift",
    "Sources/JournalInput/JournalHandle.swift",
    "Sources/RunState/StateFile.swift",
    "Sources/EventRules/FieldValues+HotPath.swift",
    "Sources/EventRules/MatchTree+HotPath.swift",
    "Sources/EventRules/PairScanner+HotPath.swift",
    "Sources/MailEvents/SpanWords+HotPath.swift",
    "Sources/MailFlow/NewlineSearch+HotPath.swift",
    "Sources/Probing/CertificateFile.swift",
    "Sources/Probing/Command.swift",
    "Sources/Probing/DNSClient.swift",
    "Sources/Probing/LocalFile.swift",
    "Sources/Probing/OpenSSL.swift",
    "Sources/Probing/ProbeRun.swift",
    "Sources/Probing/Socket.swift",
    "Sources/Probing/TLSSession.swift",
    "Sources/ReportMail/SMTPSubmission.swift",
    "Sources/logscan/HostName.swift",
    "Sources/logscan/Interruption.swift",
    "Sources/logscan/Output.swift",
    "Sources/logscan/RuleSource.swift",
}
UNSAFE = re.compile(
    r"\bUnsafe(Mutable)?(Raw)?(Buffer)?Pointer|\bOpaquePointer|\bUnmanaged\b|\bwithUnsafe|\bwithMemoryRebound"
    r"|\bassumingMemoryBound|\bbindMemory|\b_?unsafe[A-Z]\w*|\bunsafelyUnwrapped"
    r"|@unchecked|\(unsafe\)|\(unchecked:")
FORBIDDEN = {
    r"\btry!": "try! ends the program on an error; handle it",
    r"\bfatalError\(": "fatalError ends the program; report the problem instead",
}
PRINTING = re.compile(r"(?<![.\w])(print|debugPrint|dump|NSLog)\(")


def files(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())


def name(path):
    return path.relative_to(ROOT).as_posix()


def numbered(path):
    return enumerate(path.read_text().split("\n"), 1)


def code(path):
    """Lines without their comments."""
    return ((number, line.split("//")[0]) for number, line in numbered(path))


def white_space():
    for path in files("Sources", "Tests", "Plugins", "Benchmarks", "patterns", "docs"):
        if path.suffix not in TEXT:
            continue
        for number, line in numbered(path):
            if "\t" in line:
                yield f"{name(path)}:{number}: a tab; indent with spaces"
            if line != line.rstrip():
                yield f"{name(path)}:{number}: blanks at the end of the line"


def memory_safety():
    users = set()
    for path in files("Sources", "Plugins"):
        if path.suffix != ".swift":
            continue
        for number, line in code(path):
            found = UNSAFE.search(line)
            if not found:
                continue
            users.add(name(path))
            if name(path) not in UNSAFE_FILES:
                yield f"{name(path)}:{number}: unsafe construct '{found[0]}' in a file that is not listed for it"
    for stale in sorted(UNSAFE_FILES - users):
        yield f"{stale}: listed for unsafe constructs and has none; take it off the list in house_rules.py"


def sudden_ends():
    for path in files("Sources", "Plugins"):
        if path.suffix != ".swift":
            continue
        for number, line in code(path):
            for pattern, advice in FORBIDDEN.items():
                if re.search(pattern, line):
                    yield f"{name(path)}:{number}: {advice}"


def printing():
    for path in files("Sources"):
        if path.suffix != ".swift" or name(path).startswith(("Sources/logscan/", "Sources/rulecompiler/")):
            continue
        for number, line in code(path):
            if PRINTING.search(line):
                yield f"{name(path)}:{number}: a library room prints; only the logscan target writes to the terminal"


def samples():
    for path in files("patterns"):
        text = path.read_text()
        kind = re.search(r"^logscan: (patterns|reasons)/", text, re.M)
        if not kind:
            continue
        key = "id" if kind[1] == "patterns" else "reason"
        starts = list(re.finditer(rf"^ *- {key}: *(\S+)", text, re.M))
        if not starts:
            yield f"{name(path)}: no rules found"
        for start, following in zip(starts, starts[1:] + [None]):
            rule = text[start.start():following.start() if following else len(text)]
            if not re.search(r"^ +samples:( *\[.|\n+ +- )", rule, re.M):
                number = text.count("\n", 0, start.start()) + 1
                yield f"{name(path)}:{number}: {start[1]} has no samples"


def sizes():
    for path in files("Sources", "Tests", "Plugins"):
        if path.suffix == ".swift":
            lines = path.read_text().count("\n")
            if lines >= LONGEST_SWIFT_FILE:
                yield f"{name(path)}: {lines} lines; keep files under {LONGEST_SWIFT_FILE}"
    total = sum(path.stat().st_size for path in files("Fixtures"))
    if total >= LARGEST_FIXTURES:
        yield f"Fixtures: {total} bytes; keep them under {LARGEST_FIXTURES}"


def main():
    rules = [white_space, memory_safety, sudden_ends, printing, samples, sizes]
    violations = [violation for rule in rules for violation in rule()]
    print(*violations, sep="\n", end="\n" if violations else "")
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
