"""Rewrites a syslog file into every header form that mail logs come in."""
import json
import os
import re
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

HEADER = re.compile(rb"(\w{3} [ \d]\d \d\d:\d\d:\d\d) (\S+) ([^\s:\[]+)(?:\[(\d+)\])?: (.*)", re.S)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BERLIN = timezone(timedelta(hours=1))


class Record(NamedTuple):
    time: datetime
    host: bytes
    tag: bytes
    pid: bytes
    message: bytes

    @property
    def tagged(self):
        pid = b"[%b]" % self.pid if self.pid else b""
        return b"%b%b: %b" % (self.tag, pid, self.message)

    @property
    def hosted(self):
        return self.host + b" " + self.tagged

    @property
    def unix_micros(self):
        return str(int(self.time.timestamp()) * 1_000_000 + 123456)


def read(text, year=2026, day=3):
    """The records of an RFC 3164 log, moved to a day of one digit, so that its padding shows."""
    records = []
    for line in text.splitlines():
        stamp, host, tag, pid, message = HEADER.fullmatch(line).groups()
        time = datetime.strptime(f"{year} {stamp.decode()}", "%Y %b %d %H:%M:%S").replace(day=day, tzinfo=timezone.utc)
        records.append(Record(time, host, tag, pid or b"", message))
    return records


def stamped(pattern, zone=timezone.utc):
    """A form that is a time stamp before `host tag[pid]: message`."""
    return lambda r: r.time.astimezone(zone).strftime(pattern).encode() + b" " + r.hosted


def padded(r):
    return b"%b %2d %b %b" % (r.time.strftime("%b").encode(), r.time.day, r.time.strftime("%T").encode(), r.hosted)


def unpadded(r):
    return b"%b %d %b %b" % (r.time.strftime("%b").encode(), r.time.day, r.time.strftime("%T").encode(), r.hosted)


def with_unit(r):
    """As journalctl -o with-unit prints it: the unit stands where the program's name was."""
    units = {b"postfix": b"postfix@-.service", b"dovecot": b"dovecot.service", b"exim": b"exim4.service"}
    unit = r._replace(tag=units[r.tag.split(b"/")[0]])
    return stamped("%a %F %T UTC")(unit)


def rfc5424(data=b"-", mark=b""):
    def write_line(r):
        stamp = r.time.strftime("%FT%T.123456Z").encode()
        return b" ".join([b"<22>1 " + stamp, r.host, r.tag, r.pid or b"-", b"-", data, mark + r.message])
    return write_line


def journal_fields(r):
    fields = {b"__REALTIME_TIMESTAMP": r.unix_micros.encode(), b"_HOSTNAME": r.host, b"SYSLOG_IDENTIFIER": r.tag,
              b"MESSAGE": r.message}
    return fields | ({b"_PID": r.pid} if r.pid else {})


def journal_json(r):
    return json.dumps({key.decode(): value.decode() for key, value in journal_fields(r).items()}).encode()


def journal_json_bytes(r):
    fields = {key.decode(): value.decode() for key, value in journal_fields(r).items()}
    return json.dumps(fields | {"MESSAGE": list(r.message)}).encode()


def journal_export(r):
    cursor = b"__CURSOR=s=%d\n" % hash(r.time)
    return cursor + b"".join(b"%b=%b\n" % field for field in journal_fields(r).items())


def journal_export_binary(r):
    fields = journal_fields(r)
    message = fields.pop(b"MESSAGE")
    head = b"__CURSOR=s=1\n" + b"".join(b"%b=%b\n" % field for field in fields.items())
    return head + b"MESSAGE\n" + len(message).to_bytes(8, "little") + message + b"\n"


def json_file(r):
    line = {"log": padded(r).decode() + "\n", "stream": "stdout", "time": r.time.strftime("%FT%T.123456789Z")}
    return json.dumps(line).encode()


def nanoseconds(r):
    return r.time.strftime("%FT%T.123456789Z ").encode()


LINES = {
    "rfc3164": padded,
    "rfc3164-unpadded": unpadded,
    "rfc3164-priority": lambda r: b"<22>" + padded(r),
    "rfc3339-utc": stamped("%FT%TZ"),
    "rfc3339-micros": stamped("%FT%T.123456+01:00", BERLIN),
    "rfc5424": rfc5424(),
    "rfc5424-structured": rfc5424(b'[origin software="rsyslogd" note="a \\"quoted\\] word"][x@1 y="2"]', BYTE_ORDER_MARK),
    "journal-short": stamped("%b %d %T"),
    "journal-short-iso": stamped("%FT%T%z"),
    "journal-short-iso-colon": stamped("%FT%T+00:00"),
    "journal-short-precise": stamped("%b %d %T.123456"),
    "journal-short-full": stamped("%a %F %T UTC"),
    "journal-with-unit": with_unit,
    "journal-cat": lambda r: r.message,
    "journal-json": journal_json,
    "journal-json-bytes": journal_json_bytes,
    "container-output": lambda r: r.tagged,
    "docker-timestamps": lambda r: nanoseconds(r) + padded(r),
    "docker-timestamps-bare": lambda r: nanoseconds(r) + r.tagged,
    "docker-compose": lambda r: b"mail-1  | " + padded(r),
    "docker-compose-colour": lambda r: b"\x1b[36mmail-1  | \x1b[0m" + padded(r),
    "docker-compose-bare": lambda r: b"mail-1  | " + r.tagged,
    "docker-json-file": json_file,
    "kubernetes": lambda r: nanoseconds(r) + b"stdout F " + padded(r),
    "kubernetes-bare": lambda r: nanoseconds(r) + b"stdout F " + r.tagged,
    "crlf": lambda r: padded(r) + b"\r",
    "nul-before": lambda r: b"\0" * 7 + padded(r),
    "nul-after": lambda r: padded(r) + b"\0\0",
}
ENTRIES = {"journal-export": journal_export, "journal-export-binary": journal_export_binary}

WITHOUT_TAG = {"journal-with-unit", "journal-cat"}
WITHOUT_TIME = {"journal-cat", "container-output", "docker-compose-bare", "mixed"}


def write(form, records):
    """The log in one form; `mixed` takes another form for each line."""
    if form == "mixed":
        writers = [writer for form, writer in LINES.items() if form not in WITHOUT_TAG]
        return b"".join(writers[i % len(writers)](r) + b"\n" for i, r in enumerate(records))
    writer = LINES.get(form) or ENTRIES[form]
    return b"".join(writer(r) + b"\n" for r in records)


NAMES = [*LINES, *ENTRIES, "mixed"]


def age(path, records):
    """Gives a log the time of its last line, for the years that logs leave out."""
    written = records[-1].time.timestamp()
    os.utime(path, (written, written))
