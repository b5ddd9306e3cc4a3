"""What is decided changes by one compare-and-set, whoever decides and however often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emads_voice.agents.decisions import ScoredOption, Sourced
from emads_voice.decisions import Approvers, DecisionStore, Plan, Policy, Proof, ReadBack
from emads_voice.decisions.errors import (
    ChangedError,
    ClosedError,
    DecisionError,
    ExpiredError,
    NotAllowedError,
    UnknownDecisionError,
)
from emads_voice.observability.ledger import Ledger

from .conftest import Clock, by_phone, token

PlanOf = Callable[..., Plan]


def test_one_approval_of_low_risk_makes_its_steps_due(store: DecisionStore, plan_of: PlanOf) -> None:
    kept = store.propose(plan_of(steps=2), thread_id="call-1")
    approved = store.approve(kept.id, 1, kept.plan_hash, by_phone("a caller", Proof.NOTHING))
    assert approved.status == "approved"
    assert [(step.key, step.status) for step in approved.executions] == [
        (f"{kept.id}:1:0", "due"),
        (f"{kept.id}:1:1", "due"),
    ]


def test_every_step_of_it_is_in_the_ledger_of_the_conversation(
    store: DecisionStore, ledger: Ledger, plan_of: PlanOf
) -> None:
    kept = store.propose(plan_of(), thread_id="call-1")
    told = ReadBack("ab" * 32, "Vietnamese", "1")
    store.read_back(kept.id, by_phone("lan"), told)
    store.approve(kept.id, 1, kept.plan_hash, by_phone("lan"), told)
    events = [read.event for read in ledger.read("call-1")]
    assert [event.kind for event in events] == ["proposed", "read_back", "reviewed", "reviewed"]
    assert all(event.details["plan"] == kept.plan_hash for event in events)
    assert events[2].details["digit"] == "1"
    assert events[2].language == "Vietnamese"


def test_high_risk_takes_two_people_and_one_of_them_in_writing(store: DecisionStore, plan_of: PlanOf) -> None:
    kept = store.propose(plan_of(9))
    for name in ("lan", "minh"):
        assert store.approve(kept.id, 1, kept.plan_hash, by_phone(name)).status == "pending"
    assert store.approve(kept.id, 1, kept.plan_hash, by_phone("minh")).status == "pending"
    assert store.approve(kept.id, 1, kept.plan_hash, token("hoa")).status == "approved"


def test_who_asked_and_who_changed_it_do_not_approve_high_risk(store: DecisionStore, plan_of: PlanOf) -> None:
    kept = store.propose(plan_of(9), asked_by="lan")
    with pytest.raises(NotAllowedError, match="somebody else"):
        store.approve(kept.id, 1, kept.plan_hash, token("lan"))
    store.edit(kept.id, 1, kept.plan_hash, token("minh"), "Cheaper, please.")
    revised = store.revise(kept.id, 1, plan_of(9, action="Move half of them."))
    with pytest.raises(NotAllowedError, match="somebody else"):
        store.approve(kept.id, 2, revised.plan_hash, token("minh"))


def test_who_has_asked_by_telephone_does_not_approve_high_risk_in_writing(
    store: DecisionStore, ledger: Ledger, plan_of: PlanOf
) -> None:
    approvers = Approvers(store, ledger.persons)
    approvers.add("lan", number="+84912345678", pin="4829")
    approvers.add("minh")
    kept = store.propose(plan_of(9), asked_by=ledger.persons.name("0912345678"))
    for _ in range(2):
        with pytest.raises(NotAllowedError, match="ask somebody else"):
            store.approve(kept.id, 1, kept.plan_hash, token("lan"))
    assert store.approve(kept.id, 1, kept.plan_hash, token("minh")).status == "pending"


def test_an_old_hash_approves_nothing(store: DecisionStore, plan_of: PlanOf) -> None:
    kept = store.propose(plan_of())
    store.edit(kept.id, 1, kept.plan_hash, token("minh"), "Cheaper, please.")
    with pytest.raises(ChangedError, match="wait"):
        store.approve(kept.id, 1, kept.plan_hash, token("lan"))
    revised = store.revise(kept.id, 1, plan_of(action="Move half of them."))
    with pytest.raises(ChangedError, match="version 2"):
        store.approve(kept.id, 1, kept.plan_hash, token("lan"))
    with pytest.raises(ChangedError, match="version 2"):
        store.approve(kept.id, 2, kept.plan_hash, token("lan"))
    assert store.approve(kept.id, 2, revised.plan_hash, token("lan")).status == "approved"


def test_a_plan_is_changed_three_times_at_most(store: DecisionStore, plan_of: PlanOf) -> None:
    kept = store.propose(plan_of())
    for version in range(1, 4):
        store.edit(kept.id, version, kept.plan_hash, token(f"approver-{version}"), "Again.")
        kept = store.revise(kept.id, version, plan_of(action=f"Try {version}."))
    with pytest.raises(DecisionError, match="3 times"):
        store.edit(kept.id, 4, kept.plan_hash, token("lan"), "Again.")


def test_a_new_version_of_more_risk_takes_more(store: DecisionStore, plan_of: PlanOf) -> None:
    kept = store.propose(plan_of(1))
    store.edit(kept.id, 1, kept.plan_hash, token("lan"), "Bigger.")
    revised = store.revise(kept.id, 1, plan_of(10))
    assert (revised.level, revised.approvals_needed) == ("high", 2)


def test_what_nobody_approves_in_time_is_rejected(
    store: DecisionStore, plan_of: PlanOf, clock: Clock
) -> None:
    kept = store.propose(plan_of())
    clock.now = kept.expires_at
    with pytest.raises(ExpiredError):
        store.approve(kept.id, 1, kept.plan_hash, token("lan"))
    assert store.get(kept.id).status == "expired"
    clock.now -= 10 * 24 * 3600  # a clock that jumps back opens nothing again
    with pytest.raises(ExpiredError):
        store.approve(kept.id, 1, kept.plan_hash, token("lan"))


@pytest.mark.parametrize("how", ["reject", "withdraw", "supersede"])
def test_what_is_closed_stays_closed(store: DecisionStore, plan_of: PlanOf, how: str) -> None:
    kept = store.propose(plan_of(), thread_id="call")
    if how == "reject":
        closed = store.reject(kept.id, 1, kept.plan_hash, token("lan"), "No money.")
    elif how == "withdraw":
        closed = store.withdraw(kept.id, "lan")
    else:
        store.propose(plan_of(3), thread_id="call")
        closed = store.get(kept.id)
    with pytest.raises(ClosedError) as caught:
        store.approve(kept.id, 1, kept.plan_hash, token("minh"))
    assert caught.value.status == closed.status
    assert not store.get(kept.id).executions


def test_asking_again_supersedes_what_waits_in_the_same_conversation(
    store: DecisionStore, plan_of: PlanOf
) -> None:
    elsewhere, unknown = store.propose(plan_of(), thread_id="other"), store.propose(plan_of())
    first = store.propose(plan_of(2), thread_id="call")
    assert store.propose(plan_of(2), thread_id="call").id == first.id  # one and the same plan
    second = store.propose(plan_of(9, action="Move them all."), thread_id="call")
    gone = store.get(first.id)
    assert (gone.status, gone.reason) == ("superseded", second.id)
    store.approve(second.id, 1, second.plan_hash, token("lan"))
    third = store.propose(plan_of(9, action="Move them at last."), thread_id="call")
    assert store.get(second.id).status == "superseded"  # one of two has approved it
    store.approve(third.id, 1, third.plan_hash, token("lan"))
    store.approve(third.id, 1, third.plan_hash, token("minh"))
    fourth = store.propose(plan_of(2), thread_id="call")
    assert [store.get(each.id).status for each in (third, fourth)] == ["approved", "pending"]
    assert {store.get(each.id).status for each in (elsewhere, unknown)} == {"pending"}


@pytest.mark.parametrize(("chosen", "status"), [("Thuê ngoài", "superseded"), ("Giữ nguyên", "pending")])
def test_in_another_language_options_are_known_by_their_ids(
    store: DecisionStore, plan_of: PlanOf, chosen: str, status: str
) -> None:
    def plan(language: str, recommended: str, **names: str) -> Plan:
        nothing = Sourced(value=0, because=[])
        made = plan_of(action=f"{recommended}.")
        options = [
            ScoredOption(id=id, name=name, proposed_by=["cto"], score=nothing, risk=nothing)
            for id, name in names.items()
        ]
        told = made.decision.model_copy(update={"recommended": [recommended], "options": options})
        return made.model_copy(update={"decision": told, "language": language})

    first = store.propose(plan("English", "Rent it", rent="Rent it", stay="Stay"), thread_id="call")
    store.propose(plan("Vietnamese", chosen, rent="Thuê ngoài", stay="Giữ nguyên"), thread_id="call")
    assert store.get(first.id).status == status


def test_another_option_of_the_same_conversation_waits_beside_it(
    store: DecisionStore, plan_of: PlanOf
) -> None:
    first, other = store.propose(plan_of(), thread_id="call"), plan_of(action="Sell them.")
    decision = other.decision.model_copy(update={"recommended": ["No printers"]})
    store.propose(other.model_copy(update={"decision": decision}), thread_id="call")
    assert store.get(first.id).status == "pending"


def test_deciding_the_same_again_changes_nothing_and_otherwise_is_refused(
    store: DecisionStore, plan_of: PlanOf
) -> None:
    kept = store.propose(plan_of(9))
    once = store.approve(kept.id, 1, kept.plan_hash, token("lan"))
    assert store.approve(kept.id, 1, kept.plan_hash, token("lan")) == once
    with pytest.raises(NotAllowedError, match="already"):
        store.reject(kept.id, 1, kept.plan_hash, token("lan"))


def test_proposing_again_under_the_same_id_changes_nothing(
    store: DecisionStore, ledger: Ledger, plan_of: PlanOf
) -> None:
    known = "00000000-0000-4000-8000-000000000001"
    first = store.propose(plan_of(), thread_id="call-1", decision_id=known)
    assert store.propose(plan_of(9), thread_id="call-1", decision_id=known) == first
    assert len(ledger.read("call-1")) == 1


def test_low_risk_is_carried_out_unasked_only_where_that_is_wanted(
    ledger: Ledger, clock: Clock, plan_of: PlanOf
) -> None:
    store = DecisionStore(ledger, Policy(auto_execute_low=True), clock)
    assert store.propose(plan_of(3)).status == "approved"
    assert store.propose(plan_of(4)).status == "pending"
    assert store.propose(plan_of(1, escalate=True)).status == "pending"


def test_there_is_no_such_decision(store: DecisionStore) -> None:
    with pytest.raises(UnknownDecisionError, match="There is no decision nowhere"):
        store.get("nowhere")


def test_of_many_who_decide_at_once_one_wins(store: DecisionStore, plan_of: PlanOf) -> None:
    made = [store.propose(plan_of(steps=1)) for _ in range(10)]

    def attempt(number: int) -> str:
        kept = made[number % 10]
        reviewer = token(f"approver-{number // 10}")
        try:
            decide: Any = store.approve if number % 3 else store.reject
            decide(kept.id, 1, kept.plan_hash, reviewer)
        except ClosedError:
            return "lost"
        return "won"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(attempt, range(80)))
    assert outcomes.count("won") == 10
    for kept in map(store.get, [each.id for each in made]):
        assert (kept.status, len(kept.executions)) in {("approved", 1), ("rejected", 0)}
        assert len(kept.approvals) == 1


def test_what_a_failing_transaction_had_done_is_undone(
    store: DecisionStore, plan_of: PlanOf, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store.propose(plan_of())

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(ledger, "append_in", full)
    with pytest.raises(OSError, match="no space"):
        store.approve(kept.id, 1, kept.plan_hash, token("lan"))
    assert store.get(kept.id) == kept
