#!/usr/bin/env python3
"""Writes mail logs of any size, the same in every run.

  generate.py LINES [--server postfix|dovecot|exim|mixed] > mail.log

An hour of a busy host is made once; each further hour is that one with another time and other queue ids.
"""
import argparse
import collections
import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

HOUR_LINES = 20_000
START = datetime(2026, 11, 2)
# Stand-ins in the lines of the hour: the time down to the hour, and the part of a queue id that tells hours apart.
STAMP, SERIES = "\1", "\2"
SERVERS = ("postfix", "dovecot", "exim", "mixed")
CIPHER = ("TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 "
          "server-signature RSA-PSS (2048 bits) server-digest SHA256")
EXIM_CIPHER = "X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256"
LMTP = "relay=mx.ours.example[private/dovecot-lmtp]"


class Hour:
    """Collects the lines of an hour and what they say."""

    def __init__(self):
        self.random = random.Random(25)
        self.lines = []
        self.count = 0

    def add(self, second, tag, text, kind=""):
        """`kind` names what an analysis has to count for this line."""
        self.lines.append((min(second, 3599.9), len(self.lines), tag, text, kind))

    def pick(self, *choices):
        return self.random.choice(choices)

    def address(self):
        r = self.random
        return f"{r.choice((192, 198, 203))}.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(1, 255)}"

    def host(self):
        return f"mx{self.random.randrange(1, 4)}.{self.domain()}"

    def domain(self):
        return f"{self.pick('corp', 'shop', 'mail', 'uni', 'news')}{self.random.randrange(400)}.example"

    def person(self, domain=None):
        name = self.pick("anna", "ben", "carla", "dora", "emil")
        return f"{name}{self.random.randrange(300)}@{domain or self.domain()}"

    def user(self):
        return self.person("ours.example")

    def queue_id(self):
        self.count += 1
        return f"{self.count:05X}{SERIES}"

    def exim_id(self):
        self.count += 1
        return f"1x{self.count:04X}-00{SERIES}-{self.count % 60:02}"

    def pid(self):
        return self.random.randrange(1000, 32000)


def arrival(hour, t, service, client, sender, count, login=""):
    """Connection to disconnection of a client that hands over one message; its queue id."""
    queue, pid = hour.queue_id(), hour.pid()
    smtpd, size = f"postfix/{service}[{pid}]", hour.random.randrange(900, 4_000_000)
    hour.add(t, smtpd, f"connect from {client}")
    if hour.random.random() < 0.7:
        hour.add(t + 0.1, smtpd, f"Anonymous TLS connection established from {client}: {CIPHER}")
    hour.add(t + 0.2, smtpd, f"{queue}: client={client}{login}")
    hour.add(t + 0.3, f"postfix/cleanup[{pid + 1}]", f"{queue}: message-id=<{queue}.{pid}@{sender.split('@')[1]}>")
    active = f"{queue}: from=<{sender}>, size={size}, nrcpt={count} (queue active)"
    hour.add(t + 0.4, "postfix/qmgr[802]", active, "received")
    auth, number = ("ehlo=2 starttls=1 auth=1", 8) if login else ("ehlo=1", 5)
    commands = f"{auth} mail=1 rcpt=1 data=1 quit=1 commands={number}"
    hour.add(t + 0.5, smtpd, f"disconnect from {client} {commands}")
    return queue


def removed(hour, t, queue):
    hour.add(t, "postfix/qmgr[802]", f"{queue}: removed")


def inbound(hour, t):
    count = hour.pick(1, 1, 1, 1, 2, 3)
    queue = arrival(hour, t, "smtpd", f"{hour.host()}[{hour.address()}]", hour.person(), count)
    for _ in range(count):
        user = hour.user()
        hour.add(t + 0.7, "dovecot", f"lmtp({user})<{hour.pid()}><{queue[:5]}Zzq2cD{hour.pid()}>: "
                 f"msgid=<{queue}.1@mail.example>: saved mail to INBOX")
        hour.add(t + 0.8, f"postfix/lmtp[{hour.pid()}]", f"{queue}: to=<{user}>, {LMTP}, delay=0.41, "
                 f"delays=0.3/0.01/0.02/0.08, dsn=2.0.0, status=sent (250 2.0.0 <{user}> {queue}Zz Saved)", "sent")
    removed(hour, t + 0.9, queue)


