# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test check soak score model-scores bench train readme lock clean help

run: $(READY)  ## refresh the warehouse from seeds/, in an embedded Prefect
	@$(BIN)/warraq refresh

test: $(READY) check  ## style, types, architecture and tests, on all cores
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: $(READY)  ## style, types and architecture
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo

soak: $(READY)  ## kill 500 writers of a warehouse, at every point, while readers look: some 15 minutes
	@$(BIN)/python -m tests.warehouse.soak

train: $(READY)  ## train all models anew from the corpora beside the project, and take them if no score falls
	@$(BIN)/python -m flows.train --data ../shared/data

model-scores: $(READY)  ## scores of the trained models alone, on the corpora beside the project
	@$(BIN)/python -m benchmarks.model_scores

score: $(READY)  ## scores on the annotated articles beside the project, against the floors
	@$(BIN)/python -m benchmarks.score

bench: $(READY)  ## the figures of the README: speed, memory, the store
	@$(BIN)/python -m benchmarks.speed
	@$(BIN)/python -m benchmarks.warehouse
	@$(BIN)/python -m benchmarks.language

readme: run  ## write the tables, answers and scores of README.md anew
	@$(BIN)/python -m benchmarks.readme

lock: $(READY)  ## write requirements.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--group dev --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock

$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once; some minutes) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

clean:  ## remove the virtual environment and what runs wrote
	rm -rf $(VENV) warehouse/data warehouse/snapshots warehouse/.staging warehouse/warehouse.duckdb warehouse/writer.lock

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | expand -t 12
