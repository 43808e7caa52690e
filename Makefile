# logscan: two commands do all set-up.
#   make run     install what is missing, build, analyse a log      make run LOG=/var/log/mail.log
#   make test    install what is missing, run all tests
#   make docs    write docs/rules/ anew after a change in patterns/
SHELL := /bin/bash
PREFIX ?= /usr/local
LOG ?= Fixtures/postfix-outbound-port-25-blocked/mail.log
SWIFT ?= $(shell command -v swift || echo /opt/swift/usr/bin/swift)
RELEASE := -c release --static-swift-stdlib
BINARY := .build/release/logscan

.PHONY: run test build bench lint format install clean system-packages end-to-end fuzz follow-test state-test lab-score lab-probe lab-report rules-check docs docs-check units-check

run: build
	@$(BINARY) $(LOG)

# The package manager notices changed rule files, but not new ones.
build: system-packages
	@mkdir -p .build; ls patterns/*/*.yaml | cmp -s - .build/rule-files || { ls patterns/*/*.yaml >.build/rule-files; touch Package.swift; }
	@$(SWIFT) build $(RELEASE) --product logscan

test: system-packages build
	@set -o pipefail; TZ=UTC $(SWIFT) test --parallel 2>&1 | tee .build/test.log \
	  || { echo "what failed, again:"; grep -a -E '✘|: error:' .build/test.log | cut -c1-400 | tail -40; exit 1; }
	@$(MAKE) --no-print-directory rules-check docs-check units-check end-to-end

# Every rule file with all its samples, by the program itself.
rules-check: build
	@$(BINARY) rules check --strict patterns

# What logscan knows, as pages to read: docs/rules/, from patterns/.
docs: build
	@$(BINARY) rules reference patterns -o docs/rules

# Names the pages that patterns/ has outrun.
docs-check: build
	@$(BINARY) rules reference patterns -o docs/rules --check

end-to-end: build
	@python3 Tests/EndToEnd/run.py $(BINARY)

# Speed against wc, zcat and pflogsumm, in one run; BENCH_LINES=1000000 by default.
bench: build
	@python3 Benchmarks/bench.py $(BINARY)

# How often the injected fault leads, over recorded scenarios: make lab-score LOGS='dir1 dir2'
lab-score: build
	@python3 Tests/Lab/score.py $(BINARY) $(LOGS)

# Live checks while faults are in force, in a working copy of the fault lab (root): make lab-probe LAB=/opt/logscan-lab/lab
lab-probe: build
	@python3 Tests/Lab/probe.py $(BINARY) $(LAB)

# The daily report by mail through real servers of the lab, read back over IMAP: make lab-report LAB=/opt/logscan-lab/lab
lab-report: build
	@python3 Tests/Lab/report.py $(BINARY) $(LAB)

# A thousand rotations of each kind while logscan follows; `make test` has a smaller version.
follow-test: build
	@python3 Tests/EndToEnd/rotation.py $(BINARY) 1000

# Five hundred incremental runs killed at any moment; `make test` has a smaller version.
state-test: build
	@python3 Tests/EndToEnd/killing.py $(BINARY) 500

fuzz: system-packages
	@$(SWIFT) test --filter Fuzz

lint:
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Plugins
	@python3 Tests/EndToEnd/house_rules.py

format:
	@$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Plugins

install: build
	install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/logscan
	install -d $(DESTDIR)$(PREFIX)/share/doc/logscan $(DESTDIR)$(PREFIX)/share/logscan
	install -m 644 README.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/logscan
	cp -r patterns $(DESTDIR)$(PREFIX)/share/logscan/
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in service timer; do sed 's|/usr/local/bin|$(PREFIX)/bin|' Packaging/systemd/logscan-report.$$unit \
	  >$(DESTDIR)$(PREFIX)/lib/systemd/system/logscan-report.$$unit; done
	sed 's|/usr/local/bin|$(PREFIX)/bin|' Packaging/cron/logscan-report >$(DESTDIR)$(PREFIX)/share/doc/logscan/logscan-report.cron
	@echo "the daily report by mail is off; switch it on with: systemctl enable --now logscan-report.timer"

# The units are well formed, and the service is shut in: exposure below 2.0 of 10.
units-check: build
	@mkdir -p .build/units && sed 's|/usr/local/bin/logscan|$(CURDIR)/$(BINARY)|' Packaging/systemd/logscan-report.service >.build/units/logscan-report.service
	@cp Packaging/systemd/logscan-report.timer .build/units/
	@systemd-analyze verify --man=no .build/units/logscan-report.service .build/units/logscan-report.timer
	@systemd-analyze security --no-pager --offline=true --threshold=19 .build/units/logscan-report.service >.build/units/security || { tail -1 .build/units/security; exit 1; }
	@tail -1 .build/units/security

clean:
	rm -rf .build

# What Debian 12 needs besides the Swift toolchain. Installs only what is missing.
system-packages:
	@missing=; for package in zlib1g-dev libc-ares-dev libssl-dev pkg-config systemd; do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then echo "installing$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	  $$sudo apt-get -qq update && DEBIAN_FRONTEND=noninteractive $$sudo apt-get -qq install -y --no-install-recommends $$missing >/dev/null \
	    || { echo "could not install$$missing; run as root: apt-get install$$missing" >&2; exit 1; }; fi
