#!/usr/bin/env python3
"""End-to-end tests of the built program.

  run.py BINARY            all
  run.py BINARY FILTER     those whose name holds FILTER
  run.py --update BINARY   write golden/*.txt anew; read the difference before committing it
"""
import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
import test_bad_inputs, test_command_line, test_compare, test_counts, test_explain, test_follow, test_forms  # noqa: F401,E401
import test_hostile, test_inputs, test_journal, test_probe, test_report, test_reports, test_rules, test_state, test_trace  # noqa: F401,E401


def run(case):
    """A line about what failed, or nothing."""
    name, function = case
    with tempfile.TemporaryDirectory(prefix="logscan-test-") as folder:
        try:
            function(Path(folder))
        except Exception as error:
            reason = " ".join(str(error).split()) or "no words"
            kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
            return f"FAIL {name}: {kind}{reason:.600}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("binary")
    parser.add_argument("filter", nargs="?", default="")
    arguments = parser.parse_args()
    harness.Settings.binary = os.path.abspath(arguments.binary)
    harness.Settings.update = arguments.update
    if not os.access(harness.Settings.binary, os.X_OK):
        sys.exit(f"{arguments.binary} is no program; build it first: make build")
    began = time.monotonic()
    cases = [case for case in harness.TESTS if arguments.filter in case[0]]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = [failure for failure in pool.map(run, cases) if failure]
    print(*failures, sep="\n", end="\n" if failures else "")
    print(f"{len(cases) - len(failures)} of {len(cases)} end-to-end tests passed in {time.monotonic() - began:.1f} s")
    sys.exit(1 if failures or not cases else 0)


if __name__ == "__main__":
    main()
