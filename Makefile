# Every command installs what it needs, and is quick when all is there.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# What tests start hundreds of times is compiled once.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3.11
BIN := .venv/bin
VENV := .venv/.installed
NODE := web/node_modules/.installed
WEB := web/dist/index.html
WEB_SOURCES := $(filter-out web/node_modules% web/dist% web/e2e%, \
  $(shell find web/src web/public web/scripts web/*.* -type f 2>/dev/null))

.PHONY: help run web wheel test check format soak bench lock screenshots clean

help:
	@echo "make run     the server with its web app on http://localhost:8008, data in ./data"
	@echo "make test    everything: format, lint, types, unit, real databases, wheel, browser"
	@echo "make check   format, lint, types, import rule, docs"
	@echo "make format  puts the code into its form"
	@echo "make soak    the long versions of the tests"
	@echo "make bench   measures this server; PEER=synapse measures that one beside it"
	@echo "make wheel   dist/teahouse-*.whl, web app included"
	@echo "make web     builds the web app"
	@echo "make screenshots  makes the pictures of the README anew"
	@echo "make clean   removes what was built"
	@echo "make lock    pins the newest packages that pyproject.toml and package.json allow"

run: $(VENV) $(WEB)
	$(BIN)/teahouse serve --open-registration --host 127.0.0.1 --port 8008 --data data

web: $(WEB)

wheel: $(VENV) $(WEB)
	$(BIN)/python -m tools.wheel

test: $(VENV) $(NODE) $(WEB)
	@$(BIN)/python -m tools.all_tests

check: $(VENV) $(NODE)
	@$(BIN)/python -m tools.check

format: $(VENV) $(NODE)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	npm --prefix web run format

soak: $(VENV)
	TEAHOUSE_SOAK=1 $(BIN)/python -m pytest -m soak --timeout 0 -v

bench: $(VENV)
	$(BIN)/python -m bench $(if $(PEER),--peer $(PEER))

screenshots: $(VENV) $(NODE) $(WEB)
	CHROMIUM="$$($(BIN)/python -m tools.chromium)" npm --prefix web run screenshots

lock: $(VENV)
	$(BIN)/uv pip compile pyproject.toml --group dev --upgrade --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
	  --quiet --output-file requirements.lock
	npm --prefix web install --package-lock-only --no-audit --no-fund --loglevel=error
	$(BIN)/python -m tools.npm_lock

clean:
	rm -rf build dist web/dist .mypy_cache .ruff_cache .pytest_cache

# The installer comes by its own entry of the lock file: pip takes ten times as long for all of them.
$(VENV): requirements.lock
	@test -x $(BIN)/python || { echo "Making .venv"; $(PYTHON) -m venv .venv; }
	@echo "Installing Python packages"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/installer.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps \
	  --require-hashes --requirement .venv/installer.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps \
	  --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps \
	  --no-build-isolation --editable .
	@touch $@

$(NODE): web/package-lock.json web/.npmrc
	@echo "Installing npm packages"
	@npm --prefix web ci --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB): $(NODE) $(WEB_SOURCES)
	@echo "Building the web app"
	@npm --prefix web run build --silent -- --logLevel warn
	@touch $@
