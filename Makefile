# `make` lists the commands. All of them work in a fresh checkout: each makes what it needs first.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=
# Processes that run the tests: one more than cores, for many wait for a browser or a server.
WORKERS ?= 3

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
CATALOGS := $(wildcard eventsapp/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGS:.po=.mo)

# A stamp file says that a step is done; a newer input makes it due again.
VENV := .venv/pyvenv.cfg
RUNTIME := .venv/.runtime
PACKAGE := .venv/.package
DEVELOPMENT := .venv/.development
NODE := node_modules/.installed
ASSETS := static/vendor/fonts/noto-sans-latin.woff2

.PHONY: help install dev assets messages translations compile demo test check lint types catalogs format \
	bench wheel screenshots lock clean browser

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(PACKAGE) $(ASSETS) compile ## what the application needs: .venv, packages, front-end files, translations
dev: install $(DEVELOPMENT) ## the same, and what the tests and checks need

$(VENV):
	@PYTHON="$(PYTHON)" scripts/python.sh

$(RUNTIME): $(VENV) requirements.lock
	@echo "Installing Python packages"
	@$(PIP) install -qq --require-hashes -r requirements.lock
	@touch $@

$(PACKAGE): $(RUNTIME) pyproject.toml hatch_build.py
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements-dev.lock
	@echo "Installing Python packages for development"
	@$(PIP) install -qq --require-hashes -r requirements-dev.lock
	@touch $@

$(NODE): $(VENV) package.json package-lock.json requirements-node.lock
	@echo "Installing front-end packages"
	@scripts/node.sh npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(ASSETS): $(NODE) scripts/assets.py
	@$(BIN)/python scripts/assets.py
	@touch $@

assets: $(ASSETS) ## static/vendor: fonts

%.mo: %.po | $(RUNTIME)
	@$(BIN)/python scripts/catalogs.py compile $<

compile: $(RUNTIME) $(COMPILED)

messages: $(RUNTIME) ## brings the catalogs (.po) up to date with the texts in code and templates
	@$(BIN)/python scripts/catalogs.py update

translations: messages ## the same, and compiles them
	@$(BIN)/python scripts/catalogs.py compile

demo: install ## the demo with the production server on PORT (8000)
	@EVENTSAPP_DEMO=1 $(BIN)/eventsapp demo
	@EVENTSAPP_DEMO=1 exec $(BIN)/eventsapp serve --host $(HOST) --port $(PORT) --worker

browser:
	@scripts/browser.sh

# With ARGS, only the tests it names: make test ARGS="tests/core -k interval"
test: dev browser $(if $(strip $(ARGS)),,check) ## everything that has to hold; ARGS="tests/core -k zone" runs a part
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS) </dev/null

check: lint types catalogs ## the checks that run nothing: style, types, translations

lint: dev ## style
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "not formatted (make format):"; $(BIN)/ruff format --check .; }

types: dev ## types
	@$(BIN)/mypy

catalogs: dev ## translations: complete, up to date, with the placeholders of the original
	@$(BIN)/python scripts/catalogs.py check

format: dev ## formats the code and sorts imports
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

bench: dev ## speed and memory beside a bare Flask application; ARGS="hello booking" runs a part
	@$(BIN)/python -m bench $(ARGS)

wheel: dev ## dist/: a wheel that carries templates, static files, translations and sample data
	@rm -rf dist
	@$(BIN)/python -m pip --disable-pip-version-check wheel -qq --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist

screenshots: dev browser ## the pictures of the README, of the demo
	@$(BIN)/python -m scripts.screenshots $(ARGS)

# Addresses of package indexes stay out of the lock files: they are the machine's business.
lock: $(VENV) ## pins all packages anew; ARGS="--upgrade" or ARGS="--upgrade-package flask" for newer ones
	@test -x $(BIN)/uv || $(PIP) install -qq uv
	$(LOCK) pyproject.toml requirements.in -o requirements.lock $(ARGS)
	$(LOCK) pyproject.toml requirements.in requirements-dev.in -c requirements.lock -o requirements-dev.lock $(ARGS)
	$(LOCK) requirements-node.in -o requirements-node.lock $(ARGS)
	scripts/node.sh npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts \
		--no-audit --no-fund --loglevel=error

clean: ## removes all that make built; instance/ stays
	@rm -rf .venv node_modules static/vendor dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find eventsapp tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -f $(COMPILED)
