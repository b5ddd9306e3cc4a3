"""Agents that others built, on a real phone: called by streamdouble, heard and answered in real sound, interrupted.

The calls run in real time, and so all of them at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice import Audio, as_agent, init_recognizer, init_synthesizer
from emads_voice.assembly.assistant import assemble
from emads_voice.assembly.calls import answer_calls
from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.transport import Transport
from emads_voice.settings import Settings
from emads_voice.testing import ScriptedChatModel
from emads_voice.voice.sound import g711

from ..agents_of_others import FIRST, SECOND, deep, supervised, swarming

pytest.importorskip("streamdouble", reason='it takes the extra "dev"')
pytest.importorskip("faster_whisper", reason='it takes the extra "local"')
pytest.importorskip("espeakng_loader", reason='it takes the extra "local"')

from streamdouble.scenario import Expect, Say, Scenario, Wait, WaitFor

PATIENCE_S = 20.0
"""A caller who has heard nothing by then hangs up."""

QUESTION = Path(__file__).parents[3] / "examples" / "audio" / "book-a-room.wav"
"""A person who says: book a room."""


def saying(recording: Path) -> Say:
    sound = g711.encode(Audio.load(recording).resample(8_000).samples)
    return Say(recording, [sound[at : at + 160].ljust(160, b"\xff") for at in range(0, len(sound), 160)])


def silence(over: asyncio.Event) -> Iterator[bytes]:
    """What a caller sends who listens."""
    give_up = time.monotonic() + PATIENCE_S
    while not over.is_set() and time.monotonic() < give_up:
        yield b"\xff" * 160


async def watch(graph: Any, threads: list[str], answered: asyncio.Event) -> None:
    """See from the conversation when its second turn was answered to the end."""
    while not answered.is_set():
        await asyncio.sleep(0.05)
        if threads:
            state = (await graph.aget_state({"configurable": {"thread_id": threads[0]}})).values
            if state.get("turn") == 2 and state.get("ended"):
                answered.set()


async def test_each_is_interrupted_and_answers_again(
    open_phone: Any, simulated_call: Any, eventually: Any, tmp_path: Path
) -> None:
    recognizer, synthesizer = init_recognizer("whisper:base"), init_synthesizer("espeak")
    await asyncio.gather(recognizer.warm_up(), synthesizer.warm_up())

    async def talk(make: Any) -> tuple[Any, list[Any], ScriptedChatModel]:
        """What streamdouble reports of a call, the conversation it left, and the model that spoke in it."""
        chat = ScriptedChatModel(script=[], word_s=0.01)
        assistant = assemble(
            as_agent(make(chat), name="support"),
            checkpointer=InMemorySaver(),
            recognizer=recognizer,
            synthesizer=synthesizer,
            languages=["en"],
            settings=Settings(data_dir=tmp_path / make.__name__),
        )
        threads: list[str] = []
        answered = asyncio.Event()
        async with assistant.open_with_locks() as (graph, locks):
            # Nothing but answers is to be heard, however slow the machine.
            options = ConversationOptions(opening=None, filler_after_s=60, answer_within_s=60)
            answer = await answer_calls(assistant, graph, options, locks=locks)

            async def converse(line: Transport, call: CallInfo) -> int | None:
                threads.append(call.thread_id)
                return await answer(line, call)

            phone = await open_phone(converse, insecure=True)
            steps = [
                Wait(0.5),
                saying(QUESTION),
                WaitFor("audio", timeout_s=PATIENCE_S),
                Wait(1.2),  # into the first sentence
                saying(QUESTION),
                Say(QUESTION, silence(answered)),
                Expect("clear"),
            ]
            watching = asyncio.create_task(watch(graph, threads, answered))
            report = await simulated_call(
                f"ws://127.0.0.1:{phone.port}/twilio/media", scenario=Scenario(make.__name__, steps)
            )
            watching.cancel()
            await eventually(lambda: phone.admission.calls == 0)
            state = await graph.aget_state({"configurable": {"thread_id": threads[0]}})
        return report, state.values["messages"], chat

    for report, messages, chat in await asyncio.gather(*map(talk, (supervised, swarming, deep))):
        assert report.violations == []
        assert report.result.clears_received >= 1
        question, played, interruption, answer = messages
        assert "room" in question.text.lower()
        assert "room" in interruption.text.lower()
        assert played.additional_kwargs["whole_answer"] == FIRST
        assert 0 < len(played.text) < len(FIRST)
        assert FIRST.startswith(played.text)
        assert answer.text == SECOND
        seen = [message.text for message in chat.asked[-1]]
        assert any(FIRST in text for text in seen), "it knows what it said"
        assert any(f'only this of it: "{played.text}"' in text for text in seen), "and what was heard"
