"""Live checks: logscan probe, --probe, --probe-plan; against servers of every kind on the loopback address."""
import json
import re
import socket
import ssl
import subprocess
import threading
import time

from harness import analyse, copy_fixture, equal, logscan, test, test_each


class Server(threading.Thread):
    """Serves each connection by a function; counts them."""

    def __init__(self, serve):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.serve, self.count = self.listener.getsockname()[1], serve, 0
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            self.count += 1
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        with connection:
            try:
                self.serve(connection)
            except OSError:
                pass


def certificate(folder, name="mx.example.com", days=365):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key.pem", "-out",
                    folder / "certificate.pem", "-subj", f"/CN={name}", "-days", str(days), "-addext", f"subjectAltName=DNS:{name}"],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def checks(*arguments):
    began = time.monotonic()
    result = logscan("probe", "--format", "json", "--probe-time", "6", *arguments)
    equal(result.returncode, 0, f"status ({result.stderr.decode()})")
    assert time.monotonic() - began < 30, "the time limit does not hold"
    return json.loads(result.stdout)["checks"]


def problems(found):
    return sorted((check["check"], check.get("cause")) for check in found if check["verdict"] == "problem")


def imap(stream, greeting=b"* OK ready"):
    stream.write(greeting + b"\r\n")
    stream.flush()
    for line in stream:
        tag, command = line.split()[:2]
        stream.write((b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n" if command == b"CAPABILITY" else b"* BYE\r\n") + tag + b" OK done\r\n")
        stream.flush()


@test
def a_service_with_a_good_certificate_has_no_problem(folder):
    context = certificate(folder, "localhost")

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as session:
            imap(session.makefile("rwb"))

    found = checks(f"localhost:{Server(serve).port}/imaps", "--ca-file", folder / "certificate.pem")
    equal(problems(found), [], "problems")
    equal({check["check"] for check in found}, {"tcp-own", "imap-own", "tls-own"}, "checks")
    assert any("TLSv1.3" in check["seen"] for check in found), found


@test
def what_is_wrong_with_a_certificate_is_told(folder):
    context = certificate(folder, "other.example.com", days=5)

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as session:
            imap(session.makefile("rwb"))

    found = problems(checks(f"localhost:{Server(serve).port}/imaps"))
    equal(found, [("tls-own", "own-cert-expiring"), ("tls-own", "own-cert-hostname-mismatch"), ("tls-own", "own-cert-selfsigned")],
          "problems")


@test
def a_wrong_port_is_recognised(folder):
    context = certificate(folder)

    def tls(connection):
        context.wrap_socket(connection, server_side=True).recv(100)

    def plain(connection):
        imap(connection.makefile("rwb"))

    found = checks(f"127.0.0.1:{Server(tls).port}/imap")
    assert any("TLS begins with the connection here" in check["seen"] for check in found), found
    found = checks(f"127.0.0.1:{Server(plain).port}/imaps")
    assert any("plain text is spoken" in check["seen"] for check in found), found
    found = checks(f"127.0.0.1:{Server(plain).port}/smtp")
    assert any("does not speak smtp" in check["seen"] for check in found), found


@test
def nothing_there_is_refused(folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = checks(f"127.0.0.1:{port}/imap")
    equal([(check["verdict"], check["seen"]) for check in found],
          [("problem", f"imap on 127.0.0.1:{port}: connection refused")], "checks")


def drip(connection):
    for _ in range(1000):
        connection.sendall(b"2")
        time.sleep(0.05)


def flood(data):
    def serve(connection):
        while True:
            connection.sendall(data)
    return serve


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def after(*replies):
    """Answers with these, one for each line, and closes."""
    def serve(connection):
        for reply in replies:
            connection.sendall(reply)
            connection.recv(4096)
    return serve


HOSTILE = {
    "silence": lambda connection: time.sleep(30), "closes": lambda connection: None, "resets": reset, "drips": drip,
    "garbage": lambda connection: connection.sendall(bytes(range(256)) * 8), "one endless line": flood(b"2" * 65536),
    "endless lines": flood(b"220-more\r\n" * 1000), "control characters": after(b"220 \x1b]0;owned\x07\x1b[31m\r\n", b"250 ok\r\n"),
    "a closed STARTTLS": after(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n"),
    "garbage for TLS": after(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n", b"no tls at all, none, really none\r\n"),
    "an alert": after(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n", b"\x15\x03\x03\x00\x02\x02\x28"),
    "half an alert": after(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n", b"\x15\x03\x03"),
    "text with the answer to STARTTLS": after(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n250 injected\r\n"),
    "a negative greeting": after(b"554 no\r\n", b"221 bye\r\n"), "421": after(b"421 4.7.0 later\r\n"),
    "an answer without end": after(b"220 x\r\n", b"250-" + b"a" * 5000),
}


@test_each(HOSTILE)
def a_hostile_server_ends_in_a_verdict(folder, kind):
    server = Server(HOSTILE[kind])
    for spoken in ("smtp", "imap", "pop3s", "sieve"):
        found = checks(f"127.0.0.1:{server.port}/{spoken}")
        assert found, "nothing was said"
        assert any(check["verdict"] != "ok" for check in found), found
    text = logscan("probe", "--probe-time", "3", f"127.0.0.1:{server.port}/smtp").stdout.decode()
    equal(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), [], "control characters")


@test
def nothing_is_sent_beyond_the_greeting_and_its_abilities(folder):
    said = []

    def serve(connection):
        with connection.makefile("rwb") as stream:
            stream.write(b"220 mx.example.com\r\n")
            stream.flush()
            for line in stream:
                said.append(line.decode().strip())
                stream.write(b"250-mx.example.com\r\n250 SIZE 1000\r\n" if line.startswith(b"EHLO") else b"221 bye\r\n")
                stream.flush()

    checks(f"127.0.0.1:{Server(serve).port}/smtp")
    equal([line.split()[0] for line in said], ["EHLO", "QUIT"], "commands")


@test
def wrong_targets_are_refused(folder):
    for target in ("-x", "a b", "example.com/gopher", "example.com:99", "example.com:0/imap", "http://example.com", "a;b"):
        equal(logscan("probe", "--", target).returncode, 2, f"{target}: status")


@test
def a_plan_contacts_nobody_and_names_own_users_destinations_only(folder):
    copy_fixture("postfix-outbound-port-25-blocked", folder)
    result = logscan("--probe-plan", "mail.log", cwd=folder)
    equal((result.returncode, result.stderr), (0, b""), "status and standard error")
    plan = result.stdout.decode()
    domains = {domain["domain"] for domain in analyse("mail.log", cwd=folder)["domains"]}
    named = set(re.findall(r"MX of (\S+);", plan))
    assert named and named <= domains, (named, domains)


@test
def mail_of_strangers_steers_no_check(folder):
    """Bounces to made-up senders, relayed spam: their domains are in the log, and are no destinations of users."""
    lines = []
    for n in range(40):
        queue = f"A{n:09X}"
        lines.append(f"Nov 23 10:00:{n:02} mx postfix/smtpd[5]: {queue}: client=unknown[203.0.113.9]")
        lines.append(f"Nov 23 10:00:{n:02} mx postfix/qmgr[6]: {queue}: from=<x@d{n}.victim.example>, size=9, nrcpt=1 (queue active)")
        lines.append(f"Nov 23 10:01:{n:02} mx postfix/smtp[7]: {queue}: to=<u@d{n}.victim.example>, relay=none, delay=1, delays=0/0/1/0, "
                     f"dsn=4.4.1, status=deferred (connect to mx.d{n}.victim.example[192.0.2.{n}]:25: Connection timed out)")
    (folder / "mail.log").write_text("\n".join(lines) + "\n")
    assert analyse("mail.log", cwd=folder)["findings"], "there is nothing to check"
    plan = logscan("--probe-plan", "mail.log", cwd=folder).stdout.decode()
    assert "victim.example" not in plan and "192.0.2." not in re.sub(r"our .*", "", plan).replace("192.0.2.2", ""), plan


@test
def findings_get_a_verdict(folder):
    copy_fixture("postfix-outbound-port-25-blocked", folder)
    result = logscan("--probe", "--probe-time", "4", "--resolver", "127.0.0.1:9", "--format", "json", "mail.log", cwd=folder)
    equal(result.returncode, 0, f"status {result.stderr}")
    for finding in json.loads(result.stdout)["findings"]:
        if finding["severity"] in ("critical", "warning"):
            assert finding["probe"]["verdict"] in ("confirmed", "refuted", "inconclusive"), finding
    text = logscan("--probe", "--probe-time", "4", "--resolver", "127.0.0.1:9", "mail.log", cwd=folder).stdout.decode()
    assert "checked live: " in text, text
