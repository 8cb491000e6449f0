# make run    install what is missing (once) and start Frontdesk
# make bench  how fast it is, each figure beside its baseline; writes var/bench.json
# make answers   how good the answers are, on questions nobody tuned on and by ten-fold
# make limits    a million texts through the platforms' rules, and other long proofs (about an hour)
# make hostile   1,000 Releases while 200 people talk, 10,000 hostile files, forms and archives (half an hour)
# make fuzz   nine minutes of random texts against what reads them
# make soak   half an hour at 80 turns a second: nothing grows, nothing is stuck; FRONTDESK_SOAK_MINUTES=5 for less
# make test   everything that is checked: style, types, imports, content, tests
# make faults the program killed again and again (about an hour); FAULTS="--kills 100 --enquiries 1000" for less,
#             FAULTS=--resume goes on where it was stopped

SHELL := /bin/sh
.DEFAULT_GOAL := run
.PHONY: fuzz run test lint content answers bench limits hostile faults soak format lock install install-test

BIN := .venv/bin
CODE := bot content storage adapters

run: install
	@exec $(BIN)/frontdesk run

test: lint content
	$(BIN)/pytest -n 2 --dist worksteal

# kill -9 at every kind of moment, both databases, platforms and ways in; counts what was lost or doubled.
# Then the same on SQLite with power cuts: what was not synced is gone (needs strace); and 1,000 rounds of three
# replicas on one conversation; the database away for a minute; Telegram in trouble for five while
# Slack is well; the clock wrong.
faults: install-test
	$(BIN)/python -m tests.faults $(FAULTS)
	$(BIN)/python -m tests.faults --power --kills 220 --enquiries 800 --file var/power.jsonl
	FRONTDESK_ROUNDS=1000 $(LONG) tests/storage/test_replicas.py
	$(BIN)/python -m tests.faults.outage
	$(BIN)/python -m tests.faults.platforms
	$(BIN)/python -m tests.faults.clock

soak: install-test
	$(BIN)/python -m tests.soak --minutes $${FRONTDESK_SOAK_MINUTES:-30}

lint: install-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict $(CODE)
	$(BIN)/lint-imports --no-logo

content: install-test
	$(BIN)/frontdesk content check

# How good the answers are: held-out questions (or QUESTIONS=file), then the phrases by ten-fold.
answers: install-test
	$(BIN)/python -m tests.answers $(QUESTIONS)

# Several minutes; nothing else should run meanwhile.
bench: install-test
	$(BIN)/python -m tests.bench

# Long forms of tests that `make test` runs in short; each prints what it counted. ROUNDS=37- goes on where
# texts, sequences or content were stopped (100 rounds each), SEED makes other ones.
LONG := $(BIN)/pytest -q -s -o faulthandler_timeout=0

limits: install-test
	$(BIN)/python -m tests.limits.many_texts "$(ROUNDS)" "$(SEED)"
	$(BIN)/python -m tests.limits.many_sequences "$(ROUNDS)" "$(SEED)"
	FRONTDESK_REQUESTS=100000 $(LONG) tests/limits/test_requests.py
	FRONTDESK_SECRETS=500 $(LONG) tests/limits/test_secrets.py

hostile: install-test
	FRONTDESK_HEAVY=1 $(LONG) tests/storage/test_many_releases.py -k sqlite & \
	FRONTDESK_HEAVY=1 $(LONG) tests/storage/test_many_releases.py -k postgresql; code=$$?; \
	wait $$! && exit $$code
	$(BIN)/python -m tests.limits.many_hostile "$(ROUNDS)" "$(SEED)"
	FRONTDESK_HOSTILE_ROUNDS=1000 $(LONG) tests/words/test_hostile.py

# Nine minutes of random texts against everything that reads what people type; `make fuzz minutes=1` for less.
minutes = 9
fuzz: install-test
	$(BIN)/python -m tests.fuzz $(minutes)

format: install-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# One environment in .venv. `.venv/ready` says for which locks, in which folder and how far it was
# filled (run, or test, which includes run), so that later starts have nothing to do.
state = $$(cat requirements.lock tests/requirements.lock pyproject.toml | cksum) $(CURDIR)

install:
	@state="$(state)"; \
	case "$$(cat .venv/ready 2>/dev/null)" in "$$state run"|"$$state test") exit 0;; esac; \
	$(call fill,requirements.lock,run)

install-test:
	@state="$(state)"; \
	case "$$(cat .venv/ready 2>/dev/null)" in "$$state test") exit 0;; esac; \
	$(call fill,tests/requirements.lock,test)

# Fill .venv from the lock $(1) and note that it is ready for $(2).
define fill
	set -e; rm -f .venv/ready; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1 || ! $(enough) "$(CURDIR)/.venv/bin/python"; then \
	  old=; python=; \
	  for name in python3.13 python3.12 python3.11 python3; do \
	    if $(enough) "$$name"; then \
	      old=$$name; \
	      if "$$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then python=$$name; break; fi; \
	    fi; \
	  done; \
	  if [ -z "$$old" ]; then \
	    echo "Frontdesk needs Python 3.11 or newer, and found none. On Debian or Ubuntu: sudo apt install python3 python3-venv" >&2; exit 1; \
	  elif [ -z "$$python" ]; then \
	    echo "Python's venv module is missing. Install it, then try again: sudo apt install $$($$old -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')" >&2; exit 1; \
	  fi; \
	  echo "Making .venv with $$($$python --version)"; \
	  "$$python" -m venv --clear .venv; \
	fi; \
	echo "Installing $$(grep -c '==' $(1)) packages from $(1) (once; about a minute)"; \
	$(BIN)/python -m pip uninstall --quiet --yes frontdesk 2>/dev/null || :; \
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r $(1); \
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .; \
	printf '%s\n' "$$state $(2)" > .venv/ready
endef

enough = sh -c '"$$0" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null'

# Pin the newest versions that fit pyproject.toml; needs `uv` on the path. No address is written.
lock_options = --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links
lock:
	uv pip compile $(lock_options) --upgrade --group test pyproject.toml -o tests/requirements.lock
	uv pip compile $(lock_options) --upgrade -c tests/requirements.lock pyproject.toml -o requirements.lock