def submitted(hour, t, count=1):
    user, client = hour.user(), f"unknown[{hour.address()}]"
    return arrival(hour, t, "submission/smtpd", client, user, count, f", sasl_method=PLAIN, sasl_username={user}")


def outbound(hour, t):
    count = hour.pick(1, 1, 1, 2, 5)
    queue, pid = submitted(hour, t, count), hour.pid()
    for _ in range(count):
        relay = f"{hour.host()}[{hour.address()}]:25"
        hour.add(t + 0.8, f"postfix/smtp[{pid}]", f"Trusted TLS connection established to {relay}: TLSv1.2 with cipher "
                 "ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)")
        delay, answer = hour.random.uniform(0.3, 9), f"250 2.0.0 Ok: queued as {hour.random.getrandbits(40):010X}"
        hour.add(t + 1.5, f"postfix/smtp[{pid}]", f"{queue}: to=<{hour.person()}>, relay={relay}, delay={delay:.1f}, "
                 f"delays=0.2/0.01/0.5/0.6, dsn=2.0.0, status=sent ({answer})", "sent")
    removed(hour, t + 1.6, queue)


def deferred(hour, t):
    queue, pid = submitted(hour, t), hour.pid()
    relay, to = f"{hour.host()}[{hour.address()}]", hour.person()
    smtp = f"postfix/smtp[{pid}]"
    error = hour.pick("Connection timed out", "Connection refused", "No route to host")
    hour.add(t + 30, smtp, f"connect to {relay}:25: {error}")
    text = hour.pick(f"connect to {relay}:25: Connection timed out",
                     f"host {relay} said: 451 4.7.1 Greylisted, try again later (in reply to RCPT TO command)",
                     f"host {relay} said: 421 4.7.0 Too many connections, slow down (in reply to MAIL FROM command)",
                     f"lost connection with {relay} while receiving the initial server greeting")
    relayed = relay + ":25" if "said" in text else "none"
    hour.add(t + 30, smtp, f"{queue}: to=<{to}>, relay={relayed}, delay=30, delays=0.1/0.01/30/0, dsn=4.4.1, "
             f"status=deferred ({text})", "deferred")
    hour.add(t + 330, "postfix/qmgr[802]", f"{queue}: from=<{hour.user()}>, size=3021, nrcpt=1 (queue active)")
    answer = f"250 2.0.0 OK  1795427195 {hour.random.getrandbits(48):012x}si{pid}ejc.14 - gsmtp"
    hour.add(t + 331, smtp, f"{queue}: to=<{to}>, relay={relay}:25, delay=331, delays=330/0.01/0.4/0.3, "
             f"dsn=2.0.0, status=sent ({answer})", "sent")
    removed(hour, t + 332, queue)


def bounced(hour, t):
    queue, notice, pid = submitted(hour, t), hour.queue_id(), hour.pid()
    relay, to = f"{hour.host()}[{hour.address()}]", hour.person()
    text = hour.pick(f"550 5.1.1 <{to}>: Recipient address rejected: User unknown",
                     "550 5.7.1 Message rejected as spam by content filtering",
                     "552 5.2.2 The email account that you tried to reach is over quota")
    hour.add(t + 1, f"postfix/smtp[{pid}]", f"{queue}: to=<{to}>, relay={relay}:25, delay=1.1, delays=0.1/0/0.5/0.5, "
             f"dsn={text.split()[1]}, status=bounced (host {relay} said: {text} (in reply to RCPT TO command))", "bounced")
    hour.add(t + 1.1, f"postfix/cleanup[{pid + 1}]", f"{notice}: message-id=<{notice}.{queue}@mx.ours.example>")
    hour.add(t + 1.2, f"postfix/bounce[{pid + 2}]", f"{queue}: sender non-delivery notification: {notice}")
    hour.add(t + 1.2, "postfix/qmgr[802]", f"{notice}: from=<>, size=5402, nrcpt=1 (queue active)")
    removed(hour, t + 1.3, queue)
    hour.add(t + 1.4, f"postfix/lmtp[{pid + 3}]", f"{notice}: to=<{hour.user()}>, {LMTP}, delay=0.2, "
             "delays=0.01/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Saved)", "sent")
    removed(hour, t + 1.5, notice)


