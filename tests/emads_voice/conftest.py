"""The command line run in this process, in a folder of its own, with the settings a new user has."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from emads_voice import configured_backends
from emads_voice.agents import ExemplarRouter, LexicalEmbeddings, load_handbook
from emads_voice.agents.handbook import model as handbook_model
from emads_voice.agents.handbook.handbook import Handbook
from emads_voice.agents.handbook.search import HandbookIndex
from emads_voice.assembly import configured
from emads_voice.cli import main
from emads_voice.cli.console import _LogHandler
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.sound.audio import Audio


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def values(self) -> list[Any]:
        """Its JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaints(self) -> list[str]:
        """What it said on standard error, without its name."""
        return [line.removeprefix("emads-voice: ") for line in self.err.splitlines()]


Run = Callable[..., Ran]

_WORDS = LexicalEmbeddings()
_INDICES: dict[int, HandbookIndex] = {}


def _index(handbook: Handbook, embeddings: Embeddings) -> HandbookIndex:
    if id(handbook) not in _INDICES:  # which holds the handbook, so that no other is known by that
        _INDICES[id(handbook)] = HandbookIndex(handbook, embeddings)
    return _INDICES[id(handbook)]


_SHARED = {  # reading the sample's documents and learning from them takes longer than a question
    (configured, "load_handbook"): cache(load_handbook),
    (handbook_model, "HandbookIndex"): _index,
    (configured, "ExemplarRouter"): cache(ExemplarRouter),
}


def compare_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are compared by their words, not by what a model takes them to mean."""
    monkeypatch.setattr(configured, "make_embeddings", lambda _: _WORDS)
    for (module, name), shared in _SHARED.items():
        monkeypatch.setattr(module, name, shared)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working folder; nothing is set, and what is kept is kept here."""
    for name in [name for name in os.environ if name.upper().startswith(("EMADS_", "OTEL_", "TWILIO_"))]:
        monkeypatch.delenv(name)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("EMADS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("EMADS_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(_LogHandler, "shown", set())
    for owner, name in [  # a command takes over what Python writes about faults
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
        (logging, "raiseExceptions"),
    ]:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(logging.getLogger(), "handlers", [*logging.getLogger().handlers])  # so does `serve`
    monkeypatch.setattr(logging.getLogger("emads_voice"), "level", logging.getLogger("emads_voice").level)
    yield work
    logging.captureWarnings(False)


@pytest.fixture
def run(
    home: Path,  # noqa: ARG001  # it runs there
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs ``emads-voice`` with the given arguments."""

    def command(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["emads-voice", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return command


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> ScriptedSynthesizer:
    """The synthesiser the command uses, in place of the embedded voices."""
    synthesizer = ScriptedSynthesizer()
    monkeypatch.setattr(configured_backends, "make_synthesizer", lambda _: synthesizer)
    return synthesizer


@pytest.fixture
def hears(
    voice: ScriptedSynthesizer,  # noqa: ARG001  # who hears a script is answered by one
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., ScriptedRecognizer]:
    """Scripts what the recogniser the command uses will hear; questions are compared by their words."""

    def script(*transcript: Any) -> ScriptedRecognizer:
        recognizer = ScriptedRecognizer(transcript)
        monkeypatch.setattr(configured_backends, "make_recognizer", lambda _: recognizer)
        compare_by_words(monkeypatch)
        return recognizer

    return script


@pytest.fixture
def record(home: Path) -> Callable[..., str]:
    """Makes a recording in the working folder."""

    def make(name: str, duration_s: float = 0.5) -> str:
        hum = 0.1 * np.sin(np.arange(round(duration_s * 16_000)) * 0.1)
        Audio(hum.astype(np.float32), 16_000).save(home / name)
        return name

    return make


@pytest.fixture(scope="session")
def langgraph_server() -> Callable[..., Any]:
    """Runs LangGraph's development server: ``with langgraph_server(config, folder, collector, **env) as port``.

    What it keeps, and its log, are in the folder; its spans go to the collector. It is offline, and nothing may block
    its event loop.
    """
    return _langgraph_server


@contextmanager
def _langgraph_server(config: Path, folder: Path, collector: Any, **variables: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("EMADS_", "OTEL_"))}
    environment |= {
        "LANGGRAPH_CLI_NO_ANALYTICS": "1",
        "LANGGRAPH_NO_VERSION_CHECK": "true",
        "LANGSMITH_TRACING": "false",
        "EMADS_DATA_DIR": str(folder / "data"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        **variables,
    }
    command = [sys.executable, "-m", "langgraph_cli", "dev", "--no-browser", "--no-reload"]
    command += ["--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    log = folder / "log"
    with log.open("wb") as output:
        # It leaves its memory in the folder it is started in.
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/ok", process, log)
        yield port
        assert "BlockingError" not in log.read_text("utf-8"), "something blocked the server's event loop"
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str, process: Any, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text('utf-8')[-2000:]}")


ROOT = Path(__file__).parents[2]
PACKED = ("agents", "channels", "graph", "observability", "voice", "emads_voice", "examples")
"""``examples`` holds the sample handbook."""


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree to build from."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in (*PACKED, "build_backend"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    return tree


@pytest.fixture(scope="session")
def build() -> Callable[[Path, str, Path], Path]:
    """Has a build backend make something of its tree: a "wheel", an "editable" or an "sdist", in the folder given."""

    def make(tree: Path, kind: str, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        hook = f"import build_backend; build_backend.build_{kind}({str(folder)!r})"
        done = subprocess.run(
            [sys.executable, "-c", hook], cwd=tree, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        (made,) = folder.iterdir()
        return made

    return make
