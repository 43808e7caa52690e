"""`logscan trace`: where is this message?"""
import gzip
import json

import schema
from harness import FIXTURES, ROOT, equal, logscan, test

# One message through a content filter into a mailbox; one that waits for a recipient and bounced for another.
LOG = """\
Nov 23 10:00:00 mx postfix/smtpd[101]: AAA1111111: client=mail.example.net[192.0.2.7]
Nov 23 10:00:00 mx postfix/cleanup[102]: AAA1111111: message-id=<m1@example.net>
Nov 23 10:00:00 mx postfix/qmgr[103]: AAA1111111: from=<jo@example.net>, size=2048, nrcpt=1 (queue active)
Nov 23 10:00:01 mx postfix/smtpd[105]: BBB2222222: client=localhost[127.0.0.1]
Nov 23 10:00:01 mx postfix/cleanup[102]: BBB2222222: message-id=<m1@example.net>
Nov 23 10:00:01 mx postfix/qmgr[103]: BBB2222222: from=<jo@example.net>, size=2600, nrcpt=1 (queue active)
Nov 23 10:00:01 mx postfix/smtp[104]: AAA1111111: to=<anna@example.com>, relay=127.0.0.1[127.0.0.1]:10024, delay=1.1, delays=0.1/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as BBB2222222)
Nov 23 10:00:01 mx postfix/qmgr[103]: AAA1111111: removed
Nov 23 10:00:02 mx dovecot: lmtp(anna@example.com)<201><s1>: sieve: msgid=<m1@example.net>: stored mail into mailbox 'Lists/x'
Nov 23 10:00:02 mx postfix/lmtp[106]: BBB2222222: to=<anna@example.com>, relay=mx.example.com[private/dovecot-lmtp], delay=0.5, delays=0.1/0/0.1/0.3, dsn=2.0.0, status=sent (250 2.0.0 <anna@example.com> s1 Saved)
Nov 23 10:00:02 mx postfix/qmgr[103]: BBB2222222: removed
Nov 23 11:00:00 mx postfix/smtpd[101]: CCC3333333: client=unknown[198.51.100.9], sasl_method=PLAIN, sasl_username=anna@example.com
Nov 23 11:00:00 mx postfix/cleanup[102]: CCC3333333: message-id=<m2@example.com>
Nov 23 11:00:00 mx postfix/qmgr[103]: CCC3333333: from=<anna@example.com>, size=900, nrcpt=2 (queue active)
Nov 23 11:00:01 mx postfix/smtp[107]: CCC3333333: to=<carl@example.net>, relay=mx.example.net[192.0.2.7]:25, delay=1, delays=0/0/0.5/0.5, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.7] said: 550 5.1.1 <carl@example.net>: User unknown (in reply to RCPT TO command))
Nov 23 11:00:01 mx postfix/bounce[108]: CCC3333333: sender non-delivery notification: DDD4444444
Nov 23 11:00:01 mx postfix/qmgr[103]: DDD4444444: from=<>, size=3000, nrcpt=1 (queue active)
Nov 23 11:00:02 mx postfix/lmtp[106]: DDD4444444: to=<anna@example.com>, relay=mx.example.com[private/dovecot-lmtp], delay=0.5, delays=0.1/0/0.1/0.3, dsn=2.0.0, status=sent (250 2.0.0 <anna@example.com> s2 Saved)
Nov 23 11:00:02 mx postfix/qmgr[103]: DDD4444444: removed
Nov 23 11:00:30 mx postfix/smtp[104]: CCC3333333: to=<bob@example.org>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx.example.org[203.0.113.5]:25: Connection timed out)
Nov 23 11:30:30 mx postfix/smtp[104]: CCC3333333: to=<bob@example.org>, relay=none, delay=1830, delays=1800/0/30/0, dsn=4.4.1, status=deferred (connect to mx.example.org[203.0.113.5]:25: Connection timed out)
Nov 23 12:00:30 mx postfix/smtp[104]: CCC3333333: to=<bob@example.org>, relay=none, delay=3630, delays=3600/0/30/0, dsn=4.4.1, status=deferred (connect to mx.example.org[203.0.113.5]:25: Connection timed out)
Nov 23 12:10:00 mx postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.77]: 554 5.7.1 <eve@example.org>: Relay access denied; from=<eve@example.org> to=<eve@example.org> proto=ESMTP helo=<x>
"""


def trace(folder, *arguments, log=LOG, status=0):
    (folder / "mail.log").write_text(log)
    result = logscan("trace", *arguments, "mail.log", "--json", cwd=folder)
    equal(result.returncode, status, f"exit status ({result.stderr.decode()})")
    return json.loads(result.stdout)


def ids(found):
    return [message["queue_ids"] for message in found["messages"]]


@test
def any_name_of_a_message_finds_it(folder):
    for name in ("AAA1111111", "BBB2222222", "m1@example.net", "<m1@example.net>", "jo@example.net", "192.0.2.7", "s1"):
        found = trace(folder, name)
        equal(["AAA1111111", "BBB2222222"] in ids(found), True, f"{name} finds {ids(found)}")


@test
def a_domain_means_its_addresses_and_hosts(folder):
    equal(len(trace(folder, "example.net")["messages"]), 2, "messages of example.net")
    equal(len(trace(folder, "@example.org")["messages"]), 1, "messages of @example.org")
    equal(trace(folder, "xample.net", status=1)["messages"], [], "a part of a domain is another domain")


