# The 12333 hotline. `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/python -m uv
PORT ?= 8000
SIMULATOR_PORT ?= 8010
HOST ?= 127.0.0.1

.DEFAULT_GOAL := help
.PHONY: help run test lint types contract format kb-check clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(BIN)/uv: ## (internal) virtual environment with the installer
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: set PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

UV_VERSION := 0.13.9

$(VENV)/.run: requirements.txt | $(BIN)/uv
	@$(UV) pip install --quiet --python $(BIN)/python -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(BIN)/uv
	@$(UV) pip install --quiet --python $(BIN)/python -r requirements-dev.txt
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## set up and serve everything: web, scheduler, state store, web phone
	@exec $(BIN)/python -m app run --host $(HOST) --port $(PORT) --simulator-port $(SIMULATOR_PORT)

test: $(VENV)/.dev lint ## set up and run lint, types, import contract and all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

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
