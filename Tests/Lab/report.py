#!/usr/bin/env python3
"""The daily report by mail, in the fault lab: report.py BINARY LAB [SCENARIO]

In a working copy of the lab (root; namespaces) a scenario is played with real servers. Then the command line of
logscan-report.service runs as another user without new privileges, and the mail is read back over IMAP. Checked: it came, it is
whole, and the next report does not count it.
"""
import email
import email.policy
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOOK = '''
    import imaplib, ssl, subprocess
    os.makedirs("/run/logscan", exist_ok=True); os.chmod("/run/logscan", 0o777)
    os.chmod("/var/log/mail.log", 0o644)
    base = ["setpriv", "--no-new-privs", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "STATE_DIRECTORY=/run/logscan",
            os.environ["LOGSCAN"]]
    window = ["--since", "-1d", "--until", "now", "/var/log/mail.log"]
    count = lambda: json.loads(subprocess.run(base + ["--format", "json", "/var/log/mail.log"], capture_output=True, text=True).stdout)["messages"]
    before = count()
    sent = subprocess.run(base + os.environ["COMMAND"].split() + window, capture_output=True, text=True)
    found = None
    for _ in range(20):
        time.sleep(0.5)
        context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
        with imaplib.IMAP4_SSL("203.0.113.10", 993, ssl_context=context) as box:
            box.login("alice@lab.test", "pw-alice"); box.select()
            hits = box.search(None, "HEADER", "Auto-Submitted", "auto-generated", "SUBJECT", "logscan")[1][0].split()
            if hits:
                found = box.fetch(hits[-1], "(RFC822)")[1][0][1].decode()
                break
    after = count()
    result = {"status": sent.returncode, "said": sent.stderr, "mail": found, "before": before, "after": after}
    lab.finish()
    with open(lab.out + "/report.json", "w") as f:
        json.dump(result, f)
'''


def main():
    binary, lab = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    copy, out = lab.parent / "lab-report", lab.parent / "out-report"
    for path in (copy, out):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(lab, copy)
    text = (copy / "inner.py").read_text()
    assert text.count("    lab.finish()\n") == 1, "the lab has changed: its inner.py does not end a scenario as expected"
    (copy / "inner.py").write_text(text.replace("    lab.finish()\n", HOOK))
    unit = (ROOT / "Packaging/systemd/logscan-report.service").read_text()
    command = re.search(r"^ExecStart=\S+ (.*)$", unit, re.M)[1].replace("root", "alice@lab.test")
    subprocess.run([sys.executable, copy / "run.py", "--out", out, *(sys.argv[3:] or ["remote-refused"])], check=False,
                   env=os.environ | {"LOGSCAN": binary, "COMMAND": command}, stdout=subprocess.DEVNULL)
    failed = 0
    for path in sorted(out.glob("*/*/report.json")):
        result = json.loads(path.read_text())
        problems = [] if result["status"] == 0 else [f"status {result['status']}: {result['said']}"]
        if not result["mail"]:
            problems.append("no mail came")
        else:
            message = email.message_from_string(result["mail"], policy=email.policy.default)
            text, page = message.get_body(("plain",)), message.get_body(("html",))
            if message.defects or not text or "Mail flow" not in text.get_content() or not page or "</html>" not in page.get_content():
                problems.append(f"the mail is not whole: {message.defects}")
        # The background goes on meanwhile; the report alone is a notice.
        if result["after"]["notices"] <= result["before"]["notices"]:
            problems.append("the report counts as mail of a user")
        failed += bool(problems)
        print(f"{path.parent.parent.name}: {'; '.join(problems) or 'sent, read back over IMAP, not counted'}")
    sys.exit(1 if failed else 0)


main()
