"""A vLLM server with the tiny Qwen3-ASR, on a free loopback port. It runs in an environment of its own."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from emads_voice.voice.recognizers.openai import OpenAIRecognizer

STARTS_WITHIN_S = 600.0
"""Importing alone takes a minute on a slow disk."""

_ROOT = Path(__file__).parents[3]
_STARTUP = Path(__file__).parents[1] / "server_startup"


class VllmServer:
    """A server process, and all processes it starts: they are one process group, which ends with the fixture."""

    model = "Qwen/Qwen3-ASR-tiny"
    """The name the checkpoint is served under."""

    def __init__(self, python: Path, model: Path, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port: int = listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._command = [str(python), "-m", "vllm.entrypoints.openai.api_server"]
        self._command += ["--model", str(model), "--served-model-name", self.model, "--dtype", "float32"]
        self._command += ["--max-model-len", "2048", "--enforce-eager"]
        self._command += ["--host", "127.0.0.1", "--port", str(self.port)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            RuntimeError: it ended, or took too long; with the end of its log.
        """
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(_STARTUP),
            "VLLM_CPU_KVCACHE_SPACE": "1",  # gigabytes; a share of the memory otherwise
            "VLLM_NO_USAGE_STATS": "1",
            "DO_NOT_TRACK": "1",
            "HF_HUB_OFFLINE": "1",
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + STARTS_WITHIN_S
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"vLLM did not start:\n{self._log.read_text('utf-8', 'replace')[-5000:]}")
            time.sleep(0.2)

    def kill(self) -> None:
        """End it and its processes at once, as a machine that loses its power does."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def running_requests(self) -> float:
        """How many it is answering, or has waiting."""
        with urllib.request.urlopen(f"{self.url}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        names = ("vllm:num_requests_running{", "vllm:num_requests_waiting{")
        found = [float(line.rpartition(" ")[2]) for line in lines if line.startswith(names)]
        assert len(found) >= 2, "vLLM has other metrics now"
        return sum(found)

    def _healthy(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
            return bool(answer.status == 200)
        return False


@pytest.fixture(scope="session")
def server(tiny_qwen: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmServer]:
    """Runs; a test that kills it starts it again."""
    python = Path(os.environ.get("VLLM_SERVER_PYTHON") or _ROOT / ".venv-vllm-server" / "bin" / "python")
    assert python.exists(), f"There is no {python}: run `make test-vllm`, which sets up vLLM's server."
    server = VllmServer(python.absolute(), tiny_qwen, tmp_path_factory.mktemp("vllm") / "log")
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture
def recognizer(server: VllmServer) -> OpenAIRecognizer:
    """Ours, for that server; a new one for each event loop, as its connections belong to one."""
    return OpenAIRecognizer(server.model, base_url=f"{server.url}/v1")
