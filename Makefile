FITS := -c "import sys; sys.exit(sys.version_info < (3, 11))"
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do $$p $(FITS) 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help install demo test lint bench bench-scale bench-workers

help:
	@echo "make demo     the whole product on this machine: shop, customer chat, staff desk"
	@echo "make test     all tests          make lint   style and types"
	@echo "make bench    how fast it is     make install   only .venv, with .venv/bin/refund-desk"
	@echo "make bench-scale   whether it stays as fast with a million cases (some minutes, 10 GB)"
	@echo "make bench-workers   what a second worker adds on PostgreSQL"

install: $(READY)

# Built once, and again when a dependency changes: locked versions with their hashes, then the project itself.
$(READY): requirements.lock pyproject.toml
	@$(or $(PYTHON),false) $(FITS) 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed: install it, or name one with  make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv is needed: install it, on Debian with  apt install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)
	@$(BIN)/refund-desk demo $(ARGS)

test: $(READY)
	$(BIN)/pytest $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY)
	@$(BIN)/python -m tests.nlp.measuring
	@$(BIN)/python -m tests.benchmarks.race $(ARGS)

bench-workers: $(READY)
	@$(BIN)/python -m tests.benchmarks.workers $(ARGS)

bench-scale: $(READY)
	@$(BIN)/python -m tests.benchmarks.scale $(ARGS)
