"""The API over a real voice graph whose parts follow scripts, reached by HTTP in this process or over loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from langchain_core.messages import BaseMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt
from openai import OpenAI
from pydantic import SecretStr

from emads_voice.agents.agent import Say
from emads_voice.agents.decisions import Contribution, Decision, Sourced
from emads_voice.agents.forms import Analysis
from emads_voice.channels.api.app import create_api
from emads_voice.channels.api.decisions import Reviewing
from emads_voice.channels.api.mounting import mount_api
from emads_voice.channels.api.settings import ApiSettings
from emads_voice.channels.thread_lock import ThreadLock
from emads_voice.decisions import Approvers, DecisionStore, Plan, Step
from emads_voice.graph import create_voice_graph
from emads_voice.observability.ledger import open_ledger
from emads_voice.testing import ScriptedAgent, ScriptedRecognizer, ScriptedRouter, ScriptedSynthesizer
from emads_voice.testing.recognition_server import serving
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio

KEY = "a-key-that-is-never-told"
OTHER_KEY = "another-key-never-told-either"


class Hears(ScriptedRecognizer):
    """Hears the same, again and again."""

    says: str | Transcript | Exception = "What does it cost?"

    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        self._rest = [self.says]
        return await super().transcribe(audio, **options)


@dataclass
class Answers(ScriptedAgent):
    """Gives the same answer, again and again, word by word; first it waits where it is told to."""

    says: str | Analysis | Exception = "It costs ninety dollars. That is little."
    waits: asyncio.Event | None = None
    began: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        self.began.set()
        if self.waits:
            try:
                await self.waits.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        await asyncio.sleep(
            0.001
        )  # a real one waits for its model, and the graph tells meanwhile where it is
        self._rest = iter([self.says])
        return await super().answer(messages, language=language, say=say)


@dataclass
class Served:
    """One API, its parts, and a client with a key."""

    app: FastAPI
    client: httpx.AsyncClient
    recognizer: Hears
    synthesizer: ScriptedSynthesizer
    agent: Answers
    graph: Any
    locks: Path
    now: list[float]
    reviewing: Reviewing

    async def ask(self, **fields: Any) -> httpx.Response:
        """Ask in JSON."""
        return await self.client.post("/v1/ask", json=fields)

    async def ask_aloud(
        self, sound: bytes, headers: dict[str, str] | None = None, **fields: Any
    ) -> httpx.Response:
        """Ask by a recording."""
        return await self.client.post(
            "/v1/ask", files={"audio": ("q.wav", sound)}, data=fields, headers=headers
        )


Serve = Callable[..., Served]


def make_api(
    locks: Path, *, insecure: bool = False, parts: dict[str, Any] | None = None, **settings: Any
) -> Served:
    """An API.

    Args:
        locks: a folder for the locks of conversations.
        insecure: without keys.
        parts: in place of the scripted ones.
        settings: in place of the usual ones.
    """
    given = parts or {}
    agent = given.get("agent") or Answers("cto", [])
    agents = given.get("agents") or [agent]
    recognizer = given.get("recognizer") or Hears([])
    synthesizer = given.get("synthesizer") or ScriptedSynthesizer(seconds_per_character=0.005)
    graph = given.get("graph") or create_voice_graph(
        agents, router=ScriptedRouter([[each.name for each in agents]])
    ).compile(checkpointer=InMemorySaver())
    now = [0.0]
    ledger = open_ledger(locks / "ledger")
    store = DecisionStore(ledger, clock=lambda: 1_800_000_000 + now[0])
    reviewing = Reviewing(store, Approvers(store, ledger.persons))
    api = create_api(
        graph,
        recognizer=recognizer,
        synthesizer=synthesizer,
        hold=given.get("hold") or (lambda thread: ThreadLock(locks, thread, wait_s=0)),
        settings=ApiSettings(**{"keys": (SecretStr(KEY), SecretStr(OTHER_KEY)), **settings}),
        insecure=insecure,
        hotwords=["EMADS"],
        agents=["cto"],
        reviewing=reviewing,
        clock=lambda: now[0],
    )
    app = FastAPI(openapi_url=None)
    app.routes.append(mount_api(api))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://localhost",
        headers={"authorization": f"Bearer {KEY}"},
    )
    return Served(app, client, recognizer, synthesizer, agent, graph, locks, now, reviewing)


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Makes APIs, as :func:`make_api` does."""
    made: list[Served] = []

    def make(**options: Any) -> Served:
        made.append(make_api(tmp_path, **options))
        return made[-1]

    yield make
    for each in made:
        await each.client.aclose()


@pytest.fixture
def api(serve: Serve) -> Served:
    """An API with everything usual."""
    return serve()


@pytest.fixture(scope="session")
def hum() -> bytes:
    """A recording of no more than a sound, as a WAV."""
    sound = 0.1 * np.sin(np.arange(8_000) * 0.1)
    return Audio(sound.astype(np.float32), 16_000).to_wav()


@pytest.fixture
def openai_client(api: Served) -> Iterator[OpenAI]:
    """OpenAI's own client, over loopback, of the API that ``api`` gives."""
    with serving(api.app) as url, OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0) as client:
        yield client


class Books(ScriptedAgent):
    """Asks when, and whether it may; then says what it was told."""

    async def answer(self, *args: Any, **options: Any) -> Analysis:
        when = interrupt("For which day?")
        return Analysis(answer=f"Booked for {when}.", agent=self.name)


@pytest.fixture
def books(serve: Serve) -> Served:
    """An API whose agent asks back."""
    graph = create_voice_graph([Books("cto", [])], router=ScriptedRouter([["cto"]])).compile(
        checkpointer=InMemorySaver()
    )
    return serve(parts={"graph": graph})


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """The events of a stream: name, data."""
    found = []
    for block in response.text.split("\n\n")[:-1]:
        head, _, data = block.partition("\n")
        found.append((head.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def error(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which has OpenAI's shape."""
    body = response.json()
    assert list(body) == ["error"]
    shape = ["message", "type", "param", "code"]
    assert list(body["error"]) in (shape, [*shape, "thread"], [*shape, "decision"])
    assert body["error"]["message"].endswith(".")
    return response.status_code, body["error"]["code"]


def plan(risk: float = 5, action: str = "Move to Kubernetes") -> Plan:
    """A plan to be decided on."""
    points = Sourced(value=risk, because=[Contribution(points=risk, rule="as said", source="test")])
    decision = Decision(
        objective="Should we move?",
        recommended=["Kubernetes"],
        complexity=Sourced(value=0, because=[]),
        risk=points,
        risk_level="high" if risk >= 8 else "medium" if risk >= 4 else "low",
        escalate=False,
        accountable="cto",
    )
    return Plan(action=action, decision=decision, steps=(Step(executor="record"),))
