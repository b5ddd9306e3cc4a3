"""What is recommended is put before people, once, and the caller is told where it waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.agents.decisions import Decision
from emads_voice.agents.forms import Analysis, CostEstimate, Option
from emads_voice.channels.turn import Turn, run_turn
from emads_voice.database import DatabaseError
from emads_voice.decisions import DecisionStore, Kept, PlanProposals, Step
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.graph.proposing import decision_id_of
from emads_voice.observability.ledger import Ledger, open_ledger
from emads_voice.testing import ScriptedAgent, ScriptedRouter
from emads_voice.voice.ear import TypedEar
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language

LAN = "+84912345678"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def store(ledger: Ledger) -> DecisionStore:
    return DecisionStore(ledger)


def view(agent: str, *, recommends: str = "Buy vans", **changes: Any) -> Analysis:
    whole = {
        "answer": f"The {agent} would buy them.",
        "agent": agent,
        "kind": "proposal",
        "options": [Option(name="Buy vans", cost=CostEstimate(one_time=2_000, monthly=0))],
        "recommendation": recommends,
        "confidence": 0.8,
    }
    return Analysis.model_validate(whole | changes)


async def ask(
    proposals: Any, *views: Analysis, language: Language = ENGLISH, thread_id: str = "t", **context: Any
) -> Turn:
    agents = [ScriptedAgent(each.agent, [each]) for each in views]
    router = ScriptedRouter([[agent.name for agent in agents]])
    graph = create_voice_graph(agents, router=router, proposals=proposals).compile(
        checkpointer=InMemorySaver()
    )
    ear = TypedEar("Should we buy the vans?", language=language)
    return await run_turn(graph, VoiceContext(ear=ear, **context), thread_id=thread_id)


@pytest.fixture
def proposals(store: DecisionStore, ledger: Ledger) -> PlanProposals:
    return PlanProposals(store, ledger.persons, [Step(executor="decision_record")])


@pytest.mark.parametrize("agents", [("cto",), ("cto", "coo")])
async def test_what_is_recommended_waits_under_a_reference_that_is_told(
    proposals: PlanProposals, store: DecisionStore, agents: tuple[str, ...]
) -> None:
    turn = await ask(proposals, *(view(agent) for agent in agents))
    (kept,) = store.find(thread_id="t")
    assert turn.state["decision_id"] == kept.id
    assert (kept.status, kept.plan.action) == ("pending", "Go ahead with Buy vans.")
    assert [step.executor for step in kept.plan.steps] == ["decision_record"]
    assert (turn.answer or "").endswith(f"This waits for approval, under the reference {kept.reference}.")
    assert turn.state["messages"][-1].text == turn.answer


async def test_on_the_telephone_the_read_back_tells_it_and_the_caller_is_known(
    proposals: PlanProposals, store: DecisionStore, ledger: Ledger
) -> None:
    turn = await ask(proposals, view("cto"), channel="phone", caller=LAN)
    (kept,) = store.find(asked_by=ledger.persons.name(LAN))
    assert turn.state["decision_id"] == kept.id
    assert kept.reference not in (turn.answer or "")


async def test_it_is_worded_in_the_language_of_the_caller(
    proposals: PlanProposals, store: DecisionStore
) -> None:
    turn = await ask(proposals, view("cto"), language=VIETNAMESE)
    (kept,) = store.find()
    assert (kept.plan.action, kept.plan.language) == ("Thực hiện phương án Buy vans.", "Vietnamese")
    assert f"mã tham chiếu {kept.reference}" in (turn.answer or "")


async def test_nothing_is_put_where_nothing_is_recommended(
    proposals: PlanProposals, store: DecisionStore
) -> None:
    facts = await ask(proposals, view("cto", kind="fact", options=[], recommendation=""))
    assert facts.state["decision_id"] is None
    against = await ask(
        proposals, view("cto", stance="against"), view("coo", stance="against"), thread_id="u"
    )
    assert against.state["decision"]
    assert against.state["decision"]["recommended"] == []
    assert against.state["decision_id"] is None
    assert store.find() == []


@pytest.mark.parametrize(
    ("language", "told"),
    [(ENGLISH, "none of them is put forward for approval"), (VIETNAMESE, "chưa trình phương án nào")],
)
async def test_of_options_that_tie_none_is_put_and_that_is_said(
    proposals: PlanProposals, store: DecisionStore, language: Language, told: str
) -> None:
    cost = CostEstimate(one_time=2_000, monthly=0)
    both = [Option(name=name, cost=cost) for name in ("Buy vans", "Hire drivers")]
    views = [
        view(agent, recommends=option.name, options=both)
        for agent, option in zip(("cto", "coo"), both, strict=True)
    ]
    turn = await ask(proposals, *views, language=language)
    assert turn.state["decision"]
    assert turn.state["decision"]["tied"]
    assert told in (turn.answer or "")
    assert (turn.state["decision_id"], store.find()) == (None, [])


async def test_a_turn_that_is_run_again_proposes_nothing_twice(
    proposals: PlanProposals, store: DecisionStore
) -> None:
    turn = await ask(proposals, view("cto"))
    made = decision_id_of("t", turn.state["turn_id"])
    again = await proposals.put(
        Decision.model_validate(turn.state["decision"]),
        action="Go ahead with Buy vans.",
        language="English",
        thread_id="t",
        caller="",
        decision_id=made,
    )
    assert [kept.id for kept in store.find()] == [again.id] == [turn.state["decision_id"]]


class Down:
    """A store whose database does not answer."""

    async def put(self, decision: Decision, **told: Any) -> Kept:
        raise DatabaseError("Postgres does not answer.")


@pytest.mark.parametrize("channel", ["phone", "http"])
async def test_a_store_that_is_down_leaves_the_answer_and_is_told(
    channel: str, caplog: pytest.LogCaptureFixture
) -> None:
    turn = await ask(Down(), view("cto"), view("coo"), channel=channel)
    assert "Buy vans" in (turn.answer or "")
    assert "could not put this before anybody" in (turn.answer or "")
    assert turn.state["decision_id"] is None
    assert turn.state["ended"] == "answered"
    assert "Postgres does not answer." in caplog.text
