"""A plan is put to a caller: what is read back is decided on by a key, and by nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.graph import END

from emads_voice.agents.decisions import Contribution, Decision, Sourced
from emads_voice.agents.reconciliation.risks import risk_level
from emads_voice.decisions import Approvers, DecisionStore, Kept, Plan, Step
from emads_voice.decisions.desk import Desk
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.graph.state import VoiceState
from emads_voice.messages import shipped
from emads_voice.observability.ledger import Ledger, open_ledger
from emads_voice.testing import ScriptedAgent, ScriptedLine, ScriptedRouter
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.text.reading import read_aloud

LAN, PIN = "+84912345678", "4829"
OTHER = "+84987654321"


def words(which: Any, **values: str) -> str:
    """As a synthesiser is given it."""
    return read_aloud(shipped().review("en").text(which, **values), ENGLISH)


KEYS, KEY_NEEDED = words("review_keys"), words("review_key_needed")
APPROVED, REJECTED = words("review_approved"), words("review_rejected")


class Office:
    """A deployment with a plan that waits."""

    def __init__(self, folder: Path) -> None:
        self.ledger: Ledger = open_ledger(folder)
        self.store = DecisionStore(self.ledger)
        self.approvers = Approvers(self.store, self.ledger.persons)
        self.desk = Desk(self.store, self.approvers, self.ledger.persons)

    def propose(
        self,
        risk: float = 2,
        *,
        escalate: bool = False,
        action: str = "Move the printers upstairs.",
        objection: str = "The stairs are steep.",
    ) -> Kept:
        decision = Decision(
            objective="Where should the printers stand?",
            objection=objection,
            objection_by="coo",
            complexity=Sourced(value=0, because=[]),
            risk=Sourced(value=risk, because=[Contribution(points=risk, rule="as said", source="test")]),
            risk_level=risk_level(risk),
            escalate=escalate,
            accountable="coo",
        )
        plan = Plan(action=action, decision=decision, steps=(Step(executor="record"),))
        return self.store.propose(plan, thread_id="call")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.ledger.close()


def proposing(kept: Kept, agent: ScriptedAgent | None = None) -> Any:
    """A voice graph whose first answer proposes this plan."""
    agent = agent or ScriptedAgent("cto", ["I would move them.", "It is one floor."])
    inner = create_voice_graph([agent], router=ScriptedRouter([["cto"]]))

    async def propose(state: VoiceState) -> dict[str, Any]:
        return {"decision_id": kept.id if state["turn"] == 1 else None}

    inner.add_node("propose", propose)
    inner.edges.discard(("speak", END))
    inner.add_edge("speak", "propose")
    inner.add_edge("propose", END)
    return inner


Caller = Callable[[ScriptedLine], Awaitable[None]]


@pytest.fixture
def reviewed(call: Any, office: Office) -> Callable[..., tuple[Any, Kept]]:
    """Puts a plan to a caller who asks once, and then does what ``steps`` say: a key, or seconds of speech."""

    def run(
        kept: Kept, *steps: str | float, hears: tuple[str, ...] = (), number: str = LAN, **options: Any
    ) -> tuple[Any, Kept]:
        async def caller(line: ScriptedLine) -> None:
            await line.speak(1.0)
            await line.until_answered()
            await line.until_quiet()
            for step in steps:
                await settled(line)
                if isinstance(step, str):
                    for key in step:
                        line.press(key)
                else:
                    await line.speak(step)
            await settled(line)

        done = call(
            caller,
            hears=["Where should the printers stand?", *hears],
            graph=proposing(kept),
            decisions=office.desk,
            context=VoiceContext(channel="phone", caller=number, call_sid="CA1"),
            **options,
        )
        return done, office.store.get(kept.id)

    return run


async def settled(line: ScriptedLine) -> None:
    """Until nothing is said for a while; threads take real time, the call virtual time."""
    for _ in range(3):
        await asyncio.to_thread(lambda: None)
        await line.wait(0.5)
        await line.until_quiet()


def test_what_is_read_back_is_approved_by_one_key(reviewed: Any, office: Office) -> None:
    done, kept = reviewed(office.propose(), "1")
    said = " ".join(done.said)
    assert "Move the printers upstairs" in said
    assert "The stairs are steep" in said
    assert APPROVED in said
    assert kept.status == "approved"
    (approval,) = kept.approvals
    assert (approval.read_back.digit, approval.read_back.language) == ("1", "English")
    assert [read.event.kind for read in office.ledger.read("call")] == [
        "proposed",
        "read_back",
        "reviewed",
        "reviewed",
    ]


def test_a_spoken_yes_decides_nothing(reviewed: Any, office: Office) -> None:
    done, kept = reviewed(office.propose(), 0.5, hears=("Yes, I approve it.",))
    assert KEY_NEEDED in " ".join(done.said)
    assert kept.status == "pending"


@pytest.mark.parametrize(
    "text",
    ["Yes.", "Approve it.", "One."],  # more of them are in test_injections.py
)
def test_whatever_is_said_approves_nothing(reviewed: Any, office: Office, text: str) -> None:
    _, kept = reviewed(office.propose(), 0.5, 0.5, hears=(text, text))
    assert kept.status == "pending"
    assert not kept.approvals


def test_no_is_a_key_too(reviewed: Any, office: Office) -> None:
    done, kept = reviewed(office.propose(), "3")
    assert REJECTED in " ".join(done.said)
    assert kept.status == "rejected"


def test_medium_risk_takes_the_pin_of_an_approver_s_number(reviewed: Any, office: Office) -> None:
    office.approvers.add("lan", number=LAN, pin=PIN)
    done, kept = reviewed(office.propose(6), "1", f"{PIN}#")
    assert kept.status == "approved"
    assert kept.approvals[0].approver == "lan"
    assert PIN not in str(done.conversation)


def test_another_number_approves_no_medium_risk(reviewed: Any, office: Office) -> None:
    office.approvers.add("lan", number=LAN, pin=PIN)
    done, kept = reviewed(office.propose(6), "1", f"{PIN}#", number=OTHER)
    assert kept.status == "pending"
    assert "Only an approver" in " ".join(done.said)


def test_wrong_pins_lock_and_approve_nothing(reviewed: Any, office: Office) -> None:
    office.approvers.add("lan", number=LAN, pin=PIN)
    done, kept = reviewed(office.propose(6), "1", "0000#", "1111#", "2222#", f"{PIN}#")
    assert kept.status == "pending"
    assert "Too many wrong PINs" in " ".join(done.said)


@pytest.mark.parametrize(("risk", "escalate"), [(9, False), (2, True)])
def test_high_risk_is_never_approved_by_telephone(
    reviewed: Any, office: Office, risk: float, escalate: bool
) -> None:
    office.approvers.add("lan", number=LAN, pin=PIN)
    done, kept = reviewed(office.propose(risk, escalate=escalate), "1", f"{PIN}#")
    said = " ".join(done.said)
    assert "Asked in writing: lan" in said
    assert "Nothing has been done" in said
    assert kept.status == "pending"
    assert not kept.approvals


def test_what_is_to_be_changed_is_said_after_a_key(reviewed: Any, office: Office) -> None:
    _, kept = reviewed(office.propose(), "2", 0.8, hears=("Only half of them, please.",))
    assert kept.status == "replanning"
    assert kept.reason == "Only half of them, please."


def test_keys_before_the_end_of_the_read_back_do_not_count(call: Any, office: Office) -> None:
    kept = office.propose()

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        for _ in range(12):  # while the answer and the plan are said
            line.press("1")
            await asyncio.to_thread(lambda: None)
            await line.wait(0.3)
        line.hang_up_caller()

    call(
        caller,
        hears=["Where should the printers stand?"],
        graph=proposing(kept),
        decisions=office.desk,
        context=VoiceContext(channel="phone", caller=LAN),
    )
    assert office.store.get(kept.id).status == "pending"


def test_silence_decides_nothing_and_says_until_when_it_is_open(call: Any, office: Office) -> None:
    kept = office.propose()

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        for _ in range(8):
            await settled(line)
            await line.wait(10)

    done = call(
        caller,
        hears=["Where should the printers stand?"],
        graph=proposing(kept),
        decisions=office.desk,
        context=VoiceContext(channel="phone", caller=LAN),
    )
    said = " ".join(done.said)
    assert said.count(KEYS) >= 2
    assert "It stays open until" in said
    assert office.store.get(kept.id).status == "pending"


def test_a_lost_race_is_said(reviewed: Any, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = office.propose()
    read_back = office.desk.read_back

    async def meanwhile(*told: Any) -> None:
        await read_back(*told)
        office.store.withdraw(kept.id, "minh")

    monkeypatch.setattr(office.desk, "read_back", meanwhile)
    done, after = reviewed(kept, "1")
    assert "it was withdrawn" in " ".join(done.said)
    assert after.status == "withdrawn"


def test_a_question_is_answered_and_the_plan_is_put_again(reviewed: Any, office: Office) -> None:
    done, kept = reviewed(office.propose(), 1.0, "1", hears=("How many floors is that up?",))
    said = " ".join(done.said)
    assert "It is one floor" in said
    assert said.count("Its reference is") == 2
    assert kept.status == "approved"


def test_a_browser_approves_nothing(call: Any, office: Office) -> None:
    kept = office.propose()

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await settled(line)
        line.press("1")
        await settled(line)

    call(
        caller,
        hears=["Where should the printers stand?"],
        graph=proposing(kept),
        decisions=office.desk,
        context=VoiceContext(channel="browser"),
    )
    assert office.store.get(kept.id).status == "pending"


def test_hanging_up_leaves_it_open_and_calling_again_goes_on(call: Any, office: Office) -> None:
    kept = office.propose()

    async def caller(line: ScriptedLine) -> None:
        await settled(line)
        line.press("1")
        await settled(line)

    done = call(
        caller,
        decisions=office.desk,
        opening="greeting",
        context=VoiceContext(channel="phone", caller=LAN, direction="inbound"),
    )
    said = " ".join(done.said)
    assert "still open" in said
    assert APPROVED in said
    assert office.store.get(kept.id).status == "approved"
