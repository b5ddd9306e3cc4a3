"""Conversations that the previous release wrote go on with today's code: previous_release/make.py made them."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio

from emads_voice import SilentMouth, VoiceContext, create_voice_graph, run_turn
from emads_voice.channels.persistence.sqlite import FencedSqliteSaver
from emads_voice.testing import ScriptedAgent, ScriptedRouter

Ask = Callable[[str], VoiceContext]


@pytest_asyncio.fixture
async def saver(tmp_path: Path) -> AsyncIterator[Any]:
    packed = Path(__file__).parent / "previous_release" / "threads.sqlite.gz"
    file = tmp_path / "threads.sqlite"
    file.write_bytes(gzip.decompress(packed.read_bytes()))
    async with FencedSqliteSaver.from_conn_string(str(file)) as opened:
        yield opened


def _texts(state: Any) -> list[str]:
    return [message.text for message in state["messages"]]


async def test_a_conversation_of_several_turns(saver: Any, ask: Ask) -> None:
    cto, coo = ScriptedAgent("cto", ["Four."]), ScriptedAgent("coo", [])
    graph = create_voice_graph([cto, coo], router=ScriptedRouter([["cto"]])).compile(checkpointer=saver)
    turn = await run_turn(graph, ask("Fourth?"), thread_id="turns")
    assert (turn.answer, turn.state["turn"], turn.degraded) == ("Four.", 4, [])
    assert turn.speech
    assert turn.speech["played"] == "Four."
    told = _texts(turn.state)
    assert (told[:2], told[2], told[4], told[-2:]) == (
        ["First?", "One."],
        "Hai hay ba?",
        "Nobody's subject?",
        ["Fourth?", "Four."],
    )
    assert len(told) == 8
    assert set(turn.state["analyses"]) == {"cto"}  # those of the turns before are gone


async def test_an_answer_that_was_heard_in_part_or_not_at_all(saver: Any, ask: Ask) -> None:
    for thread, before in (("heard in part", ["First?", "One, of"]), ("not heard", ["First?"])):
        agent = ScriptedAgent("cto", ["Two."])
        graph = create_voice_graph([agent]).compile(checkpointer=saver)
        turn = await run_turn(graph, ask("Second?"), thread_id=thread)
        assert turn.answer == "Two."
        assert _texts(turn.state) == [*before, "Second?", "Two."]
        *asked, note, question = [message.text for message in agent.asked[0][0]]
        assert (asked, question) == (before, "Second?")
        assert note.startswith("(The caller "), "what was heard of the last answer is told"


async def test_a_turn_that_was_killed_goes_on(saver: Any, ask: Ask) -> None:
    agent = ScriptedAgent("cto", ["Two.", "Three."])
    graph = create_voice_graph([agent]).compile(checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "killed"}}
    assert (await graph.aget_state(config)).next == ("cto",)
    turn = await run_turn(graph, VoiceContext(mouth=SilentMouth()), thread_id="killed", resume=None)
    assert turn.answer == "Two."
    assert turn.speech
    assert turn.speech["played"] == "Two."
    assert _texts(turn.state) == ["First?", "One.", "Second?", "Two."]
    turn = await run_turn(graph, ask("Third?"), thread_id="killed")
    assert _texts(turn.state) == ["First?", "One.", "Second?", "Two.", "Third?", "Three."]


async def test_a_killed_turn_may_also_be_left_behind(saver: Any, ask: Ask) -> None:
    graph = create_voice_graph([ScriptedAgent("cto", ["Three."])]).compile(checkpointer=saver)
    turn = await run_turn(graph, ask("Third?"), thread_id="killed")
    assert _texts(turn.state) == ["First?", "One.", "Second?", "Third?", "Three."]


async def test_a_turn_of_then_can_be_run_again(saver: Any) -> None:
    cto, coo = ScriptedAgent("cto", ["Again."]), ScriptedAgent("coo", [])
    graph = create_voice_graph([cto, coo], router=ScriptedRouter([["cto"]])).compile(checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "turns"}}
    history = [state async for state in graph.aget_state_history(config)]
    first = next(state for state in reversed(history) if state.next == ("route",))
    turn = await run_turn(
        graph, VoiceContext(mouth=SilentMouth()), thread_id="turns", resume=None, config=first.config
    )
    assert _texts(turn.state) == ["First?", "Again."]
    assert turn.answer == "Again."
