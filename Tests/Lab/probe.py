#!/usr/bin/env python3
"""What live checks say while a fault is in force: probe.py BINARY LAB [SCENARIO...]

LAB is a working copy of the fault lab (root; namespaces). Each scenario is played as the lab plays it; before its servers stop,
the program analyses their log with --probe. Wanted: the injected cause is found and confirmed, and no other cause is.
"""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys

HOOK = '''
    import subprocess
    logs = [p for p in ("/var/log/mail.log", "/var/log/dovecot.log") if os.path.exists(p) and os.path.getsize(p)]
    ca = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "pki/ca.pem")
    seen = subprocess.run([os.environ["LOGSCAN"], "--probe", "--allow-private", "--ca-file", ca, "--format", "json", *logs],
                          capture_output=True, text=True, timeout=60)
    lab.finish()
    with open(lab.out + "/probe.json", "w") as f:
        f.write(seen.stdout)
    with open(lab.out + "/probe.err", "w") as f:
        f.write(seen.stderr)
'''
FAMILIES = [{"remote-cert-untrusted", "remote-cert-selfsigned"}, {"dest-nxdomain", "dest-no-mx-no-a"},
            {"dns-timeout", "dns-resolver-not-running"}, {"remote-tls-too-old", "remote-no-shared-cipher"},
            {"dovecot-stopped", "dovecot-killed", "dovecot-config-error", "open-files-limit"},
            {"mta-stopped", "postfix-wont-start"}]


def main():
    binary, lab = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    copy = lab.parent / "lab-probe"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(lab, copy)
    inner = copy / "inner.py"
    text = inner.read_text()
    assert text.count("    lab.finish()\n") == 1, "the lab has changed: its inner.py does not end a scenario as expected"
    inner.write_text(text.replace("    lab.finish()\n", HOOK))
    out = lab.parent / "out-probe"
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([sys.executable, copy / "run.py", "--out", out, "-j", "3", *(sys.argv[3:] or ["--all"])], check=False,
                   env=os.environ | {"LOGSCAN": binary}, stdout=subprocess.DEVNULL)
    verdicts, wrong = collections.Counter(), []
    for truth in sorted(out.glob("*/*/truth.json")):
        cause = json.loads(truth.read_text())["cause"]
        name = f"{truth.parent.parent.name}/{truth.parent.name}"
        try:
            findings = json.loads((truth.parent / "probe.json").read_text())["findings"]
        except (OSError, ValueError):
            print(f"{name}: no report: {(truth.parent / 'probe.err').read_text()[:200] if (truth.parent / 'probe.err').exists() else ''}")
            continue
        same = next((family for family in FAMILIES if cause in family), {cause})
        mine = [finding for finding in findings if finding["cause"] in same]
        verdict = mine[0].get("probe", {}).get("verdict", "not checked") if mine else "not found"
        verdicts[verdict] += 1
        if verdict != "confirmed":
            print(f"{name}: {verdict}: {'; '.join(mine[0].get('probe', {}).get('seen', [])) if mine else ''}"[:220])
        wrong += [f"{name}: {finding['cause']} is confirmed: {'; '.join(finding['probe']['seen'])[:160]}" for finding in findings
                  if finding.get("probe", {}).get("verdict") == "confirmed" and finding["cause"] not in same
                  and not finding.get("consequence_of")]
    print(*wrong, sep="\n")
    print(", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common()), f"; {len(wrong)} other causes confirmed")


main()
