# Two commands set everything up: `make brief` and `make test`. Both need only python3 (3.11 to 3.13) with venv.
PYTHON ?= python3
DOC    ?= examples/azure-loop.md
ARGS   ?=
BIN    := .venv/bin
UV     := uv==0.13.9
# certificates of the system, as behind a company's proxy; the interpreter that made .venv, and no other
RUN    := UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 VIRTUAL_ENV=.venv $(BIN)/uv

.PHONY: brief test test-long lint score docs schema clean

brief: .venv/ready            ## read a document and write its brief: make brief DOC=path/to/announcement.txt
	@$(BIN)/loopledger brief "$(DOC)" $(ARGS)

test: .venv/ready             ## the test suite; what takes minutes a test is in test-long
	$(BIN)/python -m pytest -q -n auto -m "not slow" $(ARGS)

test-long: .venv/ready        ## the property tests at length, and the tests that take minutes each
	LOOPLEDGER_HYPOTHESIS=long $(BIN)/python -m pytest -q tests/properties $(ARGS)
	$(BIN)/python -m pytest -q -m slow $(ARGS)

lint: .venv/ready             ## style, types, import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

score: .venv/ready            ## extraction score on the labelled documents, where they are at hand
	$(BIN)/python scripts/score.py

docs: .venv/ready             ## the documentation as HTML in docs/_build
	$(RUN) sync --frozen --inexact --quiet --group docs
	$(BIN)/sphinx-build -W -b html docs docs/_build

schema: .venv/ready           ## write the JSON Schema of the register's files
	$(BIN)/loopledger register schema --out src/loopledger/data/schema

.venv/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "loopledger needs Python 3.11 to 3.13; set PYTHON=python3.12 for instance")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@$(RUN) sync --frozen --inexact --quiet --compile-bytecode
	@$(BIN)/python -m compileall -q src
	@touch $@

clean:                        ## remove the environment and what was built
	rm -rf .venv build dist docs/_build
