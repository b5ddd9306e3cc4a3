"""What a type checker sees in a project beside this one, from a wheel and from an editable install."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

import emads_voice
import emads_voice.testing
import emads_voice.voice

pytest.importorskip("mypy", reason='it takes the extra "dev"')
pytest.importorskip("pyright", reason='it takes the extra "dev"')

CACHE = Path(__file__).parents[2] / ".mypy_cache" / "beside"
"""Kept between runs: the first one reads all of LangGraph."""

PYRIGHT = {
    "include": ["project.py"],
    "pythonVersion": "3.11",
    "typeCheckingMode": "strict",
    "reportMissingTypeStubs": "none",  # LangGraph does not say that it is typed
    "reportUnknownMemberType": "none",  # nor is all of it
    "reportUnnecessaryTypeIgnoreComment": "error",
}

PROJECT = """
from collections.abc import AsyncIterator, Sequence
from typing import Any, assert_type

import numpy as np
from fastapi import FastAPI
from langchain_core.messages import AIMessage, BaseMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.store.memory import InMemoryStore

import emads_voice
import emads_voice.testing
import emads_voice.voice
from emads_voice import (
    Agent, Analysis, Assistant, Audio, ClipEar, ClipMouth, Conversation, ConversationOptions, EmadsVoiceError, Event,
    HungUp, Language, LiveEvent, LiveVad, Recognizer, Route, Samples, Say, Services, Synthesizer, Transcript, Turn,
    VoiceContext, VoiceState, assemble, create_voice_graph, find_language, init_recognizer, init_synthesizer,
    phone_app, run_turn, sample_company, serve, shared_vad,
)
from emads_voice.testing import RecognizerConformance, Sample, ScriptedAgent

ENGLISH = find_language("en")


class Clock(Agent):
    name = "clock"
    description = "Tells the time."
    exemplars = ("What time is it?",)

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        return Analysis(agent=self.name, answer="It is noon.", confidence=1.0)


class ByKeyword:
    async def warm_up(self, agents: Sequence[Agent]) -> None: ...

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        return Route(agents=["clock"], reason="It was asked for.")


class Acme:
    name = "acme:small"
    languages = (ENGLISH,)

    async def warm_up(self, language: Language | None = None) -> None: ...

    async def transcribe(
        self, audio: Audio, *, language: Language | None = None, timestamps: bool = False, **options: Any
    ) -> Transcript:
        return Transcript("What time is it?", ENGLISH, audio.duration_s, self.name)

    async def synthesize(self, text: str, *, language: Language, **options: Any) -> AsyncIterator[Audio]:
        yield Audio(np.zeros(100, np.float32), 16_000)


class Line:
    rate = 8_000

    async def events(self) -> AsyncIterator[Event]:
        yield HungUp("the caller hung up")

    async def play(self, samples: Samples) -> None: ...
    async def mark(self, name: str) -> None: ...
    async def clear(self) -> None: ...
    def tell(self, event: LiveEvent) -> None: ...
    async def hang_up(self) -> None: ...
    async def transfer(self, to: str) -> None: ...
    async def record(self, *, consent: str) -> None: ...


class TestAcme(RecognizerConformance):
    def sample(self) -> Sample:
        return Sample(Audio.load("question.wav"), "what time is it", ENGLISH)


async def main() -> None:
    agents: list[Agent] = [Clock(), ScriptedAgent("desk", ["On Monday."])]
    voice_graph = create_voice_graph(agents, router=ByKeyword(), recognizer=Acme())
    graph = voice_graph.compile(checkpointer=InMemorySaver())
    ear, mouth = ClipEar(Acme(), Audio.load("question.wav")), ClipMouth(Acme())
    try:
        turn = await run_turn(graph, VoiceContext(ear=ear, mouth=mouth), thread_id="1")
        assert_type(turn, Turn)
        assert_type(turn.state, VoiceState)
        assert_type(turn.answer, str | None)
    except EmadsVoiceError as error:
        print(error)
    services = Services(graph, Acme(), Acme(), LiveVad(shared_vad()))
    call = Conversation(services, Line(), thread_id="1", options=ConversationOptions(idle_s=3))
    print(await call.run(), mouth.audio)
    assert_type(init_recognizer("whisper:base"), Recognizer)
    assert_type(init_synthesizer("piper"), Synthesizer)