def rejected(hour, t):
    ip, to, pid = hour.address(), hour.person(), hour.pid()
    client = f"{hour.pick('unknown', hour.host())}[{ip}]"
    text = hour.pick(f"554 5.7.1 <{to}>: Relay access denied",
                     f"550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table",
                     f"554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org; "
                     f"https://www.spamhaus.org/query/ip/{ip}",
                     f"450 4.7.25 Client host rejected: cannot find your hostname, [{ip}]",
                     "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname")
    hour.add(t, f"postfix/smtpd[{pid}]", f"connect from {client}")
    hour.add(t + 0.3, f"postfix/smtpd[{pid}]", f"NOQUEUE: reject: RCPT from {client}: {text}; from=<{hour.person()}> "
             f"to=<{to}> proto=ESMTP helo=<localhost>", "rejected")
    hour.add(t + 0.5, f"postfix/smtpd[{pid}]", f"disconnect from {client} ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4")


def guessing(hour, t):
    client, pid = f"unknown[{hour.address()}]", hour.pid()
    hour.add(t, f"postfix/smtpd[{pid}]", f"connect from {client}")
    hour.add(t + 2, f"postfix/smtpd[{pid}]", f"warning: {client}: SASL LOGIN authentication failed: UGFzc3dvcmQ6")
    hour.add(t + 2.1, f"postfix/smtpd[{pid}]", f"{hour.pick('lost connection', 'timeout')} after AUTH from {client}")
    hour.add(t + 2.2, f"postfix/smtpd[{pid}]", f"disconnect from {client} ehlo=1 auth=0/1 commands=1/2")


def counters(hour, t):
    client = hour.address()
    hour.add(t, "postfix/anvil[911]", f"statistics: max connection rate 4/60s for (smtp:{client}) at Nov 23 09:46:31")
    hour.add(t, "postfix/anvil[911]", f"statistics: max connection count 2 for (smtp:{client}) at Nov 23 09:46:31")
    hour.add(t, "postfix/anvil[911]", "statistics: max cache size 17 at Nov 23 09:46:31")


def reading(hour, t):
    user, ip, pid = hour.user(), hour.address(), hour.pid()
    session = f"{hour.random.getrandbits(48):012x}{SERIES}"
    hour.add(t, "dovecot", f"imap-login: Login: user=<{user}>, method=PLAIN, rip={ip}, lip=203.0.113.10, mpid={pid}, TLS, "
             f"session=<{session}>")
    hour.add(t + 60, "dovecot", f"imap({user})<{pid}><{session}>: Disconnected: Logged out in={pid} out={pid * 3} deleted=0 "
             "expunged=0 trashed=0 hdr_count=3 hdr_bytes=1201 body_count=1 body_bytes=9120")


def reading_fails(hour, t):
    hour.add(t, "dovecot", "imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): "
             f"user=<{hour.user()}>, method=PLAIN, rip={hour.address()}, lip=203.0.113.10, TLS, "
             f"session=<{hour.random.getrandbits(48):012x}{SERIES}>")


