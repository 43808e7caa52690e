#!/usr/bin/env python3
"""Kills incremental runs at any moment, while the log grows and is rotated, and counts what their outputs say in all.

  killing.py BINARY [KILLS]     500 by default
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "dumb"}
KEPT = 12


class Server:
    """Writes the log of a mail server; messages go over several writes, so that runs end in the middle of them."""

    def __init__(self, path, seed):
        self.path = path
        self.random = random.Random(seed)
        self.truth = {"lines": 0, "received": 0, "sent": 0, "delivered": 0}
        self.count = 0
        self.open = []
        self.rotations = 0

    def line(self, program, text):
        self.truth["lines"] += 1
        self.clock += 1
        stamp = time.strftime("%FT%T", time.gmtime(1_790_000_000 + self.clock // 100))
        return f"{stamp}.{self.clock % 100:02}0000+00:00 mx postfix/{program}[12]: {text}\n"

    clock = 0

    def arrive(self):
        self.count += 1
        queue = f"{self.count:010X}"
        self.open.append(queue)
        self.truth["received"] += 1
        return (self.line("smtpd", f"{queue}: client=mx.example.net[192.0.2.1]")
                + self.line("qmgr", f"{queue}: from=<a@example.net>, size=900, nrcpt=1 (queue active)"))

    def deliver(self):
        queue = self.open.pop(self.random.randrange(len(self.open)))
        self.truth["sent"] += 1
        self.truth["delivered"] += 1
        return (self.line("lmtp", f"{queue}: to=<b@example.com>, relay=mx.example.com[private/dovecot-lmtp], delay=0.4, "
                          f"delays=0.3/0.01/0.02/0.08, dsn=2.0.0, status=sent (250 2.0.0 <b@example.com> {queue} Saved)")
                + self.line("qmgr", f"{queue}: removed"))

    def work(self, steps):
        text = ""
        for _ in range(steps):
            text += self.deliver() if self.open and self.random.random() < 0.5 else self.arrive()
        with self.path.open("a") as log:
            # The last line may not be whole when a run reads it.
            log.write(text[:-7])
            log.flush()
            yield
            log.write(text[-7:])

    def rotate(self):
        self.rotations += 1
        self.path.with_name(f"mail.log.{KEPT}.gz").unlink(missing_ok=True)
        for number in range(KEPT - 1, 0, -1):
            for ending in (".gz", ""):
                old = self.path.with_name(f"mail.log.{number}{ending}")
                if old.exists():
                    old.rename(self.path.with_name(f"mail.log.{number + 1}{ending}"))
        second = self.path.with_name("mail.log.2")
        if second.exists():
            subprocess.run(["gzip", "-1", second], check=True)
        first = self.path.with_name("mail.log.1")
        if self.random.random() < 0.5:
            self.path.rename(first)
            self.path.touch()
        else:
            first.write_bytes(self.path.read_bytes())
            os.truncate(self.path, 0)

    def finish(self):
        with self.path.open("a") as log:
            while self.open:
                log.write(self.deliver())


class Reader:
    """Runs logscan, takes each output that appears, and adds up what they say."""

    def __init__(self, binary, folder):
        self.state, self.output = folder / "state", folder / "out.json"
        self.command = [binary, "--format", "json", "--state", self.state, "-o", self.output, folder / "mail.log"]
        self.sums = {"lines": 0, "received": 0, "sent": 0, "delivered": 0}
        self.killed, self.taken = 0, 0

    def run(self, kill_after=None):
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT)
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        errors = process.communicate()[1].decode()
        if process.returncode == -9:
            self.killed += 1
        else:
            assert process.returncode == 0 and not errors, f"exit status {process.returncode}: {errors}"
        self.take()

    def take(self):
        if not self.output.exists():
            return
        report = json.loads(self.output.read_text())
        self.output.unlink()
        self.taken += 1
        self.sums["lines"] += report["lines"]["recognised"]
        self.sums["received"] += report["messages"]["received"]
        self.sums["delivered"] += report["messages"]["delivered"]
        self.sums["sent"] += report["deliveries"]["sent"]


def run(binary, folder, kills, seed=1):
    server, reader = Server(folder / "mail.log", seed), Reader(binary, folder)
    chance = random.Random(seed)
    server.path.touch()
    began = time.monotonic()
    for _ in range(3):
        for _ in server.work(20):
            reader.run()
    usual = (time.monotonic() - began) / 3
    runs = 0
    while reader.killed < kills:
        runs += 1
        assert runs < 40 * kills, f"only {reader.killed} of {runs} runs could be killed"
        for _ in server.work(chance.randrange(1, 40)):
            reader.run(chance.uniform(0, 1.1 * usual))
        if chance.random() < 0.15:
            server.rotate()
            # What is rotated away for good nobody can read.
            if server.rotations % (KEPT // 2) == 0:
                reader.run()
    server.finish()
    reader.run()
    assert reader.sums == server.truth, f"the outputs say {reader.sums}, written were {server.truth}"
    left = sorted(path.name for path in folder.iterdir() if ".logscan-" in path.name or path.name.endswith(".new"))
    assert not left, f"left behind: {left}"
    return reader, server


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    with tempfile.TemporaryDirectory(prefix="logscan-killing-") as folder:
        try:
            reader, server = run(os.path.abspath(sys.argv[1]), Path(folder), kills)
        except AssertionError as error:
            sys.exit(f"FAILED: {error}")
    print(f"{reader.killed} runs killed, {reader.taken} outputs, {server.rotations} rotations, "
          f"{server.truth['lines']} lines: none lost, none twice")


if __name__ == "__main__":
    main()
