"""What a turn leaves in the audit trail: heard, routed, analysed, said, in that order and with no words more."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.agents import Analysis
from emads_voice.channels.turn import run_turn
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.testing import MemoryAuditLog, ScriptedAgent, ScriptedRouter
from emads_voice.voice.ear import TypedEar


def kinds(log: MemoryAuditLog) -> list[str]:
    return [event.kind for event in log.events]


async def turn(log: MemoryAuditLog, *agents: ScriptedAgent, asks: str = "may we?") -> Any:
    graph = create_voice_graph(agents, router=ScriptedRouter([[each.name for each in agents]]), audit=log)
    return await run_turn(
        graph.compile(checkpointer=InMemorySaver()), VoiceContext(ear=TypedEar(asks)), thread_id="call-7"
    )


async def test_a_turn_of_several_agents_is_recorded_step_by_step() -> None:
    log = MemoryAuditLog()
    await turn(log, ScriptedAgent("cto", ["Yes, ring 0912 345 678."]), ScriptedAgent("coo", ["No."]))
    assert kinds(log) == ["voice_input", "routed", "analysed", "analysed", "said"]
    routed, first, second, said = log.events[1:]
    assert routed.details == {"agents": "cto, coo"}
    first, second = sorted((first, second), key=lambda event: str(event.details["agent"]), reverse=True)
    assert second.details["agent"] == "coo"
    assert first.details == {"agent": "cto", "degraded": False, "failed": False, "withheld": ""}
    assert "[phone]" in said.text
    assert "0912" not in said.model_dump_json()
    assert said.played == said.text
    assert said.details == {"interrupted": False}
    assert {(event.thread_id, event.turn) for event in log.events} == {("call-7", 1)}
    assert len({event.trace_id for event in log.events}) == 1
    assert kinds(log)[: len(log.appended)] == ["voice_input"]


async def test_an_agent_that_fails_is_recorded_as_one() -> None:
    class Failing(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            raise ZeroDivisionError("of my phone 0912345678")

    log = MemoryAuditLog()
    await turn(log, Failing("cto", [""]))
    analysed = next(event for event in log.events if event.kind == "analysed")
    assert (analysed.details["failed"], analysed.details["degraded"]) == (True, True)
    assert "0912345678" not in "".join(event.model_dump_json() for event in log.events)


async def test_silence_is_answered_and_recorded() -> None:
    log = MemoryAuditLog()
    await turn(log, ScriptedAgent("cto", ["Yes."]), asks="   x")
    assert kinds(log)[0] == "voice_input"
    assert kinds(log)[-1] == "said"
