# Two commands do all set-up: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= data/demo
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.PHONY: demo test check lint clean

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

clean:
	rm -rf .venv data build *.egg-info
