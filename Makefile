# The two commands a newcomer needs are `make run` and `make test`; each sets up all it needs.
.DEFAULT_GOAL := help
# Suites with a target of their own.
without_suites := not faults and not machines and not torture
.PHONY: help setup widget models train run test check check-code check-behaviour audit sbom eval faults torture fuzz machines chaos soak load format lock bench-calls clean screenshots

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## install both Python environments from their locks
	@scripts/setup.sh

widget: ## build the chat's and the console's files for browsers again
	@scripts/web.sh --again

screenshots: ## take the pictures of the chat and of the console in docs/screenshots again
	@CALLBOT_SCREENSHOTS=docs/screenshots .venv/bin/pytest tests/web/test_views.py tests/web/test_console_live.py tests/web/test_console_access.py tests/web/test_console_reports.py tests/web/test_console_privacy.py tests/web/test_console_dashboard.py

models: setup ## fetch and verify the speech models
	@.venv/bin/python -m tts_voices.fetch

train: setup ## train the dialogue model if anything it is made of has changed
	@.venv/bin/callbot train

run: models ## start everything, in the foreground; Ctrl-C stops it
	@.venv/bin/callbot up

test: ## set up, then all checks and tests
	@scripts/setup.sh --test
	@.venv/bin/python -m tts_voices.fetch
	@.venv/bin/python -m tts_voices.fetch --only contract
# The training keeps one core busy for minutes: beside it goes what needs no trained model.
	@$(MAKE) --no-print-directory --jobs=2 train check-code
	@$(MAKE) --no-print-directory check-behaviour

check: check-code check-behaviour ## ruff, mypy, import-linter, what is known against dependencies, pytest

check-code: ## of `check` what takes a few minutes: all but the tests with engines, peers, calls and browsers
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m scripts.audit --report
	.venv/bin/pytest -n 3 --dist loadfile tests/unit

check-behaviour: ## of `check` the tests with engines, peers, calls and browsers
# More at a time than there are cores: calls take place in real time, and peers are slow or silent.
	.venv/bin/pytest -n 4 --dist loadfile --ignore tests/unit -m "not alone and $(without_suites)"
# Whole callbots, which use all cores by themselves, and sound in which a hole would be a fault.
	.venv/bin/pytest --ignore tests/unit -m "alone and $(without_suites)"

audit: ## known vulnerabilities of both environments; fails if there is one, says so if nothing can be asked
	@.venv/bin/python -m scripts.audit

sbom: ## what the callbot is made of, as CycloneDX, into dist/callbot.cdx.json
	@.venv/bin/python -m scripts.sbom

faults: ## calls while parts of the switchboard are broken, 10 minutes; needs what `make test` sets up
	.venv/bin/pytest -m faults

machines: ## two callbots in network namespaces, one is cut off in mid-traffic, 10 minutes; as root
	.venv/bin/pytest -m machines -s

torture: ## strange SIP messages, odd callers, floods, TLS and SRTP, 5 minutes; a suite of its own
	.venv/bin/python -m pytest -m torture tests/torture tests/calls

fuzz: ## N random inputs (100000) on SIP, SDP, RTP, /media and /chat, SEED (1); what breaks lies in var/fuzz
	.venv/bin/python -m tests.fuzz --inputs $(or $(N),100000) --seed $(or $(SEED),1)

bench-calls: models train ## real calls by several voices: silences, cut-offs, interruptions, words; 40 minutes
	@.venv/bin/python -m tts_voices.fetch --only speakers
	.venv/bin/python -m bench.calls --picture docs/call-timeline.svg

chaos: models train ## real calls while processes, disk, databases and lines fail; counts what callers met; as root
	@.venv/bin/python -m tts_voices.fetch --only speakers
	.venv/bin/python -m bench.chaos

soak: models train ## 10,000 short calls, then what every process holds in memory and open files; 30 minutes
	.venv/bin/python -m bench.soak

load: models train ## calls, chats and requests at once against how fast they are answered; 30 minutes
	@.venv/bin/python -m tts_voices.fetch --only speakers
	.venv/bin/python -m bench.calls --voices 1 --only clean
	.venv/bin/python -m bench.load

eval: train ## how well callers are understood: one table, also written to docs/evaluation.md
	@.venv/bin/python -m bot.evaluate

format: ## put the code in its usual form
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: ## resolve both environments again
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --extra dev --output-file requirements/main.lock pyproject.toml
	uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes --no-header \
	    --no-emit-index-url --override bot/rasa_env/overrides.txt \
	    --output-file requirements/rasa.lock bot/rasa_env/requirements.in

clean: ## remove environments and caches; data and models under var/ stay
	rm -rf .venv .venv-rasa .tools .mypy_cache .ruff_cache .pytest_cache
