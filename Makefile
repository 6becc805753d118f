# Everything here works with GNU make 4 and Python 3.11 or newer, and without root.
# `make` alone prints the targets.

PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes -r
LOCK := $(UV) pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --annotation-style line --custom-compile-command "make lock" \
	pyproject.toml --group build
DEV_EXTRAS := --extra dev --extra mysql --extra postgres --extra test --extra xlsx

# A worker for each core; a file stays with one worker, so that its fixtures are made once.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile

# One stamp for each layer: a layer is installed again only when what it was made from has changed.
MADE := $(VENV)/.made
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-all check fmt docs bench lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

demo: $(INSTALLED) ## environment, install, example data, a scored quarter and its explanation
	$(BIN)/steelyard demo

test: $(INSTALLED_DEV) ## the tests that need no server
	$(PYTEST) -m "not server and not spark and not slow"

test-all: $(INSTALLED_DEV) ## every test: servers, Spark, crash and fuzz suites too
	$(PYTEST)

check: $(INSTALLED_DEV) ## format, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/steelyard fmt --check -w scorecards
	$(BIN)/python -m pytest tests/test_architecture.py

fmt: $(INSTALLED_DEV) ## write the canonical format and the safe lint fixes
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: $(INSTALLED) ## write docs/errors again, from the pages of the error index
	$(BIN)/steelyard dev errors docs/errors

bench: $(INSTALLED) ## measure how long things take, and write bench/results.md
	$(BIN)/python -m bench.check

lock: ## write the hashed requirements again, from pyproject.toml (needs uv)
	$(LOCK) --output-file requirements.txt
	$(LOCK) $(DEV_EXTRAS) --constraint requirements.txt --output-file requirements-dev.txt

clean: ## remove the environment and all that was generated
	rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf scorecards/.steelyard
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	@touch $@

# setuptools is among the pinned requirements, so the build needs nothing that has no hash.
$(INSTALLED): $(MADE) pyproject.toml requirements.txt
	$(INSTALL) requirements.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.txt
	$(INSTALL) requirements-dev.txt
	@touch $@
