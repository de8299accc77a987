# Every target sets up its own .venv when there is none: Python 3.11+, pip and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := constraints.txt

FUZZ_MINUTES ?= 60

.PHONY: demo test fuzz faults journeys soak thorough browser lint format bench lock audit clean

demo: $(VENV)/.run
	@$(BIN)/crm-monitor demo

test: $(VENV)/.dev
	$(BIN)/pytest

# The same with many more inputs for each test of any input, and every mixture of page, language, screen and scheme.
# Whole stories on whole CRMs: they take minutes, too.
journeys: $(VENV)/.dev
	$(BIN)/pytest -m journeys

# What kills, locks, floods and breaks things: too long for every run.
faults: $(VENV)/.dev
	$(BIN)/pytest -m faults

# The service at a hundred times its normal rate, in which nothing may grow; SOAK_MINUTES says how long (30).
soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak

thorough: $(VENV)/.dev
	HYPOTHESIS_PROFILE=thorough CRM_MONITOR_BROWSER=full $(BIN)/pytest

# Odd files, arguments and Slack payloads, for as long as wished; FUZZ_SEED tries the same ones again.
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz --minutes $(FUZZ_MINUTES) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED)) $(if $(FUZZ_ROUNDS),--rounds $(FUZZ_ROUNDS))

browser: $(VENV)/.dev
	CRM_MONITOR_BROWSER=full $(BIN)/pytest tests/browser

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench --markdown docs/benchmarks.md

# Pins every dependency, for every platform, to what the tests ran with.
lock: $(VENV)/.dev
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --all-extras --no-annotate --no-header --no-emit-index-url \
		--upgrade --output-file $(LOCK) pyproject.toml

# Known weaknesses of what is pinned, as PyPI publishes them: needs the network.
audit: $(VENV)/bin/python
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip-audit --strict --no-deps --disable-pip -r $(LOCK)

$(VENV)/bin/python:
	@echo "Setting up $(VENV) (once, a minute or two)..."
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(0 if sys.version_info >= (3, 11) else f"Python 3.11 or newer is needed; {sys.executable} is {v}. Try: make PYTHON=python3.12 demo")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml $(LOCK)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c $(LOCK) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml $(LOCK)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c $(LOCK) -e '.[dev]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache demo-project
