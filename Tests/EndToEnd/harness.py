"""What the tests stand on: fixtures, running the program, and what is compared."""
import collections
import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Fixtures"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/truth.json"))
TESTS = []
# The same in every run and on every machine: no colour, no rules of the user's, one zone, one locale.
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "dumb",
               "NO_COLOR": "1"}


class Settings:
    binary = None
    update = False


def test(function):
    """Marks a test; it is called with a directory of its own."""
    TESTS.append((function.__name__, function))
    return function


def test_each(values):
    """Marks a test that runs once for each value, in a directory of its own."""
    def mark(function):
        for value in values:
            TESTS.append((f"{function.__name__}[{value}]", lambda folder, value=value: function(folder, value)))
        return function
    return mark


def logscan(*arguments, stdin=b"", cwd=None, **environment):
    command = [Settings.binary, *map(str, arguments)]
    return subprocess.run(command, input=stdin, cwd=cwd, capture_output=True, timeout=50, env=ENVIRONMENT | environment)


def analyse(*paths, stdin=b"", cwd=None, status=0):
    result = logscan("--format", "json", *paths, stdin=stdin, cwd=cwd)
    equal(result.returncode, status, f"exit status ({result.stderr.decode(errors='replace').strip()})")
    return json.loads(result.stdout)


def events(*paths, stdin=b"", cwd=None):
    result = logscan("events", *paths, stdin=stdin, cwd=cwd)
    equal(result.returncode, 0, "exit status")
    return [json.loads(line) for line in result.stdout.splitlines()]


def actions(listed):
    return collections.Counter(event["event"]["action"] for event in listed)


def truth(name):
    return json.loads((FIXTURES / name / "truth.json").read_text())


def own_logs(name):
    """The files of a fixture that tell each event once."""
    logs = sorted(path.name for path in (FIXTURES / name).iterdir() if path.name != "truth.json")
    return [log for log in logs if log != "mail.log"] if "mainlog" in logs else logs


def put(path, data, name=None):
    """Writes a log whose age fits the fixtures, for the years that logs leave out."""
    path.write_bytes(data)
    age(path, name or NAMES[0])
    return path


def copy_fixture(name, folder):
    for log in (FIXTURES / name).iterdir():
        shutil.copy(log, folder)
        age(folder / log.name, name)


def age(path, name):
    written = truth(name)["fault_from"] + 600
    os.utime(path, (written, written))


def text_of(name, log="mail.log"):
    return (FIXTURES / name / log).read_bytes()


def gzipped(data):
    return gzip.compress(data, mtime=0)


def essence(value):
    """A report without what depends on where the lines came from and how long it took."""
    if isinstance(value, dict):
        return {key: essence(item) for key, item in value.items()
                if key not in ("inputs", "file", "line", "seconds", "assumptions")}
    return [essence(item) for item in value] if isinstance(value, list) else value


def equal(got, wanted, what):
    assert got == wanted, f"{what}: {difference(got, wanted)}"


def difference(got, wanted, at=""):
    """The first place where two values differ."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        for key in sorted(set(got) | set(wanted)):
            if got.get(key) != wanted.get(key):
                return difference(got.get(key), wanted.get(key), f"{at}.{key}")
    if isinstance(got, list) and isinstance(wanted, list) and len(got) == len(wanted):
        for i, (a, b) in enumerate(zip(got, wanted)):
            if a != b:
                return difference(a, b, f"{at}[{i}]")
    return f"{at} is {got!r:.160}, not {wanted!r:.160}".strip()
