"""The pages at /decisions over a store of their own, with two approvers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emads_voice.agents.decisions import Contribution, Decision, Sourced
from emads_voice.channels.pages.decisions import decisions_pages
from emads_voice.decisions import Approvers, DecisionStore, Kept, Plan, Step
from emads_voice.messages import shipped
from emads_voice.observability.ledger import Ledger, open_ledger


class Desk:
    """The pages over a store, with two approvers."""

    def __init__(self, ledger: Ledger) -> None:
        self.now = 1_800_000_000.0
        self.store = DecisionStore(ledger, clock=lambda: self.now)
        self.approvers = Approvers(self.store, ledger.persons)
        self.tokens = {name: self.approvers.add(name) for name in ("lan", "minh")}
        routes = decisions_pages(self.store, self.approvers, shipped(), secure=False)
        self.app = Starlette(routes=routes)

    def proposed(self, action: str = "Move the printers.", risk: float = 2) -> Kept:
        points = Sourced(
            value=risk, because=[Contribution(points=risk, rule="as counted", source="cto.risks")]
        )
        decision = Decision(
            objective="Where should they stand?",
            complexity=Sourced(value=0, because=[]),
            risk=points,
            risk_level="low",
            escalate=False,
            accountable="coo",
        )
        return self.store.propose(Plan(action=action, decision=decision, steps=(Step(executor="record"),)))

    def signed_in(self, name: str = "lan") -> TestClient:
        client = TestClient(self.app)
        answer = client.post("/decisions/sign-in", data={"token": self.tokens[name]})
        assert answer.status_code == 200, answer.text
        return client

    def form(self, client: TestClient, kept: Kept, verdict: str, feedback: str = "") -> dict[str, str]:
        page = client.get(f"/decisions/{kept.id}").text
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        return fields | {"verdict": verdict, "feedback": feedback}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ledger = open_ledger(tmp_path / "ledger")
    yield Desk(ledger)
    ledger.close()
