"""What goes wrong in a call, and what we say besides answers, is in the audit trail: one call with all of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt

from emads_voice.agents.forms import Analysis
from emads_voice.channels.inbox import MAX_BACKLOG_S, Inbox
from emads_voice.channels.transport import Sound
from emads_voice.channels.turn import run_turn
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.graph.auditing import noting_happenings
from emads_voice.observability import attributes, happened
from emads_voice.testing import MemoryAuditLog, ScriptedAgent, ScriptedLine, ScriptedRouter
from emads_voice.voice.ear import TypedEar
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.languages import ENGLISH


class Asks(ScriptedAgent):
    """Asks one question, and on the way its first model has failed."""

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        happened(attributes.MODEL_FAILED, {attributes.REQUEST_MODEL: "gpt-5-mini"})
        told = interrupt("Which day shall it be?")
        return Analysis(answer=f"It is booked for {told}.", agent=self.name)


async def caller(line: ScriptedLine) -> None:
    await line.until_answered()  # the greeting
    await line.until_quiet()
    for _ in range(3):
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()


def test_what_is_asked_announced_failed_and_not_heard_is_recorded(call: Any) -> None:
    log = MemoryAuditLog()
    graph = create_voice_graph([Asks("cto", [])], router=ScriptedRouter([["cto"]]), audit=log)
    call(
        caller,
        hears=[RecognitionError("The server is away."), "book it", "Friday"],
        graph=graph,
        audit=log,
        opening="greeting",
        context=VoiceContext(channel="phone", direction="inbound"),
    )
    by_kind = {event.kind: event for event in log.events}
    assert by_kind["not_heard"].turn == 0
    assert dict(by_kind["failed_over"].details) == {"of": "chat model", "model": "gpt-5-mini"}
    asked = by_kind["asked"]
    assert (asked.text, asked.played, asked.turn) == ("Which day shall it be?",) * 2 + (1,)
    announced = [event.details["phrase"] for event in log.events if event.kind == "announced"]
    assert announced[0] == "greeting"
    assert len(announced) >= 2  # that nothing was understood is said
    heard = [event.text for event in log.events if event.kind == "voice_input"]
    assert heard == ["book it", "Friday"]
    assert by_kind["said"].text == "It is booked for Friday."


def test_what_is_said_to_who_waits_and_that_the_answer_was_given_up_is_recorded(call: Any) -> None:
    async def waits(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(8)

    log = MemoryAuditLog()
    how: dict[str, float] = {"answers_after_s": 60, "answer_within_s": 3, "filler_after_s": 1}
    call(waits, hears=["one?"], answers=["Never heard."], audit=log, **how)
    kinds = [event.kind for event in log.events]
    assert kinds.count("timed_out") == 1
    assert "error" not in kinds
    filler = next(event for event in log.events if event.kind == "announced")
    assert (filler.details["phrase"], filler.details["interrupted"]) == ("moment", False)
    assert filler.text == filler.played != ""
    assert kinds.index("announced") < kinds.index("timed_out")


async def test_words_that_do_not_answer_what_was_asked_are_recorded_in_writing_too() -> None:
    log, approval = MemoryAuditLog(), {
        "action_requests": [{"name": "pay", "args": {}}],
        "review_configs": [{"action_name": "pay", "allowed_decisions": ["approve", "reject"]}],
    }  # fmt: skip

    class Pays(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            return Analysis(answer=str(interrupt(approval)), agent=self.name)

    graph = create_voice_graph([Pays("cto", [])], router=ScriptedRouter([["cto"]]), audit=log).compile(
        checkpointer=InMemorySaver()
    )
    for words in ("pay it", "what a nice day", "yes"):
        ear = TypedEar(words, language=ENGLISH)
        await run_turn(graph, VoiceContext(ear=ear), thread_id="monday", audit=log)
    told = [(event.kind, event.turn) for event in log.events if event.kind in ("voice_input", "asked")]
    heard, asked = ("voice_input", 1), ("asked", 1)
    assert told == [heard, asked, heard, asked, heard]
    assert [event.text for event in log.events if event.kind == "voice_input"][1] == "what a nice day"


async def test_sound_that_nobody_listened_to_is_recorded_where_it_is_missing() -> None:
    log, inbox = MemoryAuditLog(), Inbox(8_000)
    for _ in range(MAX_BACKLOG_S + 2):
        inbox.keep(Sound(np.zeros(8_000, np.float32)))
    inbox.lose("the caller hung up")
    with noting_happenings(log, lambda: "call-1"):
        async for _ in inbox.events():
            pass
    (event,) = log.events
    assert (event.kind, event.thread_id, dict(event.details)) == (
        "sound_dropped",
        "call-1",
        {"seconds": 2.0},
    )
