# The 12333 hotline. `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
UV_VERSION := 0.13.9
BIN := $(VENV)/bin
CACHE := $(addsuffix /hotline-12333,$(or $(XDG_CACHE_HOME),$(addsuffix /.cache,$(HOME))))
# Who has no home folder, or may not write there, keeps everything in the clone.
ifneq ($(shell test "$(CACHE)" && mkdir -p $(CACHE) 2>/dev/null && test -w $(CACHE) && echo yes),yes)
CACHE := $(CURDIR)/var/cache/hotline-12333
export UV_CACHE_DIR := $(CACHE)/uv
endif
UV := $(CACHE)/uv-$(UV_VERSION)/bin/uv
ENVIRONMENT := $(PYTHON) -I tools/environment.py
PORT ?= 8000
SIMULATOR_PORT ?= 8010
HOST ?= 127.0.0.1
RASA_PORT ?= 5005
# Labelled questions to compare the engines with; none are part of the project.
QUESTIONS ?= $(wildcard ../shared/questions/*.jsonl)

# Several processes start at once: each reads what the others compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint lock types contract format kb-check clean clean-envs run-env dev-env rasa-env rasa-train rasa-server nlu-report

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(UV):
	@$(ENVIRONMENT) uv $(CACHE) $(UV_VERSION)

run-env: ## link .venv to what the service needs (made once for all clones)
	@$(ENVIRONMENT) run $(CACHE) $(UV_VERSION)

dev-env: ## link .venv to what checks and tests need (made once for all clones)
	@$(ENVIRONMENT) dev $(CACHE) $(UV_VERSION)

lock: $(UV) ## pin everything anew from requirements*.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --generate-hashes requirements.txt -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --generate-hashes requirements-dev.txt -o requirements-dev.lock
	$(UV) pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate --generate-hashes requirements-rasa.txt -o requirements-rasa.lock
	echo "uv==$(UV_VERSION)" | $(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --generate-hashes - -o requirements-uv.lock

run: run-env ## set up and serve everything: web, scheduler, state store, web phone
	@exec $(BIN)/python -m app run --host $(HOST) --port $(PORT) --simulator-port $(SIMULATOR_PORT)

test: dev-env lint ## set up and run lint, types, import contract and all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

rasa-env: $(UV) ## make the Rasa engine's own environment (2.5 GB, once for all clones)
	@bash nlu/rasa/environment.sh $(UV) $(CACHE) .venv-rasa

rasa-train: run-env rasa-env ## train the Rasa engine on the entries; its model is kept
	@nice $(BIN)/python -m app nlu rasa-train

rasa-server: run-env rasa-env ## serve the Rasa engine on RASA_PORT, for NLU_ENGINE=rasa
	@exec $(BIN)/python -m app nlu rasa-server --port $(RASA_PORT)

nlu-report: run-env rasa-env ## compare both engines on QUESTIONS="a.jsonl b.jsonl"
	@$(BIN)/python -m app nlu report $(QUESTIONS)

lint: dev-env ## style, types, import contract, knowledge base, advisories
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m app kb check
	$(BIN)/python -m tools.advisories

format: dev-env ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove all local data of this clone, and its links to environments
	rm -rf $(VENV) .venv-rasa var .pytest_cache .mypy_cache .ruff_cache

clean-envs: ## remove the environments that all clones link as .venv, and learnt models
	rm -rf $(CACHE)/run-* $(CACHE)/dev-* $(CACHE)/models
