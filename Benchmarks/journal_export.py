#!/usr/bin/env python3
"""From a log of generate.py to the journal's export form, each entry with all the fields journald gives it.

  journal_export.py < mail.log > mail.export
"""
import re
import sys
from datetime import datetime, timezone

LINE = re.compile(r"(\w{3} [ \d]\d \d\d:\d\d:\d\d) (\S+) ([^\s:\[]+)(?:\[(\d+)\])?: (.*)")
BOOT = "5f2a0c1de3b04a6c9d7e8f9011223344"
UNITS = {"postfix": "postfix@-.service", "dovecot": "dovecot.service", "exim": "exim4.service"}


def entries(lines):
    start = None
    for number, line in enumerate(lines):
        stamp, host, tag, pid, message = LINE.fullmatch(line.rstrip("\n")).groups()
        seconds = int(datetime.strptime(f"2026 {stamp}", "%Y %b %d %H:%M:%S").replace(tzinfo=timezone.utc).timestamp())
        micros = seconds * 1_000_000 + number % 1000 * 1000
        start = micros if start is None else start
        program = tag.split("/")[0]
        unit = UNITS.get(program, f"{program}.service")
        command = tag.rsplit("/", 1)[-1]
        yield f"""__REALTIME_TIMESTAMP={micros + 40}
__MONOTONIC_TIMESTAMP={micros - start + 90_000_000}
_BOOT_ID={BOOT}
_TRANSPORT=syslog
_UID=0
_GID=0
_SELINUX_CONTEXT=unconfined
_CAP_EFFECTIVE=1ffffffffff
_MACHINE_ID=0f1e2d3c4b5a69788796a5b4c3d2e1f0
_HOSTNAME={host}
_RUNTIME_SCOPE=system
_SYSTEMD_SLICE=system.slice
_SYSTEMD_CGROUP=/system.slice/{unit}
_SYSTEMD_UNIT={unit}
_SYSTEMD_INVOCATION_ID=4b825dc642cb6eb9a060e54bf8d69288
PRIORITY=6
SYSLOG_FACILITY=2
SYSLOG_IDENTIFIER={tag}
SYSLOG_PID={pid or 1}
_PID={pid or 1}
_COMM={command}
_EXE=/usr/libexec/{program}/{command}
_CMDLINE={command} -n {command} -t unix -u -c
SYSLOG_TIMESTAMP={stamp}\x20
_SOURCE_REALTIME_TIMESTAMP={micros}
MESSAGE={message}

"""


if __name__ == "__main__":
    sys.stdout.writelines(entries(sys.stdin))