@test
def the_way_goes_through_the_filter_into_the_mailbox(folder):
    message, = trace(folder, "AAA1111111")["messages"]
    equal(message["status"], "delivered", "status")
    equal(message["verdict"], "delivered to mailbox Lists/x after 2 s", "verdict")
    equal([r["address"] for r in message["recipients"]], ["anna@example.com"], "recipients")
    steps = [step["what"] for step in message["steps"]]
    equal(steps[2], "handed to a filter via [127.0.0.1]:10024 and back as BBB2222222", "the filter")
    equal(steps[3], "stored in mailbox Lists/x of anna@example.com", "the mail store")


@test
def retries_are_one_step_and_recipients_are_told_apart(folder):
    message, = trace(folder, "CCC3333333")["messages"]
    equal(message["status"], "waiting", "status")
    equal({r["address"]: (r["status"], r["attempts"]) for r in message["recipients"]},
          {"carl@example.net": ("bounced", 1), "bob@example.org": ("waiting", 3)}, "recipients")
    retries = [step for step in message["steps"] if step["count"] > 1]
    equal([(step["count"], step["time"], step["until"]) for step in retries],
          [(3, "2026-11-23T11:00:30Z", "2026-11-23T12:00:30Z")], "retries")
    equal("told the sender that it failed (DDD4444444): delivered" in [s["what"] for s in message["steps"]], True,
          "the bounce")
    equal(message["next_try"], "2026-11-23T13:01:00Z", "the next try")


@test
def filters_choose_messages(folder):
    equal(ids(trace(folder, "*", "--status", "waiting")), [["CCC3333333"]], "--status")
    equal(ids(trace(folder, "*", "--to", "*@example.org")), [["CCC3333333"]], "--to")
    equal(ids(trace(folder, "*", "--from", "<>")), [["DDD4444444"]], "--from")
    equal(ids(trace(folder, "*", "--since", "2026-11-23 11:30", "--limit", "1")), [["CCC3333333"]], "--since")
    found = trace(folder, "*", "--limit", "1")
    equal((len(found["messages"]), found["hidden_messages"]), (1, 2), "--limit")


@test
def lines_outside_messages_are_told(folder):
    found = trace(folder, "203.0.113.77")
    equal(found["messages"], [], "messages")
    what, = [step["what"] for step in found["others"]]
    equal(what, "refused at RCPT from [203.0.113.77], sender eve@example.org, recipient eve@example.org", "the refusal")


@test
def a_queue_id_that_is_used_again_is_another_message(folder):
    again = LOG + LOG[:LOG.index("Nov 23 10:00:01 mx postfix/smtpd[105]")].replace("10:00:00", "13:00:00").replace(
        "m1@", "m9@").replace("jo@", "kim@")
    found = trace(folder, "AAA1111111", log=again)
    equal([message["sender"] for message in found["messages"]], ["jo@example.net", "kim@example.net"], "senders")
    equal(found["messages"][1]["verdict"], "waiting for 0 s: nothing was tried yet", "verdict")


@test
def a_pipe_and_rotations_give_the_same(folder):
    expected = trace(folder, "CCC3333333")["messages"][0]
    piped = json.loads(logscan("trace", "CCC3333333", "--json", stdin=LOG.encode()).stdout)["messages"][0]
    lines = LOG.splitlines(keepends=True)
    (folder / "mail.log.1").write_text("".join(lines[:18]))
    (folder / "mail.log.2.gz").write_bytes(gzip.compress("".join(lines[:5]).encode()))
    (folder / "mail.log").write_text("".join(lines[18:]))
    (folder / "mail.log.1").write_text("".join(lines[5:18]))
    parts = json.loads(logscan("trace", "CCC3333333", "--json", "mail.log", "mail.log.1", "mail.log.2.gz",
                               cwd=folder).stdout)["messages"][0]
    for got in (piped, parts):
        for key in ("status", "verdict", "recipients", "queue_ids"):
            equal(got[key], expected[key], key)


@test
def what_is_not_there_is_said(folder):
    (folder / "mail.log").write_text(LOG)
    result = logscan("trace", "nobody@example.com", "mail.log", cwd=folder)
    equal(result.returncode, 1, "exit status")
    equal(result.stdout.decode().strip(), "logscan trace nobody@example.com no message", "text")
    equal(logscan("trace", "", "mail.log", cwd=folder).returncode, 2, "an empty query")
    equal(logscan("trace", "x", "--status", "lost", "mail.log", cwd=folder).returncode, 2, "an unknown status")


@test
def a_trace_is_as_its_schema_says_and_within_80_columns(folder):
    rules = json.loads((ROOT / "docs/schema/trace.schema.json").read_text())
    for log in sorted(FIXTURES.glob("*/mail.log")):
        result = logscan("trace", "*", "--json", "--limit", "50", log)
        equal(list(schema.problems(json.loads(result.stdout), rules, rules)), [], f"{log}: problems")
        text = logscan("trace", "*", "--limit", "50", log).stdout.decode()
        equal([line for line in text.splitlines() if len(line) > 80], [], f"{log}: wide lines")


@test
def strangers_words_are_escaped(folder):
    evil = LOG.replace("jo@example.net", "jo\x1b[31m@example.net")
    (folder / "mail.log").write_text(evil)
    text = logscan("trace", "AAA1111111", "mail.log", cwd=folder).stdout
    equal(b"\x1b" in text, False, "an escape byte")
    equal(b"\\x1b[31m" in text, True, "written out")
