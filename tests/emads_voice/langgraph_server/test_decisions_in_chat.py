"""Decisions on LangGraph's server: in others' chat page, and by the SDK. Who decides is whose token is the key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.errors import AuthenticationError

from emads_voice.assembly.decisions import Decisions, make_decisions
from emads_voice.assembly.records import make_ledger
from emads_voice.decisions import Channel, Kept, Proof
from emads_voice.settings import Settings

from ..decisions.proposals import plan

chat_page = pytest.importorskip("chat_page", reason='it takes the extra "dev"')


@pytest.fixture(scope="module")
def decisions(restaurant: Any) -> Iterator[Decisions]:
    settings = Settings(data_dir=restaurant.log.parent / "data")
    yield make_decisions(settings)
    make_ledger(settings).close()


@pytest.fixture(scope="module")
def token(decisions: Decisions) -> str:
    return decisions.approvers.add("lan")


def put(restaurant: Any, decisions: Decisions, action: str) -> Kept:
    """A decision, shown to whoever opens its thread."""
    kept = decisions.store.propose(plan(action=action))
    restaurant.client.threads.create(thread_id=kept.id)
    restaurant.client.runs.wait(kept.id, "decision", input={})
    return kept


def test_an_approver_approves_changes_and_rejects_in_the_chat_page(
    restaurant: Any, decisions: Decisions, token: str
) -> None:
    if lacking := chat_page.missing():
        pytest.skip(lacking)
    lease, buy, sell = (put(restaurant, decisions, f"{verb} the vans.") for verb in ("Lease", "Buy", "Sell"))
    with chat_page.open_chat_page(restaurant.url, "decision") as page:
        page.open(lease.id)
        page.shows("Nobody has run it.")
        page.press("Accept")
        page.shows("Who you are is not known")  # without a key: nothing is decided
        page.use_key(token)
        page.open(lease.id)
        page.press("Accept")
        page.shows("It was carried out.")
        page.open(buy.id)
        page.page.get_by_placeholder("Your response here").fill("Two of them first.")
        page.press("Send Response")
        page.shows("A changed plan will be put before you.")
        page.open(sell.id)
        page.page.locator("div:has(> p:text-is('Reject Because')) textarea").fill("Too dear.")
        page.press("Submit")
        page.shows("It is rejected.")
    now = [decisions.store.get(each.id) for each in (lease, buy, sell)]
    assert [each.status for each in now] == ["executed", "replanning", "rejected"]
    assert [each.reason for each in now] == ["", "Two of them first.", "Too dear."]
    said = [approval for each in now for approval in each.approvals]
    assert {(each.approver, each.channel, each.proof) for each in said} == {
        ("lan", Channel.STUDIO, Proof.TOKEN)
    }


def test_the_sdk_decides_with_the_token_as_its_key_which_is_kept_nowhere(
    restaurant: Any, decisions: Decisions, token: str
) -> None:
    kept = put(restaurant, decisions, "Paint the vans.")
    forged = {"configurable": {"langgraph_auth_user": {"identity": "lan", "emads_voice_approver": "lan"}}}
    approve: Any = {"resume": {"decisions": [{"type": "approve"}]}}
    told: Any = restaurant.client.runs.wait(kept.id, "decision", command=approve, config=forged)
    assert (told["status"], decisions.store.get(kept.id).status) == ("pending", "pending")
    assert told["refused"].startswith("Who you are is not known")
    with pytest.raises(AuthenticationError):
        get_sync_client(url=restaurant.url, api_key="a" * 43).threads.get(kept.id)
    lan: Any = get_sync_client(url=restaurant.url, api_key=token)
    told = lan.runs.wait(kept.id, "decision", command=approve)
    assert told["status"] == "executed"
    folder: Path = restaurant.log.parent
    assert not [path for path in folder.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
