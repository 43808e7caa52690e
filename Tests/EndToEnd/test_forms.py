"""The same events, whatever header the lines have."""
import forms
from harness import NAMES, actions, analyse, copy_fixture, equal, events, own_logs, test, test_each, text_of

SOURCES = ["postfix-own-cert-expired", "postfix-outbound-port-25-blocked", "exim-own-cert-expired", "exim-healthy"]


@test_each(forms.NAMES)
def form_gives_the_same_events(folder, form):
    for name in SOURCES:
        # Exim's second copies are known by process and second.
        if form in forms.WITHOUT_TIME and name.startswith("exim"):
            continue
        records = forms.read(text_of(name))
        wanted = actions(events("-", stdin=forms.write("rfc3164", records)))
        got = actions(events("-", stdin=forms.write(form, records)))
        missing, more = dict(wanted - got), dict(got - wanted)
        assert not missing and not more, f"{name}: missing {missing}, too many {more}"


@test_each([form for form in forms.NAMES if form not in forms.WITHOUT_TIME])
def form_gives_the_same_times(folder, form):
    """To the second; what has no zone is in the one of the environment."""
    records = forms.read(text_of(SOURCES[0]))
    wanted = [f"{record.time:%FT%T}" for record in records]
    log = folder / "mail.log"
    log.write_bytes(forms.write(form, records))
    forms.age(log, records)
    got = [event["@timestamp"][:19] for event in events(log)]
    equal(got, wanted, "times")


@test_each([name for name in NAMES if name.startswith("exim")])
def exim_syslog_copy_gives_the_figures_of_its_file(folder, name):
    """Exim sends what it writes into mainlog and rejectlog to syslog as well; it happened only once."""
    copy_fixture(name, folder)
    file, copy = analyse("mainlog", cwd=folder), analyse("mail.log", cwd=folder)
    for figure in ("messages", "deliveries", "rejects", "authentication", "reasons"):
        equal(copy[figure], file[figure], figure)


@test
def forms_may_change_between_files(folder):
    names = [form for form in forms.LINES if form not in forms.WITHOUT_TAG]
    records = forms.read(text_of(SOURCES[0]))
    step = len(records) // len(names) + 1
    for i, form in enumerate(names):
        (folder / f"{i:02}.log").write_bytes(forms.write(form, records[i * step:(i + 1) * step]))
    wanted = actions(events("-", stdin=forms.write("rfc3164", records)))
    equal(actions(events(folder)), wanted, "events")
