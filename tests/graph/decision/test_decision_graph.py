"""A decision as a graph: its review waits, who decides is never read from the payload, and it is done once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.agents.decisions import Contribution, Decision, Sourced
from emads_voice.agents.forms import Analysis, Complexity, Option
from emads_voice.agents.reconciliation.policy import Policy
from emads_voice.decisions import (
    Approvers,
    Channel,
    DecisionStore,
    ExecutionQueue,
    Executor,
    Kept,
    Plan,
    PlanProposals,
    Step,
    Worker,
)
from emads_voice.graph.decision import AgentPlanner, DecisionContext, create_decision_graph
from emads_voice.messages import shipped
from emads_voice.observability import attributes
from emads_voice.observability.ledger import open_ledger
from emads_voice.testing import ScriptedAgent

APPROVE = {"decisions": [{"type": "approve"}]}


def edit(**args: str) -> dict[str, Any]:
    return {"decisions": [{"type": "edit", "edited_action": {"name": "carry_out_plan", "args": args}}]}


class Deployment:
    """A store with one approver, an executor that counts, and an agent that plans again."""

    def __init__(self, folder: Path) -> None:
        self.ledger = open_ledger(folder)
        self.store = DecisionStore(self.ledger)
        self.approvers = Approvers(self.store, self.ledger.persons)
        self.token = self.approvers.add("lan")
        self.other = self.approvers.add("minh")
        self.done: list[str] = []

        @tool
        async def record(idempotency_key: str) -> str:
            """Record it."""
            self.done.append(idempotency_key)
            return "Written down."

        steps = [Step(executor="record")]
        again = Analysis(
            answer="Lease them.",
            agent="cto",
            kind="proposal",
            options=[Option(name="Lease vans")],
            recommendation="Lease vans",
            complexity=Complexity(
                data_sources=1, logic_branches=1, integration_points=1, error_paths=1, human_touchpoints=1
            ),
        )
        self.agent = ScriptedAgent("cto", [again] * 4)
        proposals = PlanProposals(self.store, self.ledger.persons, steps)
        worker = Worker(
            self.store, ExecutionQueue(self.store, self.ledger), [Executor(record, honours_key=True)]
        )
        self.graph: Any = create_decision_graph(
            self.store,
            self.approvers,
            worker,
            planner=AgentPlanner([self.agent], proposals, shipped(), Policy()),
        ).compile(checkpointer=InMemorySaver())

    def propose(self, risk: float = 2) -> Kept:
        decision = Decision(
            objective="Should we buy the vans?",
            recommended=["Buy vans"],
            consulted=["cto"],
            complexity=Sourced(value=0, because=[]),
            risk=Sourced(value=risk, because=[Contribution(points=risk, rule="as said", source="test")]),
            risk_level="low" if risk < 4 else "high",
            escalate=False,
            accountable="coo",
        )
        plan = Plan(action="Buy the vans.", decision=decision, steps=(Step(executor="record"),))
        return self.store.propose(plan, decision_id=str(uuid4()))

    async def run(self, kept: Kept, given: Any, token: str = "") -> dict[str, Any]:
        config = {"configurable": {"thread_id": kept.id}}
        told: dict[str, Any] = await self.graph.ainvoke(
            given, config, context=DecisionContext.model_validate({"__token": token})
        )
        return told


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path)
    yield made
    made.ledger.close()


def asked(told: dict[str, Any]) -> dict[str, Any]:
    (waiting,) = told["__interrupt__"]
    value: dict[str, Any] = waiting.value
    return value


async def test_it_waits_in_the_shape_of_the_middleware(deployed: Deployment) -> None:
    kept = deployed.propose()
    request = asked(await deployed.run(kept, {}))
    (action,), (config,) = request["action_requests"], request["review_configs"]
    assert set(action) == {"name", "args", "description"}
    assert action["args"] | {"action": "", "feedback": ""} == {
        "decision_id": kept.id, "version": 1, "plan_hash": kept.plan_hash, "action": "", "feedback": ""
    }  # fmt: skip
    assert config == {"action_name": action["name"], "allowed_decisions": ["approve", "edit", "reject"]}
    assert kept.reference in action["description"]


async def test_an_approver_approves_and_it_is_carried_out_once_and_told(deployed: Deployment) -> None:
    kept = deployed.propose()
    await deployed.run(kept, {})
    told = await deployed.run(kept, Command(resume=APPROVE), deployed.token)
    assert told["status"] == "executed"
    assert told["messages"][-1].text == "Buy the vans. It was carried out. Written down."
    again = await deployed.run(kept, {})
    assert again["status"] == "executed"
    assert len(again["messages"]) == 2  # the plan, and what came of it
    assert deployed.done == [f"{kept.id}:1:0"]
    (approval,) = deployed.store.get(kept.id).approvals
    assert (approval.approver, approval.channel) == ("lan", "studio")


@pytest.mark.parametrize("token", ["", "made-up"])
async def test_nobody_is_who_the_payload_says(deployed: Deployment, token: str) -> None:
    kept = deployed.propose()
    await deployed.run(kept, {})
    claims = {"decisions": [{"type": "approve", "reviewer": "lan", "token": deployed.token}], "by": "lan"}
    told = await deployed.run(kept, Command(resume=claims), token)
    assert "token" in asked(told)["action_requests"][0]["description"]
    assert deployed.store.get(kept.id).status == "pending"
    assert deployed.done == []


@pytest.mark.parametrize("resumed", ["yes", {}, {"decisions": []}, {"decisions": [{"type": "skip"}]}])
async def test_what_is_no_decision_is_asked_again(deployed: Deployment, resumed: Any) -> None:
    kept = deployed.propose()
    await deployed.run(kept, {})
    told = await deployed.run(kept, Command(resume={"answer": resumed}), deployed.token)
    assert "Decide with" in asked(told)["action_requests"][0]["description"]
    assert deployed.store.get(kept.id).status == "pending"


async def test_it_leaves_spans_with_how_it_stands(deployed: Deployment, spans: InMemorySpanExporter) -> None:
    kept = deployed.propose()
    await deployed.run(kept, {})
    await deployed.run(kept, Command(resume=APPROVE), "made-up")
    await deployed.run(kept, Command(resume=APPROVE), deployed.token)
    told = [
        (
            span.name,
            (span.attributes or {})[attributes.DECISION_STATUS],
            [event.name for event in span.events],
        )
        for span in spans.get_finished_spans()
        if span.name in ("review", "execute", "report")
    ]
    assert ("review", "waiting", []) in told  # people are waited for, which is no failure
    assert ("review", "pending", ["review.refused"]) in told
    assert told[-3:] == [("review", "approved", []), ("execute", "executed", []), ("report", "executed", [])]
    assert not [
        span for span in spans.get_finished_spans() if not span.status.is_ok and span.status.description
    ]
    assert {(span.attributes or {})[attributes.CONVERSATION_ID] for span in spans.get_finished_spans()} == {
        kept.id
    }


async def test_a_plan_that_has_changed_is_not_approved_unread(deployed: Deployment) -> None:
    kept = deployed.propose()
    await deployed.run(kept, {})
    minh = deployed.approvers.by_token(deployed.other, Channel.HTTP)
    assert minh
    deployed.store.edit(kept.id, 1, kept.plan_hash, minh, "Cheaper.")
    other = kept.plan.model_copy(update={"action": "Buy the bigger vans."})
    deployed.store.revise(kept.id, 1, other)
    told = await deployed.run(kept, Command(resume=APPROVE), deployed.token)
    action = asked(told)["action_requests"][0]
    assert "has changed" in action["description"]
    assert (action["args"]["version"], action["args"]["action"]) == (2, "Buy the bigger vans.")
    assert deployed.store.get(kept.id).status == "pending"


async def test_an_edit_has_the_agents_asked_again_three_times_at_most(deployed: Deployment) -> None:
    kept = deployed.propose()
    await deployed.run(kept, {})
    told = await deployed.run(kept, Command(resume=edit(feedback="Cheaper.")), deployed.token)
    args = asked(told)["action_requests"][0]["args"]
    assert (args["version"], args["action"]) == (2, "Go ahead with Lease vans.")
    assert "Cheaper." in str(deployed.agent.asked[-1][0][-1].content)
    # Who has shaped a plan does not approve it.
    told = await deployed.run(kept, Command(resume=APPROVE), deployed.token)
    assert "shaped" in asked(told)["action_requests"][0]["description"]
    for version in (3, 4):
        third = deployed.approvers.add(f"person{version}")
        told = await deployed.run(kept, Command(resume=edit(feedback=f"Cheaper {version}.")), third)
        assert asked(told)["action_requests"][0]["args"]["version"] == version
    last = deployed.approvers.add("last")
    told = await deployed.run(kept, Command(resume=edit(feedback="Again.")), last)
    assert "changed 3 times" in asked(told)["action_requests"][0]["description"]


async def test_what_was_decided_elsewhere_is_the_truth(deployed: Deployment) -> None:
    kept = deployed.propose()
    await deployed.run(kept, {})
    deployed.store.withdraw(kept.id, "minh")
    told = await deployed.run(kept, Command(resume=APPROVE), deployed.token)
    assert told["status"] == "withdrawn"
    assert "it was withdrawn" in told["messages"][-1].text
    assert deployed.done == []


async def test_a_rejection_is_told(deployed: Deployment) -> None:
    kept = deployed.propose()
    await deployed.run(kept, {})
    no = {"decisions": [{"type": "reject", "message": "Too dear."}]}
    told = await deployed.run(kept, Command(resume=no), deployed.token)
    assert told["status"] == "rejected"
    assert deployed.store.get(kept.id).reason == "Too dear."
