"""Own agents on the phone: a server of their own, called in real sound, and an application for another's."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from emads_voice import Audio, configured_backends, init_recognizer, phone_app
from emads_voice.assembly import calls
from emads_voice.channels.errors import ConfigurationError
from emads_voice.serving import server
from emads_voice.testing.line import LoudnessVad
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.sound import g711

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
QUESTION = EXAMPLES / "audio" / "book-a-room.wav"
"""A person who says: book a room."""


def blocks(document: str, name: str) -> str:
    """The Python blocks of a document that are marked ``<!-- test: name -->``, as one program."""
    text = (ROOT / document).read_text("utf-8")
    return "\n".join(re.findall(rf"<!-- test: {name} -->\n```python\n(.*?)```", text, re.DOTALL))


@contextmanager
def running(folder: Path, *command: str, port: int, **variables: str) -> Iterator[list[str]]:
    """A server in a process of its own, once it is ready, and stopped as an operator does; gives what it wrote."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EMADS_", "OTEL_", "TWILIO_"))
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env=kept | {"EMADS_DATA_DIR": str(folder / "data"), "PYTHONUTF8": "1", **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    lines: list[str] = []
    try:
        deadline = time.monotonic() + 120
        while True:
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, log.read_text("utf-8")
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz").text == "ready":
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield lines
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text("utf-8")
        lines += log.read_text("utf-8").splitlines()
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


PROGRAM = """
from emads_voice import ConversationOptions, serve
from my_agents import graph

# Whoever says nothing for a second is said goodbye to, so the call is as long as it takes.
serve(graph, options=ConversationOptions(idle_s=1, idle_prompts=0), insecure=True, port=PORT)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
async def test_the_example_books_a_room_for_a_caller_in_real_sound(
    tmp_path: Path, simulated_call: Any
) -> None:
    """The real server, recogniser and voice, and a caller of others' making, who interrupts the greeting."""
    pytest.importorskip("faster_whisper", reason='it takes the extra "local"')
    from streamdouble.scenario import Say, Scenario, Wait, WaitFor

    sound = g711.encode(Audio.load(QUESTION).resample(8_000).samples)
    question = Say(
        QUESTION, [sound[start : start + 160].ljust(160, b"\xff") for start in range(0, len(sound), 160)]
    )
    steps = [WaitFor("audio"), Wait(0.5), question, Wait(90)]
    port = free_port()
    shutil.copy(EXAMPLES / "my_agents.py", tmp_path)
    (tmp_path / "program.py").write_text(PROGRAM.replace("PORT", str(port)), "utf-8")
    with running(tmp_path, "program.py", port=port) as lines:
        report = await simulated_call(
            f"ws://127.0.0.1:{port}/twilio/media", scenario=Scenario("a room", steps)
        )
    assert report.violations == []
    Audio(g711.decode(report.audio_received), 8_000).save(tmp_path / "heard.wav")
    heard = await init_recognizer("whisper:base").transcribe(Audio.load(tmp_path / "heard.wav"))
    assert re.search("london", heard.text.lower()), heard
    text = "\n".join(lines)
    assert re.search(r"  agents +rooms$", text, re.MULTILINE)
    assert re.search(r"Call \S+ is over after \S+ and 1 turn\.", text)
    assert "handbook" not in text


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
async def test_a_call_is_watched_in_a_browser_while_it_runs(tmp_path: Path, simulated_call: Any) -> None:
    """The page at /calls, in Chromium, beside a caller of others' making."""
    pytest.importorskip("faster_whisper", reason='it takes the extra "local"')
    tools = pytest.importorskip("talk_page", reason='it takes the extra "dev"')
    if lacking := tools.missing():
        pytest.skip(lacking)
    from chat_page import CHROMIUM, QUIET
    from playwright.async_api import async_playwright
    from streamdouble.scenario import Say, Scenario, Wait, WaitFor

    sound = g711.encode(Audio.load(QUESTION).resample(8_000).samples)
    question = Say(
        QUESTION, [sound[start : start + 160].ljust(160, b"\xff") for start in range(0, len(sound), 160)]
    )
    steps = [WaitFor("audio"), Wait(0.5), question, Wait(90)]
    port = free_port()
    shutil.copy(EXAMPLES / "my_agents.py", tmp_path)
    (tmp_path / "program.py").write_text(PROGRAM.replace("PORT", str(port)), "utf-8")
    with running(tmp_path, "program.py", port=port):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = await browser.new_page()
            await page.goto(f"http://127.0.0.1:{port}/calls")
            assert "No call" in await page.inner_text("main")
            call = asyncio.create_task(
                simulated_call(f"ws://127.0.0.1:{port}/twilio/media", scenario=Scenario("a room", steps))
            )
            await page.locator("li.live a").click()
            await page.locator("li.voice_input").wait_for()
            assert not call.done()
            assert "room" in await page.inner_text("li.voice_input .words")
            await page.locator("li.said .words", has_text="London").wait_for()
            await page.get_by_text("The call ended").wait_for(timeout=60_000)
            assert await page.inner_text("#summary .badge") == "ended"
            assert await page.locator("#lanes rect.us").count() > 0
            assert await page.locator(".stages tr").count() == 3
            if folder := os.environ.get("EMADS_TEST_PICTURES"):
                await page.screenshot(path=Path(folder) / "call.png", full_page=True)
            await browser.close()
        report = await call
    assert report.violations == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_five_lines_of_the_document_answer_the_phone(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason='it takes the extra "local"')
    program = blocks("docs/phone.md", "five-lines")
    assert len(program.strip().splitlines()) <= 5
    assert program.endswith("serve(graph)\n")
    (tmp_path / "my_project.py").write_text((EXAMPLES / "my_agents.py").read_text("utf-8"), "utf-8")
    port = free_port()
    (tmp_path / "program.py").write_text(
        program.replace("serve(graph)", f"serve(graph, port={port})"), "utf-8"
    )
    with running(tmp_path, "program.py", port=port, **ACCOUNT) as lines:
        refused = httpx.post(f"http://127.0.0.1:{port}/twilio/voice", data={"CallSid": "CA1"})
        assert refused.status_code == 403, "nobody calls who is not Twilio"
    text = "\n".join(lines)
    assert "A call comes in      https://voice.example.com/twilio/voice" in text
    assert re.search(r"INFO Loaded in \d+\.\d s: agent rooms\.", text)
    assert "the-token" not in text


@pytest.mark.usefixtures("quiet")
def test_with_half_of_twilios_settings_it_says_how_to_try_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT["TWILIO_ACCOUNT_SID"])
    with pytest.raises(ConfigurationError, match="set TWILIO_AUTH_TOKEN.*without Twilio, --insecure"):
        server.serve(graph)
    with pytest.raises(ConfigurationError, match="An insecure server answers this machine alone"):
        server.serve(graph, insecure=True, host="0.0.0.0")


