"""A plan that somebody wants changed is changed by a server that runs, whichever channel they came by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emads_voice.agents.decisions import Decision, Sourced
from emads_voice.decisions import Channel, DecisionStore, Kept, Plan, Proof, Reviewer, Step
from emads_voice.decisions.errors import DecisionError
from emads_voice.graph.decision.replanning import Replanning
from emads_voice.observability.ledger import Ledger, open_ledger

LAN = Reviewer("lan", Channel.HTTP, Proof.TOKEN)


def plan(action: str) -> Plan:
    none = Sourced(value=0, because=[])
    decision = Decision(
        objective="Vans?", complexity=none, risk=none, risk_level="low", escalate=False, accountable="coo"
    )
    return Plan(action=action, decision=decision, steps=(Step(executor="record"),))


class Planner:
    """Makes another plan, or knows none."""

    def __init__(self, *, knows: bool = True) -> None:
        self._knows = knows
        self.asked: list[str] = []

    async def plan(self, kept: Kept) -> Plan:
        self.asked.append(kept.reason)
        if not self._knows:
            raise DecisionError("The agents recommend nothing else: withdraw it.")
        return plan("Lease the vans.")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


def wanted(store: DecisionStore) -> Kept:
    kept = store.propose(plan("Buy the vans."))
    return store.edit(kept.id, 1, kept.plan_hash, LAN, "Cheaper, please.")


async def test_the_new_version_is_put_before_people(ledger: Ledger) -> None:
    store, planner = DecisionStore(ledger), Planner()
    kept = wanted(store)
    replanning = Replanning(store, planner)
    assert await replanning.step()
    assert not await replanning.step()
    changed = store.get(kept.id)
    assert (changed.status, changed.version, changed.plan.action) == ("pending", 2, "Lease the vans.")
    assert planner.asked == ["Cheaper, please."]


async def test_where_there_is_no_other_plan_nobody_waits_for_one(ledger: Ledger) -> None:
    store = DecisionStore(ledger)
    kept = wanted(store)
    replanning = Replanning(store, Planner(knows=False))
    assert await replanning.step()
    assert not await replanning.step()
    closed = store.get(kept.id)
    assert closed.status == "withdrawn"
    assert "recommend nothing else" in closed.reason
