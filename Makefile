# The 12333 hotline. `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
# Installs in seconds what the standard installer takes minutes for.
UV_VERSION := 0.13.9
BIN := $(VENV)/bin
CACHE := $(or $(XDG_CACHE_HOME),$(if $(HOME),$(HOME)/.cache),$(CURDIR)/var/cache)/hotline-12333
UV_HOME := $(CACHE)/uv-$(UV_VERSION)
UV := $(UV_HOME)/bin/uv
PORT ?= 8000
SIMULATOR_PORT ?= 8010
HOST ?= 127.0.0.1
RASA_PORT ?= 5005
# Labelled questions to compare the engines with; none are part of the project.
QUESTIONS ?= $(wildcard ../shared/questions/*.jsonl)

# Several processes start at once: each reads what the others compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint lock types contract format kb-check clean rasa-env rasa-train rasa-server nlu-report

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: python-version
python-version:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: set PYTHON=..."; exit 1; }

# One copy of the installer for all clones: fetching it anew takes longer than all it installs.
$(UV):
	@mkdir -p $(CACHE) && making=$$(mktemp -d $(UV_HOME).XXXXXX) && trap 'rm -rf "$$making"' EXIT && \
	    $(PYTHON) -m venv "$$making/venv" && \
	    "$$making/venv/bin/python" -m pip install --quiet --disable-pip-version-check --target "$$making/uv" uv==$(UV_VERSION) && \
	    { mv -T "$$making/uv" $(UV_HOME) 2>/dev/null || test -x $@; }

$(BIN)/python: | python-version $(UV)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)

$(VENV)/.run: requirements.lock | $(BIN)/python
	@$(UV) pip install --quiet --no-deps --python $(BIN)/python -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	@$(UV) pip install --quiet --no-deps --python $(BIN)/python -r requirements-dev.lock
	@touch $@ $(VENV)/.run

lock: $(UV) ## pin everything anew from requirements*.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate requirements.txt -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate requirements-dev.txt -o requirements-dev.lock
	$(UV) pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate --generate-hashes requirements-rasa.txt -o requirements-rasa.lock

run: $(VENV)/.run ## set up and serve everything: web, scheduler, state store, web phone
	@exec $(BIN)/python -m app run --host $(HOST) --port $(PORT) --simulator-port $(SIMULATOR_PORT)

test: $(VENV)/.dev lint ## set up and run lint, types, import contract and all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

rasa-env: $(UV) ## make the Rasa engine's own environment (2.5 GB, once for all clones)
	@bash nlu/rasa/environment.sh $(UV) $(CACHE) .venv-rasa

rasa-train: $(VENV)/.run rasa-env ## train the Rasa engine on the entries; its model is kept
	@nice $(BIN)/python -m app nlu rasa-train

rasa-server: $(VENV)/.run rasa-env ## serve the Rasa engine on RASA_PORT, for NLU_ENGINE=rasa
	@exec $(BIN)/python -m app nlu rasa-server --port $(RASA_PORT)

nlu-report: $(VENV)/.run rasa-env ## compare both engines on QUESTIONS="a.jsonl b.jsonl"
	@$(BIN)/python -m app nlu report $(QUESTIONS)

lint: $(VENV)/.dev ## style, types, import contract, knowledge base
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m app kb check

format: $(VENV)/.dev ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove the environments and all local data
	rm -rf $(VENV) .venv-rasa var .pytest_cache .mypy_cache .ruff_cache
