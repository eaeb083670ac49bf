# Everything installs itself into .venv: `make serve` and `make test` need only Python and make.
PYTHON ?= python3
HOST := $(or $(HUIBAO_HOST),127.0.0.1)
PORT ?= $(or $(HUIBAO_PORT),8000)
# Where pip finds a CPU build of torch, e.g. PyTorch's own index of CPU wheels. Empty: the
# indexes that pip is configured with.
TORCH_INDEX ?=
# For `make train` and `make evaluate`.
CORPUS ?= ../shared/corpus
BASE ?= ../shared/encoder-base-zh
GOLD ?= ../shared/gold/dev.jsonl
OUTPUT ?= build/checkpoint

BIN := .venv/bin
SERVE_STAMP := .venv/.serve
TEST_STAMP := .venv/.test

.PHONY: serve test check format train evaluate openapi load contract lock clean

serve: $(SERVE_STAMP)
	HUIBAO_HOST=$(HOST) HUIBAO_PORT=$(PORT) $(BIN)/huibao serve

test: $(TEST_STAMP)
	$(BIN)/pytest

check: $(TEST_STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(TEST_STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

train: $(TEST_STAMP)
	$(BIN)/python -m training --corpus $(CORPUS) --base $(BASE) --output $(OUTPUT)

evaluate: $(TEST_STAMP)
	$(BIN)/huibao evaluate --gold $(GOLD)

openapi: $(SERVE_STAMP)
	$(BIN)/huibao openapi > openapi.yaml

# What the service bears, two minutes; on a machine that does nothing else. More options:
# `make load LOAD="--workers 2 --seconds 300"`.
load: $(TEST_STAMP)
	$(BIN)/python -m benchmarks.load $(LOAD)

# 20,000 generated requests, for the night; `make test` tries 1,000 of them.
contract: $(TEST_STAMP)
	$(BIN)/python -m tests.contract $(CONTRACT)

$(BIN)/python:
	$(PYTHON) -m venv .venv

# torch first and apart: a range or another index would pull gigabytes of CUDA.
.venv/.torch: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "$$(sed -n 's/^ *"\(torch==[^"]*\)",$$/\1/p' pyproject.toml)"
	touch $@

$(SERVE_STAMP): pyproject.toml .venv/.torch
	$(BIN)/pip install --quiet --editable .
	touch $@

$(TEST_STAMP): pyproject.toml .venv/.torch
	$(BIN)/pip install --quiet --editable ".[test]"
	touch $@

# What the image installs, with hashes, and docs/licences.md; see docs/operations.md.
lock:
	TORCH_INDEX=$(TORCH_INDEX) $(PYTHON) deploy/lock.py

clean:
	rm -rf .venv build dist

include clients/rules.mk
