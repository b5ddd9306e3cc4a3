"""``emads-voice decisions``: reading, deciding and saying who may, on the real store."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emads_voice.assembly.decisions import Decisions
from emads_voice.cli.decisions.opened import opened
from emads_voice.decisions import Channel, Kept, Proof, Reviewer

from .conftest import Run
from .decisions.proposals import plan

Ask = Callable[..., Kept]


@pytest.fixture
def decisions(home: Path) -> Iterator[Decisions]:
    """The decisions of the settings, with two approvers."""
    assert not any(home.iterdir())
    with opened() as decisions:
        for name in ("lan", "minh"):
            decisions.approvers.add(name)
        yield decisions


@pytest.fixture
def kept(decisions: Decisions) -> Kept:
    """A decision of medium risk that waits."""
    return decisions.store.propose(plan(risk=5), thread_id="monday")


def test_there_is_nothing_to_decide(run: Run) -> None:
    ran = run("decisions", "list")
    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_they_are_listed_and_shown(run: Run, kept: Kept) -> None:
    listed = run("decisions", "list")
    assert kept.id in listed.out
    assert kept.reference in listed.out
    assert "0 of 1 approvals" in listed.out
    assert run("decisions", "list", "--status", "executed").out == ""
    assert run("decisions", "list", "--thread", "tuesday").out == ""
    shown = run("decisions", "show", kept.reference)
    for told in (
        kept.plan_hash,
        "Move to Kubernetes",
        "Nobody has run it.",
        "Kubernetes 62/100",
        "version 1",
    ):
        assert told in shown.out
    (told,) = run("decisions", "show", kept.id, "--json").values
    assert (told["id"], told["plan_hash"], told["status"]) == (kept.id, kept.plan_hash, "pending")
    assert told["plan"]["steps"] == [{"executor": "decision_record", "arguments": {}}]
    (line,) = run("decisions", "list", "--json").values
    assert line["level"] == "medium"


def test_a_long_list_comes_in_parts(run: Run, decisions: Decisions, kept: Kept) -> None:
    decisions.store.propose(plan())
    first, second = (each.id for each in decisions.store.find())
    assert kept.id in (first, second)
    part = run("decisions", "list", "--limit", "1", "--json")
    assert [each["id"] for each in part.values] == [first]
    assert part.err.strip() == f"There are more: go on with --after {first}."
    rest = run("decisions", "list", "--after", first, "--json")
    assert ([each["id"] for each in rest.values], rest.err) == ([second], "")
    assert "There is no decision nobody" in run("decisions", "list", "--after", "nobody").complaints[0]


def test_approving_is_one_compare_and_set(run: Run, decisions: Decisions, kept: Kept) -> None:
    approve = ("decisions", "approve", kept.id, "--plan", kept.plan_hash[:12], "--as", "lan")
    ran = run(*approve)
    assert (ran.status, ran.err) == (0, "")
    assert "approved" in ran.out
    assert run(*approve).status == 0  # again changes nothing
    now = decisions.store.get(kept.id)
    assert now.status == "approved"
    assert len(now.executions) == 1
    (said,) = now.approvals
    assert (said.approver, said.channel, said.proof) == ("lan", Channel.COMMAND_LINE, Proof.ACCOUNT)
    late = run("decisions", "reject", kept.id, "--plan", kept.plan_hash, "--as", "minh")
    assert late.status == 1
    assert late.complaints == ["There is nothing to decide any more: it is approved: leave it as it is."]


def test_high_risk_takes_two(run: Run, decisions: Decisions) -> None:
    kept = decisions.store.propose(plan(risk=9))
    run("decisions", "approve", kept.id, "--plan", kept.plan_hash, "--as", "lan")
    assert decisions.store.get(kept.id).status == "pending"
    run("decisions", "approve", kept.id, "--plan", kept.plan_hash, "--as", "minh")
    assert decisions.store.get(kept.id).status == "approved"


def test_rejecting_and_withdrawing_keep_the_reason(run: Run, decisions: Decisions, kept: Kept) -> None:
    ran = run(
        "decisions",
        "reject",
        kept.reference,
        "--plan",
        kept.plan_hash,
        "--as",
        "lan",
        "--reason",
        "Too dear.",
    )
    assert ran.status == 0
    assert (decisions.store.get(kept.id).status, decisions.store.get(kept.id).reason) == (
        "rejected",
        "Too dear.",
    )
    other = decisions.store.propose(plan())
    assert run("decisions", "withdraw", other.id, "--as", "lan").status == 0
    assert decisions.store.get(other.id).status == "withdrawn"


def test_what_is_to_be_changed_is_not_approved(run: Run, decisions: Decisions, kept: Kept) -> None:
    named = (kept.id, "--plan", kept.plan_hash)
    assert run("decisions", "edit", *named, "--as", "lan", "--feedback", "Start with one team.").status == 0
    assert decisions.store.get(kept.id).status == "replanning"
    ran = run("decisions", "approve", *named, "--as", "minh")
    assert (ran.status, len(ran.complaints)) == (1, 1)
    decisions.store.revise(kept.id, 1, plan(action="Start with one team", risk=5))
    old = run("decisions", "approve", *named, "--as", "minh", "--json")
    assert old.status == 1
    assert old.values == [
        {"error": "That is not the plan that is open: version 2 is: look at it, and decide on that."}
    ]
    assert decisions.store.get(kept.id).status == "pending"


def test_a_person_settles_what_nobody_knows(run: Run, decisions: Decisions, kept: Kept) -> None:
    decisions.store.approve(kept.id, 1, kept.plan_hash, Reviewer("lan", Channel.HTTP, Proof.TOKEN))
    claimed = decisions.queue.claim([])
    assert claimed
    decisions.queue.finish(claimed, "unknown", "It broke off.")
    assert f"unknown It broke off. ({claimed.key})" in run("decisions", "show", kept.id).out
    ran = run("decisions", "settle", claimed.key, "done", "--as", "minh", "--result", "The record is there.")
    assert (ran.status, ran.err) == (0, "")
    assert decisions.store.get(kept.id).status == "executed"
    again = run("decisions", "settle", claimed.key, "done", "--as", "minh")
    assert (again.status, len(again.complaints)) == (1, 1)
    assert "nothing to settle" in again.err


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["show", "nothing"], 1, "There is no decision nothing: look at the list"),
        (["show", "0000"], 1, "No open decision has the reference 0000"),
        (["list", "--status", "maybe"], 2, "There is no status maybe: name pending"),
        (["approve", "ID", "--as", "lan"], 2, "--plan"),
        (["approve", "ID", "--plan", "HASH"], 2, "--as"),
        (["approve", "ID", "--plan", "yes", "--as", "lan"], 2, "Give --plan 12 letters or more"),
        (["approve", "ID", "--plan", "0" * 64, "--as", "lan"], 1, "That is not the plan that is open"),
        (["approve", "ID", "--plan", "HASH", "--as", "nobody"], 1, "No approver is called nobody"),
        (["withdraw", "ID", "--as", "nobody"], 1, "No approver is called nobody"),
        (["edit", "ID", "--plan", "HASH", "--as", "lan", "--feedback", " "], 1, "Say what is to be changed."),
        (
            ["settle", "none:1:0", "done", "--as", "lan"],
            1,
            "There is no execution none:1:0: look at the decision",
        ),
        (["settle", "none:1:0", "perhaps", "--as", "lan"], 2, "perhaps"),
        (["approver", "remove", "nobody"], 1, "No approver is called nobody: look at the list"),
        (["approver", "add", "two words"], 1, "Give a name that is one word"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    run: Run, decisions: Decisions, kept: Kept, arguments: list[str], status: int, told: str
) -> None:
    filled = [{"ID": kept.id, "HASH": kept.plan_hash}.get(each, each) for each in arguments]
    ran = run("decisions", *filled)
    assert ran.status == status
    assert len(ran.complaints) == 1
    assert told in ran.complaints[0]
    assert decisions.store.get(kept.id) == kept


def test_approvers_come_and_go(run: Run, decisions: Decisions, monkeypatch: pytest.MonkeyPatch) -> None:
    added = run("decisions", "approver", "add", "hoa", "--role", "ceo")
    assert added.status == 0
    known = decisions.approvers.by_token(added.out.strip(), Channel.HTTP)
    assert known is not None
    assert known.name == "hoa"
    monkeypatch.setattr("sys.stdin", io.StringIO("246810\n"))
    (told,) = run("decisions", "approver", "add", "hoa", "--number", "+84912345678", "--json").values
    assert sorted(told) == ["name", "token"]
    assert decisions.approvers.by_token(added.out.strip(), Channel.HTTP) is None  # a new one takes its place
    caller = decisions.approvers.by_number("+84912345678")
    assert caller is not None
    assert decisions.approvers.check_pin(caller, "246810").proof is Proof.PIN
    listed = run("decisions", "approver", "list").out
    assert re.search(r"hoa +.*\(by telephone, too\)", listed)
    assert "246810" not in listed
    assert {each["name"] for each in run("decisions", "approver", "list", "--json").values} == {
        "hoa", "lan", "minh"
    }  # fmt: skip
    assert run("decisions", "approver", "remove", "hoa").status == 0
    assert decisions.approvers.by_number("+84912345678") is None


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ("", 2, "No PIN came by standard input"),
        ("abcd\n", 1, "Choose a PIN of 4 to 12 digits."),
        ("12\n", 1, "digits"),
    ],
)
def test_a_number_takes_a_pin(
    run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, status: int, told: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    ran = run("decisions", "approver", "add", "hoa", "--number", "+84912345678")
    assert (ran.status, len(ran.complaints)) == (status, 1)
    assert told in ran.complaints[0]
    assert ran.out == ""