def reply(state: MessagesState) -> dict[str, list[AIMessage]]:
    return {"messages": [AIMessage("It is noon.")]}


clock = StateGraph(MessagesState).add_node("reply", reply).add_edge(START, "reply").compile()


def answer_the_phone() -> None:
    assert_type(phone_app(clock, checkpointer=InMemorySaver(), languages=["en", ENGLISH]), FastAPI)
    assert_type(assemble(sample_company()), Assistant)
    serve([clock, Clock()], checkpointer=AsyncSqliteSaver.from_conn_string("kept.sqlite"), store=InMemoryStore())
    serve(create_voice_graph([Clock()]), options=ConversationOptions(idle_s=3), recognizer=Acme(), insecure=True)
"""
"""A program that is right. Its Recognizer takes what else may be asked of one as options."""


def whatever_is_any() -> str:
    """A line for each public name that is wrong; mypy says so, unless the name is ``Any`` to it."""
    return "\n".join(
        f"{package.__name__}.{name}.nothing_of_the_kind  # type: ignore[attr-defined]"
        for package in (emads_voice, emads_voice.voice, emads_voice.testing)
        for name in package.__all__
        if name != "LANGUAGES"
    )


def install(wheel: Path, folder: Path) -> Path:
    """The Python of an environment that has this wheel of ours, and of others what this one has."""
    venv.create(folder, symlinks=sys.platform != "win32")
    paths = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    site = Path(paths["purelib"])
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return Path(paths["scripts"]) / ("python.exe" if sys.platform == "win32" else "python")


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_a_project_beside_it_is_checked_strictly(
    kind: str, tree: Path, build: Callable[[Path, str, Path], Path], tmp_path: Path
) -> None:
    python = install(build(tree, kind, tmp_path / "built"), tmp_path / "environment")
    project = tmp_path / "project.py"
    project.write_text(f"{PROJECT}\n{whatever_is_any()}\n", "utf-8")

    there = subprocess.run(
        [python, "-c", "import emads_voice as found; print(found.Language, found.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert str(tmp_path if kind == "wheel" else tree) in there.stdout, there.stderr

    options = ["--strict", "--python-executable", str(python), "--cache-dir", str(CACHE), "--config-file", ""]
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", *options, project.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.startswith("Success"), f"{checked.stdout}{checked.stderr}"

    (tmp_path / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), "utf-8")
    looked = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", str(python)],
        cwd=tmp_path,
        # It asks the registry for a newer version of itself, unless it is to say nothing of it.
        env=os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert looked.stdout.startswith("0 errors, 0 warnings"), f"{looked.stdout}{looked.stderr}"


def test_the_layout_for_type_checkers_follows_what_is_added_and_removed(
    tree: Path, build: Callable[[Path, str, Path], Path], tmp_path: Path
) -> None:
    build(tree, "editable", tmp_path / "built")
    package = tree / "build" / "editable" / "emads_voice"
    added = tree / "emads_voice" / "added.py"
    lay_out = [sys.executable, "build_backend/layout.py"]
    try:
        added.touch()
        (package / "__pycache__").mkdir(exist_ok=True)  # Python makes one where it imports from
        subprocess.run(lay_out, cwd=tree, check=True)
        assert (package / "added.py").exists()
        assert (package / "voice" / "languages.py").samefile(tree / "voice" / "languages.py")
    finally:
        added.unlink()
    subprocess.run(lay_out, cwd=tree, check=True)
    assert not (package / "added.py").is_symlink()
