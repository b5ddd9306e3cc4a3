"""A store of decisions in SQLite and in Postgres, with a clock that tests set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from emads_voice.agents.decisions import Contribution, Decision, Reason, Sourced
from emads_voice.database import Database, open_postgres, open_sqlite
from emads_voice.decisions import Channel, DecisionStore, Plan, Proof, Reviewer, Step
from emads_voice.observability.ledger import Ledger, Persons


@dataclass
class Clock:
    """Seconds since 1970, as the test says."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    def opening() -> Database:
        if request.param == "sqlite":
            return open_sqlite(tmp_path / "records.sqlite")
        return open_postgres(SecretStr(request.getfixturevalue("database")))

    opened = Ledger(opening, Persons(tmp_path / "persons.key"))
    yield opened
    opened.close()


@pytest.fixture
def store(ledger: Ledger, clock: Clock) -> DecisionStore:
    return DecisionStore(ledger, clock=clock)


@pytest.fixture
def plan_of() -> Callable[..., Plan]:
    """Makes plans of a risk."""

    def make(
        risk: float = 2, *, escalate: bool = False, action: str = "Move the printers.", steps: int = 1
    ) -> Plan:
        points = Sourced(value=risk, because=[Contribution(points=risk, rule="as said", source="test")])
        decision = Decision(
            objective="Where should the printers stand?",
            recommended=["Second floor"],
            complexity=Sourced(value=0, because=[]),
            risk=points,
            risk_level="low" if risk < 4 else "medium" if risk < 8 else "high",
            escalate=escalate,
            escalation_reasons=[Reason(rule="conflict", detail="CTO and COO disagree.")] if escalate else [],
            accountable="coo",
        )
        return Plan(
            action=action, decision=decision, steps=tuple(Step(executor="record") for _ in range(steps))
        )

    return make


def token(name: str) -> Reviewer:
    """Somebody who holds an approver's token."""
    return Reviewer(name, Channel.HTTP, Proof.TOKEN)


def by_phone(name: str, proof: Proof = Proof.PIN) -> Reviewer:
    """Somebody on the telephone."""
    return Reviewer(name, Channel.PHONE, proof)
