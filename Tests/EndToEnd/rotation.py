#!/usr/bin/env python3
"""Rotates logs that logscan follows while they are written to, and counts what it saw.

  rotation.py BINARY [ROTATIONS]     each kind so often, 1000 by default
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "dumb"}
# Generations that stay on the disk, as with `rotate 60`.
KEPT = 60
LONGEST = 120


class Follower:
    """`logscan events -f` on some files; notes the queue IDs of what it reports."""

    def __init__(self, binary, *arguments):
        self.process = subprocess.Popen([binary, "events", "-f", *map(str, arguments)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=ENVIRONMENT)
        self.seen = []
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            self.seen.append(json.loads(line)["email"]["local_id"])

    def holds(self, path):
        """It has the file open: only then may it be deleted without being seen."""
        try:
            inode = os.stat(path).st_ino
            folder = f"/proc/{self.process.pid}/fd"
            return any(os.stat(f"{folder}/{name}").st_ino == inode for name in os.listdir(folder))
        except FileNotFoundError:
            return False

    def wait_for(self, condition, what):
        end = time.monotonic() + LONGEST
        while not condition():
            if time.monotonic() > end or self.process.poll() is not None:
                self.process.kill()
                raise AssertionError(f"waited in vain for {what}; {self.process.stderr.read().decode()[-300:]}")
            time.sleep(0.002)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.thread.join(LONGEST)
        self.process.wait(LONGEST)
        self.process.stdout.close()
        self.process.stderr.close()


class Writer:
    """Writes lines that are all different, and keeps count."""

    def __init__(self):
        self.count = 0
        self.marks = []

    def wait(self, follower):
        """What is no longer on the disk nobody can read: on a slow machine, lets the follower come near."""
        self.marks.append(self.count)
        if len(self.marks) > KEPT // 2:
            follower.wait_for(lambda: len(follower.seen) >= self.marks[-KEPT // 2], f"line {self.marks[-KEPT // 2]}")

    def identifier(self):
        self.count += 1
        return f"{self.count:010X}"

    def lines(self, count):
        stamp = time.strftime("%b %e %H:%M:%S")
        return b"".join(f"{stamp} mx postfix/qmgr[12]: {self.identifier()}: removed\n".encode() for _ in range(count))


def shift(path, compress):
    """mail.log.1 to mail.log.2 and so on; the second becomes .gz, as with `delaycompress`."""
    (path.parent / f"{path.name}.{KEPT}.gz").unlink(missing_ok=True)
    for number in range(KEPT - 1, 0, -1):
        for ending in (".gz", ""):
            old = path.parent / f"{path.name}.{number}{ending}"
            if old.exists():
                old.rename(path.parent / f"{path.name}.{number + 1}{ending}")
    second = path.parent / f"{path.name}.2"
    if compress and second.exists():
        subprocess.run(["gzip", "-1", "-f", second], check=True)


def renamed(path, writer, rotations, follower):
    """The writer goes on with the renamed file for a while, as rsyslog does until it is told."""
    log = path.open("ab", buffering=0)
    for rotation in range(rotations):
        log.write(writer.lines(20))
        writer.wait(follower)
        shift(path, compress=rotation % 10 == 9)
        path.rename(f"{path}.1")
        log.write(writer.lines(5))
        following = path.open("ab", buffering=0)
        log.write(writer.lines(5))
        log.close()
        log = following
        log.write(writer.lines(rotation % 7))
    log.close()


def copied(path, writer, rotations, follower):
    """copytruncate: in between nothing is written, for that would be lost to everybody."""
    log = path.open("ab", buffering=0)
    for rotation in range(rotations):
        log.write(writer.lines(1 + rotation % 40))
        if rotation % 3 == 0:
            time.sleep(0.001)
        log.write(writer.lines(10))
        writer.wait(follower)
        shift(path, compress=rotation % 10 == 9)
        shutil.copyfile(path, f"{path}.1")
        os.truncate(path, 0)
    log.write(writer.lines(1))
    log.close()


def recreated(path, writer, rotations, follower):
    """Deleted and created anew: what nobody has open is gone, so it waits until the follower has."""
    for rotation in range(rotations):
        with path.open("ab", buffering=0) as log:
            log.write(writer.lines(20))
            follower.wait_for(lambda: follower.holds(path), "the new file to be opened")
            if rotation % 2:
                path.unlink()
                log.write(writer.lines(10))
            else:
                log.write(writer.lines(10))
                path.unlink()
    path.write_bytes(writer.lines(1))


KINDS = {"renamed": renamed, "copied": copied, "recreated": recreated}


def run(binary, folder, kind, rotations):
    path = folder / "mail.log"
    writer = Writer()
    path.write_bytes(writer.lines(3))
    follower = Follower(binary, path)
    follower.wait_for(lambda: len(follower.seen) >= 3, "the first lines")
    try:
        KINDS[kind](path, writer, rotations, follower)
        follower.wait_for(lambda: len(set(follower.seen)) >= writer.count, "the last lines")
    except AssertionError as error:
        raise AssertionError(f"{error}{state(follower, writer)}") from None
    finally:
        follower.stop()
    assert len(follower.seen) == writer.count, state(follower, writer)
    return writer.count


def state(follower, writer):
    seen = follower.seen
    missing = sorted({f"{number:010X}" for number in range(1, writer.count + 1)} - set(seen))
    return f"{len(missing)} of {writer.count} lost ({missing[:3]}), {len(seen) - len(set(seen))} doubled"


def main():
    binary = os.path.abspath(sys.argv[1])
    rotations = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    failed = False
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="logscan-rotation-") as folder:
            began = time.monotonic()
            try:
                lines = run(binary, Path(folder), kind, rotations)
                print(f"{kind}: {rotations} rotations, {lines} lines, none lost, none twice "
                      f"({time.monotonic() - began:.0f} s)", flush=True)
            except AssertionError as error:
                failed = True
                print(f"{kind}: FAILED: {error}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
