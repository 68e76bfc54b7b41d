# Two commands do all set-up: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= data/demo
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.PHONY: demo test lint killcampaign memory indexgrowth replaycheck replaywebcheck clean

.venv/installed: requirements.txt pyproject.toml
	@echo "installing what Djeli needs into .venv ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@echo "installing what the tests need ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

# Serve the bundled newsroom on loopback, crawl it, say what was found and where it is.
demo: .venv/installed
	@$(BIN)/python -m demo --data-dir $(DATA)

# Every check and every test.
test: lint
	$(BIN)/python -m pytest

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Slow judges, each with a short version in the tests.

# Kill crawls 200 times at random moments; stock Scrapy beside it.
killcampaign: .venv/installed-dev
	$(BIN)/python -m bench.kill_campaign --kills 200

# Peak memory over many pages, a huge body and a huge WARC file.
memory: .venv/installed-dev
	$(BIN)/python -m bench.memory

# What a capture costs the index at ten thousand, a hundred thousand, ten million captures.
indexgrowth: .venv/installed-dev
	$(BIN)/python -m bench.index_growth --lines 10000000

# Every capture of two crawls as pywb replays it; pywb gets an environment of its own.
replaycheck: .venv/installed-dev
	$(BIN)/python -m judges.pywb_check

# Every outlet's articles as ReplayWeb.page shows them in Debian's chromium.
replaywebcheck: .venv/installed-dev
	$(BIN)/python -m judges.replayweb_check

clean:
	rm -rf .venv data build *.egg-info
