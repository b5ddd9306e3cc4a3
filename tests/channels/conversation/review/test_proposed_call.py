"""One call from the question to the record: proposed, read back, not decided by a word, decided by a key, done once."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from emads_voice.agents.forms import Analysis, Complexity, CostEstimate, Option, Risk
from emads_voice.decisions import Approvers, DecisionStore, ExecutionQueue, PlanProposals, Step, Worker
from emads_voice.decisions.desk import Desk
from emads_voice.decisions.records import decision_record
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.messages import shipped
from emads_voice.observability.ledger import Ledger, open_ledger
from emads_voice.testing import ScriptedAgent, ScriptedLine, ScriptedRouter
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.text.reading import read_aloud

LAN = "+84912345678"


def view(agent: str) -> Analysis:
    """What both would do, at low risk."""
    return Analysis(
        answer="Move them.",
        agent=agent,
        kind="proposal",
        options=[Option(name="Move the printers", cost=CostEstimate(one_time=100, monthly=0))],
        recommendation="Move the printers",
        confidence=0.9,
        complexity=Complexity(
            data_sources=1, logic_branches=1, integration_points=1, error_paths=1, human_touchpoints=1
        ),
        risks=[Risk(risk="noise", probability="low", impact="low", mitigation="carpets")],
    )


def proposing(tmp_path: Path, *asked: list[str]) -> tuple[Ledger, DecisionStore, Desk, Any]:
    """A deployment whose two agents propose the same to each question."""
    ledger = open_ledger(tmp_path)
    store = DecisionStore(ledger)
    graph = create_voice_graph(
        [ScriptedAgent(name, [view(name)] * len(asked), repeatable=True) for name in ("cto", "coo")],
        router=ScriptedRouter(asked),
        proposals=PlanProposals(store, ledger.persons, [Step(executor="decision_record")]),
    )
    return ledger, store, Desk(store, Approvers(store, ledger.persons), ledger.persons), graph


async def settled(line: ScriptedLine) -> None:
    """Until nothing is said for a while; threads take real time, the call virtual time."""
    for _ in range(3):
        await asyncio.to_thread(lambda: None)
        await line.wait(0.5)
        await line.until_quiet()


def test_what_two_agents_propose_is_decided_by_a_key_and_written_down_once(call: Any, tmp_path: Path) -> None:
    ledger, store, desk, graph = proposing(tmp_path, ["cto", "coo"])
    after_yes: list[str] = []

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await settled(line)
        await line.speak(0.5)  # "Yes."
        await settled(line)
        after_yes.extend(kept.status for kept in await asyncio.to_thread(store.find))
        line.press("1")
        await settled(line)

    done = call(
        caller,
        hears=["Where should the printers stand?", "Yes."],
        graph=graph,
        decisions=desk,
        context=VoiceContext(channel="phone", caller=LAN, call_sid="CA1"),
    )
    said = " ".join(done.said)
    messages = shipped().review("en")
    assert "The plan: Go ahead with Move the printers." in said
    assert read_aloud(messages.text("review_key_needed"), ENGLISH) in said
    assert after_yes == ["pending"]
    assert read_aloud(messages.text("review_approved"), ENGLISH) in said
    (kept,) = store.find()
    assert (kept.status, kept.approvals[0].read_back.digit) == ("approved", "1")
    assert kept.asked_by == ledger.persons.name(LAN)

    async def carry_out() -> list[bool]:
        executors = [decision_record(tmp_path / "decided")]
        workers = [Worker(store, ExecutionQueue(store, ledger), executors) for _ in range(2)]
        return [await worker.step() for worker in workers]

    assert asyncio.run(carry_out()) == [True, False]
    (record,) = (tmp_path / "decided").glob("*.json")
    assert json.loads(record.read_text("utf-8"))["id"] == kept.id
    assert store.get(kept.id).status == "executed"
    ledger.close()


def test_a_question_that_goes_on_takes_its_first_proposal_back(call: Any, tmp_path: Path) -> None:
    ledger, store, desk, graph = proposing(tmp_path, ["cto", "coo"], ["cto", "coo"])

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.speak(1.0)  # before any of the answer can have been heard
        await line.until_answered()
        await settled(line)

    call(
        caller,
        hears=["We could move the printers.", "To the second floor, because it is quiet."],
        graph=graph,
        decisions=desk,
        context=VoiceContext(channel="phone", caller=LAN, call_sid="CA1"),
    )
    second, first = store.find()
    assert second.plan.decision.objective.startswith("We could move the printers. To the second")
    assert (second.status, first.status) == ("pending", "withdrawn")
    assert first.reason.startswith("The question went on")
    ledger.close()
