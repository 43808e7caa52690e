"""Strangers write parts of a log. What they write reaches no terminal, page or script unescaped."""
import json
import re
import unicodedata

from harness import equal, logscan, put, test, test_each, text_of

ESCAPES = {
    "colour": b"\x1b[31;5mred",
    "title": b"\x1b]0;owned\x07",
    "clear": b"\x1b[2J\x1b[H",
    "eight-bit": b"\x9b2J\x9d0;owned\x9c",
    "eight-bit-utf8": "\u009b2J\u009d0;owned\u009c".encode(),
    "return": b"fine\rCRITICAL",
    "backspace": b"abc\x08\x08\x08xyz",
    "tabs": b"a\tb\x0bc\x0cd",
    "delete": b"a\x7fb",
    "nul": b"a\x00b",
    "not-utf8": b"\xff\xfe\xc3(\xed\xa0\x80\xf5\x80\x80\x80",
    "bidirectional": "\u202egnp.exe\u2066x\u2069\u200f".encode(),
    "line-separator": "a\u2028b\u2029c\u0085d".encode(),
    "markup": b"```<script>alert(1)</script>`|[x](javascript:1)",
}


# Messages that a stranger has words in; the last has no known shape at all.
MESSAGES = [
    b"connect from %b[192.0.2.1]",
    b"NOQUEUE: reject: RCPT from x[192.0.2.1]: 554 5.7.1 <%b>: Relay access denied; from=<%b> to=<%b> proto=ESMTP helo=<%b>",
    b"lost connection after %b from x[192.0.2.1]",
    b"warning: %b",
    b"%b",
]


def poisoned(text):
    """A log with `text` in every place that a stranger can fill, and a few where only a broken log has it."""
    bad = b"a" + text + b"z"
    refused = text_of("postfix-remote-blocklisted")
    log = refused.replace(b"(host ", b"(host %b " % bad).replace(b" said: ", b" said: 554 %b " % bad)
    log += text_of("postfix-wrong-password-one-user").replace(b"auth failed", b"auth %b failed" % bad)
    for part in MESSAGES:
        log += b"Nov 23 09:50:00 mx postfix/smtpd[7]: " + part.replace(b"%b", bad) + b"\n"
    log += b"Nov 23 09:50:00 m%bx postfix/smtpd[7]: connect from x[192.0.2.1]\n" % bad
    log += b"Nov 23 09:50:00 mx p%bx[7]: hello\n" % bad
    return log + b"%b\n" % bad


def outputs(folder, escape, *options):
    log = put(folder / "mail.log", poisoned(ESCAPES[escape]))
    result = logscan(*options, log)
    equal(result.returncode, 0, f"exit status ({result.stderr!r:.100})")
    return result.stdout.decode("utf-8")


def controls(text):
    return sorted({c for c in text if unicodedata.category(c) == "Cc" and c != "\n"})


def direction_marks(text):
    return sorted(set(re.findall("[\u200e\u200f\u2028-\u202e\u2066-\u2069]", text)))


@test_each(ESCAPES)
def text_report_has_no_controls(folder, escape):
    text = outputs(folder, escape, "--all")
    equal(controls(text), [], "control characters")
    equal(direction_marks(text), [], "characters that turn or break the line")


@test_each(ESCAPES)
def coloured_report_has_only_its_own_colours(folder, escape):
    text = re.sub(r"\x1b\[[\d;]*m", "", outputs(folder, escape, "--all", "--color", "always"))
    equal(controls(text), [], "control characters")
    assert escape != "colour" or "\x1b[31;5m" not in outputs(folder, escape, "--color", "always"), "a stranger's colour"


@test_each(ESCAPES)
def markdown_has_no_controls(folder, escape):
    text = outputs(folder, escape, "--format", "markdown")
    equal(controls(text), [], "control characters")
    outside = re.sub(r"^(`{3,})\w*$.*?^\1$", "", text, flags=re.M | re.S)
    assert "<script" not in outside, "markup outside of a block of code"


@test_each(ESCAPES)
def json_is_json(folder, escape):
    text = outputs(folder, escape, "--format", "json")
    json.loads(text)
    equal(controls(text), [], "control characters")


@test_each(ESCAPES)
def events_are_json_lines(folder, escape):
    text = outputs(folder, escape)
    for line in logscan("events", folder / "mail.log").stdout.decode("utf-8").split("\n"):
        equal(controls(line), [], "control characters")
        assert not line or json.loads(line), "not an object"
    assert text, "no report"


@test
def file_name_is_escaped(folder):
    log = put(folder / "mail\x1b[31m\x9b.log", text_of("postfix-own-cert-expired"))
    result = logscan(log)
    equal(controls(result.stdout.decode()), [], "control characters in the report")


@test
def name_of_a_missing_file_is_escaped(folder):
    result = logscan(folder / "no\x1b[31m\nsuch.log")
    equal(controls(result.stderr.decode()), [], "control characters on standard error")
    equal(result.stderr.count(b"\n"), 1, "lines on standard error")


@test
def bad_option_value_is_escaped(folder):
    result = logscan("--since", "\x1b[31mred", "mail.log")
    equal(controls(result.stderr.decode()), [], "control characters on standard error")
