#!/usr/bin/env python3
"""How often the injected fault leads: score.py BINARY DIRECTORY...

Each directory holds recorded scenarios (SERVER/SCENARIO/truth.json beside the logs), in all forms that were recorded. A
scenario counts as hit when the first finding that is no consequence is the injected cause, and as hit by family when
it is one that no log can tell from it. A scenario without a fault, or one that is mere noise, is hit when nothing above
notice is found.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

# What the same lines mean: the servers write the same words for each of these (docs/inference.md).
FAMILIES = [
    {"dns-timeout", "dns-servfail", "dns-resolver-not-running", "chroot-resolv-conf-missing"},
    {"remote-cert-untrusted", "remote-cert-expired", "remote-cert-hostname-mismatch", "remote-cert-selfsigned"},
    {"dest-nxdomain", "dest-no-mx-no-a"},
    {"remote-tls-too-old", "remote-no-shared-cipher"},
    {"own-rbl-rejects-partner", "own-rbl-dead-lists-all"},
]
PROBLEMS = ("critical", "warning")


def family(cause):
    return next((f for f in FAMILIES if cause in f), {cause})


def forms(directory):
    """The logs of a scenario, by form; Dovecot's own file belongs to each."""
    names = set(os.listdir(directory))
    dovecot = ["dovecot.log"] if "dovecot.log" in names else []
    exim = [n for n in ("mainlog", "rejectlog", "paniclog") if n in names]
    wanted = {
        "RFC 3164": ["mail.log"] if "mail.log" in names else [],
        "RFC 3339": ["mail.rfc3339.log"] if "mail.rfc3339.log" in names else [],
        "own files": exim,
        "journal": ["journal.export"] if "journal.export" in names else [],
    }
    for form, files in wanted.items():
        if files:
            yield form, [str(directory / n) for n in files + dovecot if (directory / n).stat().st_size]


def analyse(binary, files):
    run = subprocess.run([binary, "--format", "json", *files], capture_output=True, text=True, check=False)
    return json.loads(run.stdout)


def main():
    binary, roots = sys.argv[1], [pathlib.Path(r) for r in sys.argv[2:]]
    jobs = []
    for root in roots:
        for truth in sorted(root.glob("*/*/truth.json")):
            for form, files in forms(truth.parent):
                jobs.append((truth, form, files))
    hits = collections.Counter()
    by_form = collections.defaultdict(lambda: [0, 0])
    missed, extras, false_alarms = collections.Counter(), collections.Counter(), collections.Counter()
    bins = collections.defaultdict(list)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda job: analyse(binary, job[2]), jobs)
        for (truth, form, _), result in zip(jobs, results):
            cause = json.loads(truth.read_text())["cause"] or "healthy"
            scenario = "/".join(truth.parts[-3:-1])
            findings = [f for f in result["findings"] if not f.get("consequence_of")]
            problems = [f for f in findings if f["severity"] in PROBLEMS]
            is_noise = cause == "healthy" or cause in [n["cause"] for n in result["noise"]]
            first = findings[0]["cause"] if findings else None
            exact = first == cause or is_noise and not problems
            related = exact or first in family(cause)
            hits["exact"] += exact
            hits["family"] += related
            hits["all"] += 1
            by_form[form][0] += exact
            by_form[form][1] += 1
            if not related:
                missed[scenario, first or "nothing"] += 1
            for finding in problems:
                is_right = finding["cause"] in family(cause)
                bins[min(9, int(finding["confidence"] * 10))].append((finding["confidence"], is_right))
                if not is_right:
                    (false_alarms if is_noise else extras)[finding["cause"]] += 1
    print(f"{hits['exact']} of {hits['all']} first, {hits['family']} by family")
    for form, (good, total) in sorted(by_form.items()):
        print(f"  {form}: {good} of {total}")
    print("missed:")
    for (scenario, first), count in sorted(missed.items()):
        print(f"  {scenario}: {first} ({count})")
    print("besides the fault, at warning or above:", dict(extras) or "nothing")
    print("without a fault, at warning or above:", dict(false_alarms) or "nothing")
    print("confidence said, and how often right:")
    for number in sorted(bins):
        said = sum(c for c, _ in bins[number]) / len(bins[number])
        right = sum(r for _, r in bins[number]) / len(bins[number])
        print(f"  {said:.2f}  {right:.2f}  of {len(bins[number])}")


if __name__ == "__main__":
    main()