def exim_message(hour, t):
    queue, host, ip, sender, to = hour.exim_id(), hour.host(), hour.address(), hour.person(), hour.user()
    hour.add(t, "", f"{queue} <= {sender} H={host} [{ip}] P=esmtps {EXIM_CIPHER} CV=no "
             f"S={hour.random.randrange(900, 4_000_000)} id={queue}@{sender.split('@')[1]}", "received")
    hour.add(t + 1, "", f"{queue} => {to.split('@')[0]} <{to}> R=local_user T=maildir_home QT=1s DT=0s", "sent")
    hour.add(t + 1, "", f"{queue} Completed QT=1s")


def exim_outbound(hour, t):
    queue, user, to = hour.exim_id(), hour.user(), hour.person()
    relay = f"H={hour.host()} [{hour.address()}]"
    hour.add(t, "", f"{queue} <= {user} H=(laptop) [{hour.address()}] P=esmtpsa {EXIM_CIPHER} "
             f"CV=no A=plain:{user} S=2214 id={queue}@ours.example", "received")
    if hour.random.random() < 0.2:
        hour.add(t + 5, "", f"{queue} {relay} Connection timed out")
        hour.add(t + 5, "", f"{queue} == {to} R=dnslookup T=remote_smtp defer (110) {relay} DT=30s: Connection timed out",
                 "deferred")
    hour.add(t + 300, "", f"{queue} => {to} R=dnslookup T=remote_smtp {relay} {EXIM_CIPHER} CV=yes "
             f'C="250 2.0.0 Ok: queued as {hour.random.getrandbits(40):010X}" QT=1s DT=1s', "sent")
    hour.add(t + 300, "", f"{queue} Completed QT=1s")


def exim_rejected(hour, t):
    ip, sender, to = hour.address(), hour.person(), hour.user()
    hour.add(t, "", f"no host name found for IP address {ip}")
    hour.add(t, "", f"H=(localhost) [{ip}] F=<{sender}> rejected RCPT <{to}>: Unknown user", "rejected")


# What happens, and how often.
TRAFFIC = {
    "postfix": {inbound: 45, outbound: 20, deferred: 5, bounced: 3, rejected: 15, guessing: 12, counters: 2},
    "dovecot": {reading: 85, reading_fails: 15},
    "exim": {exim_message: 50, exim_outbound: 25, exim_rejected: 25},
}
TRAFFIC["mixed"] = TRAFFIC["postfix"] | {reading: 60, reading_fails: 10}


def make_hour(server):
    """The lines of an hour with stand-ins, and the kind of each."""
    hour = Hour()
    happenings, weights = list(TRAFFIC[server]), list(TRAFFIC[server].values())
    while len(hour.lines) < HOUR_LINES:
        happening = hour.random.choices(happenings, weights)[0]
        happening(hour, hour.random.uniform(0, 3200))
    lines = []
    for second, _, tag, text, _ in sorted(hour.lines):
        clock = f"{STAMP}:{int(second) // 60:02}:{int(second) % 60:02}"
        lines.append(f"{clock} mx1 {tag}: {text}\n" if tag else f"{clock} {text}\n")
    return lines, [kind for *_, kind in sorted(hour.lines)]


def write(output, count, server):
    """Writes `count` lines and returns how many of each kind they hold."""
    lines, kinds = make_hour(server)
    stamp = "%Y-%m-%d %H" if server == "exim" else "%b %e %H"
    whole = "".join(lines).encode()
    totals = collections.Counter()
    for number, first in enumerate(range(0, count, len(lines))):
        left = min(len(lines), count - first)
        text = whole if left == len(lines) else "".join(lines[:left]).encode()
        now = (START + timedelta(hours=number)).strftime(stamp).encode()
        output.write(text.replace(STAMP.encode(), now).replace(SERIES.encode(), b"%04X" % number))
        totals.update(kinds[:left])
    del totals[""]
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=int)
    parser.add_argument("--server", choices=SERVERS, default="postfix")
    parser.add_argument("--truth", metavar="FILE", help="where to write what the log holds, as JSON")
    arguments = parser.parse_args()
    truth = {"lines": arguments.lines, **write(sys.stdout.buffer, arguments.lines, arguments.server)}
    if arguments.truth:
        Path(arguments.truth).write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