ACCOUNT = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "the-token",
    "EMADS_PUBLIC_URL": "https://voice.example.com",
}


def _reply(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001
    return {"messages": [AIMessage("It is noon.")]}


graph = StateGraph(MessagesState).add_node("reply", _reply).add_edge(START, "reply").compile(name="clock")


@pytest.fixture
def quiet(
    home: Path,  # noqa: ARG001  # nothing is set there
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Scripted speech in place of models."""
    monkeypatch.setattr(configured_backends, "make_recognizer", lambda _: ScriptedRecognizer([]))
    monkeypatch.setattr(configured_backends, "make_synthesizer", lambda _: ScriptedSynthesizer())
    monkeypatch.setattr(calls, "shared_vad", lambda _: LoudnessVad())


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)


def ring(client: TestClient, path: str) -> Any:
    """A call that comes in, signed as Twilio signs it."""
    form = {"CallSid": "CA" + "1" * 32, "AccountSid": ACCOUNT["TWILIO_ACCOUNT_SID"], "From": "+84901234567"}
    text = f"{os.environ['EMADS_PUBLIC_URL']}/twilio/voice" + "".join(map("".join, sorted(form.items())))
    mac = hmac.new(b"the-token", text.encode(), hashlib.sha1).digest()
    return client.post(path, data=form, headers={"X-Twilio-Signature": base64.b64encode(mac).decode()})


@pytest.mark.usefixtures("quiet", "account")
def test_an_application_answers_while_it_runs_and_closes_what_it_opened() -> None:
    opened: list[str] = []

    @asynccontextmanager
    async def saver() -> AsyncIterator[InMemorySaver]:
        opened.append("open")
        yield InMemorySaver()
        opened.append("closed")

    app = phone_app(graph, checkpointer=saver())
    with TestClient(app) as client:
        answer = ring(client, "/twilio/voice")
        assert (answer.status_code, opened) == (200, ["open"])
        assert 'url="wss://voice.example.com/twilio/media/' in answer.text
        assert client.get("/readyz").text == "ready"
    assert opened == ["open", "closed"]


@pytest.mark.usefixtures("quiet", "account")
def test_the_document_mounts_it_under_a_prefix_with_its_lifespan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_PUBLIC_URL", "https://example.com/voice")
    monkeypatch.setitem(sys.modules, "my_project", sys.modules[__name__])
    program: dict[str, Any] = {}
    exec(blocks("docs/phone.md", "mounted"), program)
    with TestClient(program["app"]) as client:
        answer = ring(client, "/voice/twilio/voice")
        assert answer.status_code == 200
        assert 'url="wss://example.com/voice/twilio/media/' in answer.text


@pytest.mark.usefixtures("quiet", "account")
def test_mounted_without_its_lifespan_it_says_what_is_missing(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()
    app.mount("/voice", phone_app(graph))
    with TestClient(app) as client:
        assert client.get("/voice/readyz").status_code == 503
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/voice/twilio/media/x"):
            pass
    assert "lifespan=phone.router.lifespan_context" in caplog.text


@pytest.mark.usefixtures("quiet")
def test_an_application_that_could_be_asked_by_strangers_is_not_made() -> None:
    with pytest.raises(ConfigurationError, match="The phone stays closed"):
        phone_app(graph)
