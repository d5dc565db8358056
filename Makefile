# What a newcomer, a developer and CI run. `make` alone lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help installed demo test ui check docs test-all test-slow bench bench-quality real lock clean

PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
MICROINF := $(BIN)/microinf
PYTEST := $(PY) -m pytest -q
WORKERS ?= 2
# Tests of one file share nights that take seconds: a file stays with one worker.
SPREAD := -n $(WORKERS) --dist loadfile
CONFIG ?= demo/microinf.yaml

# Named by what it was installed from, so that a changed requirement installs again and nothing else does.
INSTALLED := .venv/installed-$(shell cat pyproject.toml constraints.txt | sha256sum | cut -c1-16)

# Real posts for the tests that want some; none of them is part of this repository.
REAL_DATA := $(or $(MICROINF_REAL_DATA),$(wildcard ../shared/data))

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

$(INSTALLED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is missing or older than 3.11. Install Python 3.11 or newer, or: make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "python3-venv is missing. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 2; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "installing the pinned set into .venv …"
	@$(PY) -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@rm -f .venv/installed-* && touch $@

installed: $(INSTALLED)

demo: $(INSTALLED)  ## the bundled nights end to end through Dagster, one of them red on purpose, into demo/home
	$(PY) -m microinf_pipeline.demo demo
	@echo; echo "== seven nights; 2026-09-04 brings a broken export and must not be published =="
	@ended=0; $(MICROINF) --config demo/microinf.yaml run --from 2026-08-31 --to 2026-09-06 --keep-going || ended=$$?; \
	$(PY) -m microinf_pipeline.demo demo --repair; \
	case $$ended in \
	  0) echo "every night is accepted already" ;; \
	  3) echo; echo "== exit code 3, as it should be: the sound export arrives, that night is captured again =="; \
	     $(MICROINF) --config demo/microinf.yaml run --night 2026-09-04 --recapture ;; \
	  *) exit $$ended ;; \
	esac
	@test -f demo/home/contests/hedgetales/draw.json || { \
	  echo; echo "== the jury's contest: frozen and decided, though nine lines of the exports cannot be read; the protocol says so =="; \
	  $(MICROINF) --config demo/microinf.yaml draw hedgetales freeze --reason "nine lines of the exports cannot be read; the terms ask for a tale, nobody misses one" && \
	  $(MICROINF) --config demo/microinf.yaml draw hedgetales draw && $(MICROINF) --config demo/microinf.yaml publish; }
	@echo; echo "tables   demo/home/published/microinf.duckdb   (DuckDB 1.2 or newer; Parquet beside it in tables/)"
	@test ! -f demo/home/published/report/index.html || echo "report   demo/home/published/report/index.html"
	@echo "words    demo/home/published/dictionary.md"
	@echo "graph    make ui   (http://127.0.0.1:3000)"

test: $(INSTALLED)  ## the default suite: no services, no network
	$(PYTEST) $(SPREAD)

ui: $(INSTALLED)  ## Dagster's UI on the demo, or on CONFIG=path/to/microinf.yaml
	@test -f $(CONFIG) || { echo "there is no $(CONFIG): run \`make demo\` first, or name another: make ui CONFIG=path/to/microinf.yaml" >&2; exit 2; }
	$(MICROINF) --config $(CONFIG) ui

check: $(INSTALLED)  ## lint, format, types, import arrows, SQL dialect, generated pages fresh
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PY) -m microinf_pipeline.models.dialect
	$(PYTEST) microinf_pipeline_tests/house/test_docs.py

docs: $(INSTALLED)  ## write the generated pages again: configuration, dictionary, command line
	$(PY) -m microinf_pipeline_tests.house.pages

test-all: $(INSTALLED)  ## everything: the default suite (TESTED=1: that one just passed), many nights, real servers, a browser, real data if there is any
	PYTHON=$(CURDIR)/$(PY) microinf_pipeline_tests/live/servers/install.sh
	$(if $(TESTED),@echo "the default suite has just passed",$(PYTEST) $(SPREAD))
ifeq ($(REAL_DATA),)
	@echo "tests on real data are left out: MICROINF_REAL_DATA is not set and there is no ../shared/data"
else
	MICROINF_REAL_DATA=$(abspath $(REAL_DATA)) $(PYTEST) $(SPREAD) -m "real and not slow"
endif
	$(PYTEST) $(SPREAD) -m "nights and not slow"
	$(PYTEST) -m live

test-slow: $(INSTALLED)  ## about an hour: a kill at every write point, many more orders and examples
	$(PYTEST) $(SPREAD) --hypothesis-profile=all -m "not live and not real"

real: $(INSTALLED)  ## the tests on real data under MICROINF_REAL_DATA, with a table of what they found
	@test -n "$(REAL_DATA)" || { echo "set MICROINF_REAL_DATA to the folder of the real data" >&2; exit 2; }
	MICROINF_REAL_DATA=$(abspath $(REAL_DATA)) $(PYTEST) -m real

bench: $(INSTALLED)  ## what nights cost, beside a script written by hand
	$(PY) -m microinf_pipeline_tests.bench

bench-quality: $(INSTALLED)  ## how well judgements hold on labelled real data under MICROINF_REAL_DATA
	@test -n "$(REAL_DATA)" || { echo "set MICROINF_REAL_DATA to the folder of the labelled sets" >&2; exit 2; }
	@MICROINF_REAL_DATA=$(abspath $(REAL_DATA)) $(PY) -m microinf_pipeline_tests.bench.quality

lock: $(INSTALLED)  ## pin what pyproject.toml asks for; UPGRADE=1 takes the newest of everything
	@work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	$(PYTHON) -m venv "$$work/venv"; \
	"$$work/venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check $(if $(UPGRADE),,--constraint constraints.txt) '.[dev]'; \
	{ grep '^#' constraints.txt; "$$work/venv/bin/python" -m pip freeze --exclude microinf-pipeline; } > "$$work/pins"; \
	diff constraints.txt "$$work/pins" || true; \
	cp "$$work/pins" constraints.txt

clean:  ## remove the demo and what tools left behind; .venv stays
	rm -rf demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find microinf_pipeline microinf_pipeline_tests -name __pycache__ -type d -prune -exec rm -rf {} +
