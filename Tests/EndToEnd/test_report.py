"""logscan report: as text, as HTML, by mail; figures for monitoring."""
import email
import email.policy
import html.parser
import json
import os
import re
import socket
import threading

from harness import FIXTURES, analyse, copy_fixture, equal, logscan, test, test_each
from test_compare import BLOCKED, HEALTHY, LISTED, TODAY, log

VOID = {"meta", "br", "path", "rect"}


class Page(html.parser.HTMLParser):
    """Checks that a page is well formed, and collects what is in it."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.headings, self.text, self.problems = [], [], [], [], "", []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings.append((self.open[-1], data))
        if "style" not in self.open:
            self.text += data


def page(*arguments, cwd=None):
    result = logscan(*arguments, cwd=cwd)
    equal(result.returncode, 0, f"status ({result.stderr.decode()})")
    assert len(result.stdout) <= 300_000, f"{len(result.stdout)} bytes"
    found = Page(result.stdout.decode())
    equal(found.problems, [], "problems of the page")
    return found


def check_safe(found):
    equal(set(found.tags) & {"script", "img", "iframe", "link", "object", "a", "base", "form"}, set(), "active elements")
    equal([item for item in found.attributes if item[1].startswith("on") or item[1] in ("src", "href", "style")], [],
          "active attributes")
    policies = [value for tag, name, value in found.attributes if tag == "meta" and name == "content" and "default-src" in value]
    equal(policies, ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"], "policy")


@test
def a_page_tells_what_the_text_tells(folder):
    log(folder, (HEALTHY, 21, 9), (LISTED, 22, 9), (HEALTHY, 22, 11), (LISTED, 23, 9), (BLOCKED, 23, 11))
    found = page("--format", "html", *TODAY, "--compare", "previous", "mail.log", cwd=folder)
    check_safe(found)
    for part in ("Outbound port 25 is blocked", "new: not there before", "unchanged: 4 messages, 4 before", "postqueue -f",
                 "compared with the period before", "Deliveries and rejections per hour", "No action needed"):
        assert part in found.text, f"{part!r} is not in the page"
    charts = [value for tag, name, value in found.attributes if tag == "svg" and name == "aria-label"]
    assert len(charts) >= 3 and all(charts), charts
    equal([heading for heading, _ in found.headings][:2], ["h1", "h2"], "headings")


@test_each(sorted(path.parent.name for path in FIXTURES.glob("*/truth.json")))
def every_fixture_makes_a_sound_page(folder, name):
    copy_fixture(name, folder)
    logs = sorted(path.name for path in folder.iterdir() if path.suffix == ".log")
    check_safe(page("--format", "html", *logs, cwd=folder))


@test
def what_a_stranger_writes_stays_text_in_a_page(folder):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    (folder / "mail.log").write_text("".join(
        f"Nov 23 10:00:{n:02} mx postfix/smtp[7]: A{n:04X}: to=<u{n}@{evil}.example>, relay=none, delay=1, delays=0/0/1/0, "
        f"dsn=4.4.1, status=deferred (connect to {evil}[192.0.2.{n}]:25: Connection timed out)\n" for n in range(1, 40)))
    found = page("--format", "html", "mail.log", cwd=folder)
    check_safe(found)
    assert "<script>" in found.text, "the text is not shown"


@test
def very_many_findings_still_make_a_small_page(folder):
    long = "x" * 900
    (folder / "mail.log").write_text("".join(
        f"Nov 23 {n // 60:02}:{n % 60:02}:0{k} mx postfix/smtp[7]: A{n:03X}{k}: to=<u@d{n}{long}.example>, relay=mx.d{n}.example"
        f"[192.0.2.{n % 250}]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host said: 554 5.7.1 Client host blocked "
        f"using list{n}.example {long})\n" for n in range(300) for k in range(6)))
    page("--format", "html", "--all", "mail.log", cwd=folder)


# MARK: mail

def program(folder):
    """A stand-in for sendmail that keeps what it got."""
    path = folder / "sendmail"
    path.write_text('#!/bin/sh\necho "$@" >"$(dirname "$0")/arguments"\ncat >"$(dirname "$0")/mail.eml"\n')
    path.chmod(0o755)
    return path


def mail(folder):
    raw = (folder / "mail.eml").read_bytes()
    assert all(len(line) <= 998 for line in raw.split(b"\n")), "a long line"
    assert raw.isascii(), "not ASCII"
    message = email.message_from_bytes(raw, policy=email.policy.default)
    equal(message.defects, [], "defects")
    return message


@test
def the_report_is_mailed_as_text_and_page(folder):
    log(folder, (LISTED, 22, 9), (BLOCKED, 23, 11))
    result = logscan("report", *TODAY, "--mail-to", "alice@example.com", "--mail-to", "root", "--mail-from", "mx@example.com",
                     "--sendmail", program(folder), "mail.log", cwd=folder)
    equal((result.returncode, result.stdout, result.stderr), (0, b"", b""), "status and output")
    equal((folder / "arguments").read_text(), "-t -oi\n", "arguments")
    message = mail(folder)
    equal((message["From"], message["To"], message["Auto-Submitted"]),
          ("logscan <mx@example.com>", "alice@example.com, root", "auto-generated"), "headers")
    equal(message["Subject"].split(": ", 1)[1], "1 critical (1 new), 1 gone, Mon 23 Nov", "subject")
    assert re.fullmatch(r"<logscan-report\.[0-9.]+@[\w.-]+>", message["Message-ID"]), message["Message-ID"]
    assert email.utils.parsedate_to_datetime(message["Date"]), message["Date"]
    text = message.get_body(("plain",)).get_content()
    assert "Outbound port 25 is blocked" in text and "Gone since then" in text, text
    equal([line for line in text.splitlines() if len(line) > 78], [], "long lines")
    check_safe(Page(message.get_body(("html",)).get_content()))


@test
def no_header_holds_text_of_the_log(folder):
    evil = "evil%0d%0aBcc:eve@example.net"
    (folder / "mail.log").write_text("".join(
        f"Nov 23 10:00:{n:02} {evil} postfix/smtp[7]: A{n:04X}: to=<u{n}@{evil}>, relay=mx.{evil}[192.0.2.1]:25, delay=1, "
        f"delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to {evil}[192.0.2.1]:25: Connection timed out)\n" for n in range(1, 40)))
    os.utime(folder / "mail.log", (1795478399, 1795478399))
    logscan("report", *TODAY, "--mail-to", "root", "--sendmail", program(folder), "mail.log", cwd=folder)
    message = mail(folder)
    assert "evil" not in str(message.items()), message.items()


class Server(threading.Thread):
    """A mail server for one mail, or one that refuses at a command."""

    def __init__(self, refuses=None):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.refuses, self.commands, self.data = self.listener.getsockname()[1], refuses, [], b""
        self.start()

    def run(self):
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rwb") as stream:
            def say(text):
                stream.write(text + b"\r\n")
                stream.flush()
            say(b"220-mx.example.com ESMTP\r\n220 ready")
            while line := stream.readline():
                command = line.decode().rstrip("\r\n")
                self.commands.append(command)
                if self.refuses and command.startswith(self.refuses):
                    say(b"550 5.7.1 not\x1b[31m here")
                    continue
                if command == "DATA":
                    say(b"354 go on")
                    while (part := stream.readline()) not in (b".\r\n", b""):
                        self.data += part[1:] if part.startswith(b".") else part
                say(b"250-mx.example.com\r\n250 8BITMIME" if command.startswith("EHLO") else b"250 2.0.0 Ok")


@test
def the_report_goes_to_a_mail_server(folder):
    log(folder, (BLOCKED, 23, 11))
    server = Server()
    result = logscan("report", *TODAY, "--mail-to", "alice@example.com", "--mail-from", "mx@example.com", "--smtp",
                     f"127.0.0.1:{server.port}", "mail.log", cwd=folder)
    equal(result.returncode, 0, f"status {result.stderr}")
    server.join(10)
    equal([command for command in server.commands if not command.startswith("EHLO ")],
          ["MAIL FROM:<mx@example.com>", "RCPT TO:<alice@example.com>", "DATA", "QUIT"], "commands")
    message = email.message_from_bytes(server.data, policy=email.policy.default)
    equal(message.defects, [], "defects")
    assert "Outbound port 25 is blocked" in message.get_body(("plain",)).get_content()


@test
def what_cannot_be_sent_is_kept(folder):
    log(folder, (BLOCKED, 23, 11))
    (folder / "state").mkdir()
    for refuses in ("MAIL", "RCPT"):
        server = Server(refuses)
        result = logscan("report", *TODAY, "--mail-to", "root", "--smtp", f"127.0.0.1:{server.port}", "mail.log", cwd=folder,
                         STATE_DIRECTORY=str(folder / "state"))
        equal(result.returncode, 5, "status")
        kept = next((folder / "state").glob("unsent-report-*.eml"))
        said = result.stderr.decode().splitlines()[-1]
        assert said.startswith(f"logscan: the report could not be sent: 127.0.0.1:{server.port} answered {refuses}"), said
        assert said.endswith(f"with: 550 5.7.1 not\\x1b[31m here; it is kept as {kept}"), said
        equal(email.message_from_bytes(kept.read_bytes(), policy=email.policy.default).defects, [], "kept mail")
        kept.unlink()
    result = logscan("report", *TODAY, "--mail-to", "root", "--sendmail", "/nonexistent", "mail.log", cwd=folder)
    equal(result.returncode, 5, "status without a program")
    assert b"/nonexistent cannot be started: no such file or directory; it is kept as ./unsent-report-" in result.stderr, result.stderr


@test
def nothing_is_sent_when_nothing_changed(folder):
    log(folder, (LISTED, 22, 9), (LISTED, 23, 9))
    options = ["report", *TODAY, "--mail-to", "root", "--sendmail", program(folder), "mail.log", "--only-changes"]
    equal(logscan(*options, cwd=folder).returncode, 0, "status")
    assert not (folder / "mail.eml").exists(), "a mail was sent"
    equal(logscan(*options, "--heartbeat", cwd=folder).returncode, 0, "status")
    message = mail(folder)
    equal(message.get_content_type(), "text/plain", "type")
    assert message.get_content().startswith("Nothing new, worse, better or gone since the time before."), message
    log(folder, (HEALTHY, 22, 9), (LISTED, 23, 9))
    equal(logscan(*options, "--heartbeat", cwd=folder).returncode, 0, "status")
    assert "on a blocklist" in mail(folder).get_body(("plain",)).get_content() or mail(folder).is_multipart(), "the whole report"


@test
def its_own_mails_do_not_count(folder):
    def message(queue, identity):
        return (f"Nov 23 10:00:00 mx postfix/pickup[1]: {queue}: uid=0 from=<root>\n"
                f"Nov 23 10:00:00 mx postfix/cleanup[2]: {queue}: message-id=<{identity}@mx.example.com>\n"
                f"Nov 23 10:00:00 mx postfix/qmgr[3]: {queue}: from=<root@mx.example.com>, size=900, nrcpt=1 (queue active)\n"
                f"Nov 23 10:00:01 mx postfix/local[4]: {queue}: to=<root@mx.example.com>, relay=local, delay=1, delays=0/0/0/1, "
                "dsn=2.0.0, status=sent (delivered to mailbox)\n"
                f"Nov 23 10:00:01 mx postfix/qmgr[3]: {queue}: removed\n")
    (folder / "mail.log").write_text(message("A1B2C3D4E5", "logscan-report.1795410000.77") + message("A1B2C3D4E6", "other"))
    found = analyse("mail.log", cwd=folder)["messages"]
    equal((found["received"], found["delivered"], found["notices"]), (1, 1, 1), "messages")


@test
def wrong_addresses_are_refused(folder):
    for option in (["--mail-to", "a b"], ["--mail-to", "a@example.com\nBcc: b@example.com"], ["--mail-to", "-oi"],
                   ["--mail-to", "root", "--smtp", "a:b"], ["--mail-to", "root", "--smtp", "a", "--sendmail", "b"],
                   ["--heartbeat"]):
        result = logscan("report", *option, "mail.log", cwd=folder)
        equal(result.returncode, 2, f"{option}: status")


# MARK: monitoring

@test
def figures_for_prometheus_have_its_form(folder):
    log(folder, (LISTED, 22, 9), (LISTED, 23, 9), (BLOCKED, 23, 11))
    result = logscan("--prometheus", "mail.prom", "--format", "json", *TODAY, "--compare", "previous", "mail.log", cwd=folder)
    found = json.loads(result.stdout)
    lines = (folder / "mail.prom").read_text().splitlines()
    sample = re.compile(r'([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+')
    types = [line.split()[2] for line in lines if line.startswith("# TYPE ")]
    equal(len(types), len(set(types)), "each metric once")
    for line in lines:
        assert line.startswith("# ") or sample.fullmatch(line), line
        if not line.startswith("# "):
            assert sample.fullmatch(line)[1] in types, line
    assert f'logscan_window_messages{{outcome="delivered"}} {found["messages"]["delivered"]}' in lines
    assert 'logscan_findings{cause="outbound-port-25-blocked",change="new",severity="critical",state="ongoing"} 1' in lines, lines


@test
def a_line_for_nagios(folder):
    for name, word, status in ((BLOCKED, "CRITICAL", 2), (HEALTHY, "OK", 0)):
        log(folder, (name, 23, 9))
        result = logscan("--nagios", "mail.log", cwd=folder)
        equal(result.returncode, status, "status")
        assert re.fullmatch(rf"LOGSCAN {word} - [^|\n]+ \| critical=\d+ warning=\d+ delivered=\d+( \w+=\d+)+\n", result.stdout.decode()), result.stdout
    (folder / "mail.log").write_text("nothing here\n")
    equal(logscan("--nagios", "mail.log", cwd=folder).returncode, 3, "status without mail lines")


# MARK: pseudonyms

@test
def an_anonymous_report_names_nobody(folder):
    log(folder, (LISTED, 22, 9), (BLOCKED, 23, 11))
    (folder / "key").write_text("0123456789abcdef0123456789abcdef")
    events = logscan("events", "mail.log", cwd=folder).stdout.decode()
    secrets = set(re.findall(r"[\w.+-]+@[\w.-]+\.\w+|(?:\d+\.){3}\d+", events)) - {"127.0.0.1"}
    secrets |= {domain["domain"] for domain in analyse("mail.log", cwd=folder)["domains"]}
    assert len(secrets) > 50, secrets
    for options in (["--format", "text", "--all"], ["--format", "json"], ["--format", "html"], ["--format", "markdown"]):
        result = logscan(*options, "--anonymize", "--anonymize-key", "key", "mail.log", cwd=folder)
        equal((result.returncode, result.stderr), (0, b""), "status")
        shown = result.stdout.decode()
        equal([secret for secret in secrets if re.search(rf"(?<![\w.]){re.escape(secret)}(?![\w.])", shown)], [], f"names in {options}")
    hidden = logscan("events", "--anonymize", "--anonymize-key", "key", "mail.log", cwd=folder).stdout.decode()
    equal([secret for secret in secrets if re.search(rf"(?<![\w.]){re.escape(secret)}(?![\w.])", hidden)], [], "names in events")
    again = logscan("events", "--anonymize", "--anonymize-key", "key", "mail.log", cwd=folder).stdout.decode()
    equal(hidden, again, "pseudonyms of the same key")
    other = logscan("events", "--anonymize", "mail.log", cwd=folder).stdout.decode()
    assert hidden != other, "the key changes nothing"


@test
def pseudonyms_change_no_figure(folder):
    log(folder, (BLOCKED, 23, 11))
    plain = analyse("mail.log", cwd=folder)
    hidden = json.loads(logscan("--format", "json", "--anonymize", "mail.log", cwd=folder).stdout)
    for part in ("messages", "deliveries", "rejects", "authentication", "reasons", "lines"):
        equal(hidden[part], plain[part], part)
    equal([(finding["cause"], finding["impact"], finding["severity"]) for finding in hidden["findings"]],
          [(finding["cause"], finding["impact"], finding["severity"]) for finding in plain["findings"]], "findings")
