"""The figures equal the truth that the generator writes beside its logs."""
import gzip
import json
import subprocess
import sys

from harness import ROOT, analyse, equal, logscan, test, test_each

SERVERS = ["postfix", "exim", "mixed"]


def generate(folder, server, lines=6000):
    command = [sys.executable, str(ROOT / "Benchmarks/generate.py"), str(lines), "--server", server,
               "--truth", str(folder / "truth.json")]
    (folder / "mail.log").write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    return json.loads((folder / "truth.json").read_text())


def figures(report):
    return {"lines": report["lines"]["total"], "sent": report["deliveries"]["sent"],
            "deferred": report["deliveries"]["deferred"], "bounced": report["deliveries"]["bounced"],
            "received": report["messages"]["received"], "rejected": report["rejects"]}


def check(report, truth):
    equal(figures(report), {key: truth.get(key, 0) for key in figures(report)}, "figures")
    equal(report["lines"]["unrecognised"] + report["lines"]["malformed"], 0, "lines not recognised")


@test_each(SERVERS)
def plain_text_counts_are_exact(folder, server):
    truth = generate(folder, server)
    report = analyse(folder / "mail.log")
    check(report, truth)
    hours = report["timeline"]
    for key, whole in (("delivered", "sent"), ("deferred", "deferred"), ("bounced", "bounced")):
        equal(sum(hour[key] for hour in hours), truth.get(whole, 0), f"{key}, summed over the hours")


@test_each(SERVERS)
def by_domain_and_by_hour_add_up(folder, server):
    truth = generate(folder, server)
    report = json.loads(logscan("--format", "json", "--all", folder / "mail.log").stdout)
    equal(report["domains_total"], len(report["domains"]), "domains with --all")
    equal(report["users_total"], len(report["users"]), "users with --all")
    equal(sum(row["failed"] for row in report["users"]) <= report["authentication"]["failed"], True, "failed logins")
    equal(sum(row["sent"] for row in report["domains"]) <= truth.get("sent", 0), True, "deliveries by domain")


@test_each(SERVERS)
def rotations_and_compression_change_nothing(folder, server):
    truth = generate(folder, server)
    lines = (folder / "mail.log").read_bytes().splitlines(keepends=True)
    (folder / "mail.log.2.gz").write_bytes(gzip.compress(b"".join(lines[:2000])))
    (folder / "mail.log.1").write_bytes(b"".join(lines[2000:4500]))
    (folder / "mail.log").write_bytes(b"".join(lines[4500:]))
    check(analyse(folder / "mail.log", folder / "mail.log.1", folder / "mail.log.2.gz"), truth)


@test
def a_message_deferred_often_is_one_deferred_message(folder):
    def attempt(minute, queue, recipient):
        return (f"Nov 23 10:{minute:02}:00 mx postfix/smtp[1]: {queue}: to=<{recipient}>, relay=none, delay=1, "
                f"delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to mx.example.org[203.0.113.5]:25: "
                f"Connection timed out)\n")
    log = "".join(attempt(minute, queue, recipient) for minute in range(5)
                  for queue, recipient in (("AAA1111111", "a@example.org"), ("BBB2222222", "b@example.org"),
                                           ("BBB2222222", "c@example.org")))
    report = analyse("-", stdin=log.encode())
    equal(report["deliveries"]["deferred"], 15, "attempts")
    equal(report["messages"]["deferred"], 2, "messages")
    equal(report["domains"], [{"bounced": 0, "deferred": 15, "domain": "example.org", "expired": 0, "sent": 0}], "domains")


@test
def logins_are_counted_by_user(folder):
    log = ("Nov 23 10:00:00 mx dovecot: imap-login: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, "
           "lip=198.51.100.1, mpid=7, TLS, session=<a>\n"
           "Nov 23 10:00:01 mx postfix/submission/smtpd[1]: AAA1111111: client=unknown[192.0.2.7], sasl_method=PLAIN, "
           "sasl_username=anna@example.com\n"
           "Nov 23 10:00:02 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): "
           "user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=198.51.100.1, TLS, session=<b>\n")
    report = analyse("-", stdin=log.encode())
    equal(report["authentication"], {"failed": 1, "succeeded": 2}, "logins")
    equal(report["users"], [{"delivered": 0, "failed": 1, "sent": 1, "succeeded": 2, "user": "anna@example.com"}], "users")


@test
def our_own_bounces_are_not_received_mail(folder):
    log = ("Nov 23 10:00:00 mx postfix/smtpd[1]: AAA1111111: client=mail.example.net[192.0.2.7]\n"
           "Nov 23 10:00:00 mx postfix/qmgr[3]: AAA1111111: from=<jo@example.net>, size=9, nrcpt=1 (queue active)\n"
           "Nov 23 10:00:01 mx postfix/smtp[4]: AAA1111111: to=<x@example.org>, relay=mx.example.org[203.0.113.5]:25, "
           "delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.org[203.0.113.5] said: 550 5.1.1 no such user)\n"
           "Nov 23 10:00:01 mx postfix/cleanup[2]: BBB2222222: message-id=<b@mx>\n"
           "Nov 23 10:00:01 mx postfix/bounce[5]: AAA1111111: sender non-delivery notification: BBB2222222\n"
           "Nov 23 10:00:01 mx postfix/qmgr[3]: BBB2222222: from=<>, size=9, nrcpt=1 (queue active)\n"
           "Nov 23 10:00:01 mx postfix/qmgr[3]: AAA1111111: removed\n"
           "Nov 23 10:00:02 mx postfix/smtp[4]: BBB2222222: to=<jo@example.net>, relay=mail.example.net[192.0.2.7]:25, "
           "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok)\n"
           "Nov 23 10:00:02 mx postfix/qmgr[3]: BBB2222222: removed\n")
    messages = analyse("-", stdin=log.encode())["messages"]
    equal({key: messages[key] for key in ("received", "delivered", "bounced", "notices")},
          {"received": 1, "delivered": 0, "bounced": 1, "notices": 1}, "messages")


@test
def exims_reject_log_repeats_its_main_log(folder):
    refused = "2026-11-23 10:00:0{} H=pc.example.net (x) [203.0.113.9] F=<e@example.net> rejected RCPT <b@example.com>: no\n"
    header = "Envelope-from: <e@example.net>\nEnvelope-to: <b@example.com>\n"
    # The first is there twice: the same client came twice within a second.
    (folder / "mainlog").write_text(refused.format(1) * 2 + refused.format(2) + refused.format(3))
    (folder / "rejectlog").write_text(refused.format(1) * 2 + refused.format(2) + header + refused.format(4))
    equal(analyse("mainlog", cwd=folder)["rejects"], 4, "main log")
    equal(analyse("rejectlog", cwd=folder)["rejects"], 4, "reject log")
    for order in (["mainlog", "rejectlog"], ["rejectlog", "mainlog"], ["."]):
        both = analyse(*order, cwd=folder)
        equal((both["rejects"], both["lines"]["copies"]), (5, 3), " ".join(order))
