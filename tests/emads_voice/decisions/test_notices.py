"""Approvers are told, each once: of what, in which words, and what becomes of a message that cannot be sent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emads_voice.decisions import DecisionStore, Plan
from emads_voice.decisions.notices import FRESH_S, LEASE_S, MOST_ATTEMPTS, Notice, Notices
from emads_voice.decisions.notifying import MOST_ACTION, Notifier
from emads_voice.errors import EmadsVoiceError
from emads_voice.messages import shipped
from emads_voice.observability.ledger import Ledger

from .conftest import Clock, token

PlanOf = Callable[..., Plan]
NUMBERS = {"lan": "+84901234567", "minh": "+84901234568"}


@pytest.fixture
def notices(store: DecisionStore, ledger: Ledger) -> Notices:
    return Notices(store, ledger, NUMBERS)


def sent(notices: Notices) -> list[tuple[str, str]]:
    """Sends all that is due; who was told of what."""
    told: list[tuple[str, str]] = []
    while notice := notices.claim():
        notices.finish(notice)
        told.append((notice.approver, notice.about))
    return told


def test_each_approver_is_asked_once_and_who_decided_hears_what_came_of_it(
    store: DecisionStore, notices: Notices, plan_of: PlanOf
) -> None:
    kept = store.propose(plan_of(9), thread_id="call")
    assert sent(notices) == [("lan", "asked"), ("minh", "asked")]
    store.approve(kept.id, 1, kept.plan_hash, token("lan"))
    assert sent(notices) == []
    store.reject(kept.id, 1, kept.plan_hash, token("minh"))
    assert sent(notices) == [("lan", "rejected"), ("minh", "rejected")]


def test_who_was_asked_hears_that_it_is_no_more(
    store: DecisionStore, notices: Notices, plan_of: PlanOf, clock: Clock
) -> None:
    first = store.propose(plan_of(9), thread_id="call")
    sent(notices)
    store.withdraw(first.id, "lan")
    assert sent(notices) == [("lan", "withdrawn"), ("minh", "withdrawn")]
    second = store.propose(plan_of(8), thread_id="call")
    sent(notices)
    clock.now = second.expires_at
    assert store.get(second.id).status == "expired"
    assert sent(notices) == [("lan", "expired"), ("minh", "expired")]


def test_a_message_has_one_sender_at_a_time_and_another_after_a_while(
    store: DecisionStore, notices: Notices, plan_of: PlanOf, clock: Clock
) -> None:
    store.propose(plan_of(9))
    with ThreadPoolExecutor(4) as pool:
        claimed = [each for each in pool.map(lambda _: notices.claim(), range(8)) if each]
    assert sorted(each.approver for each in claimed) == ["lan", "minh"]
    clock.now += LEASE_S - 1
    assert notices.claim() is None
    clock.now += 1  # whoever had them was killed
    assert sent(notices) == [("lan", "asked"), ("minh", "asked")]


def test_what_cannot_be_sent_is_tried_again_and_then_stands_in_the_ledger(
    store: DecisionStore, ledger: Ledger, notices: Notices, plan_of: PlanOf, clock: Clock
) -> None:
    kept = store.propose(plan_of(9), thread_id="call")
    tried = 0
    for _ in range(MOST_ATTEMPTS):
        while notice := notices.claim():
            notices.finish(notice, "Twilio refused +84 90 123 45 67." if notice.approver == "lan" else "")
            tried += notice.approver == "lan"
        clock.now += 3600
    assert tried == MOST_ATTEMPTS
    told = [entry.event for entry in ledger.read("call") if entry.event.kind == "notified"]
    assert [(each.details["sent"], each.details["attempts"]) for each in told] == [
        (True, 1),
        (False, MOST_ATTEMPTS),
    ]
    assert all(each.id == kept.id for each in told)
    assert "123" not in told[1].text


def test_what_is_old_is_told_nobody(
    store: DecisionStore, notices: Notices, plan_of: PlanOf, clock: Clock
) -> None:
    store.propose(plan_of(9))
    clock.now += FRESH_S
    assert sent(notices) == []


class Messages:
    """Takes messages, and refuses as many as it is told first."""

    def __init__(self, refuses: int = 0) -> None:
        self.sent: list[tuple[str, str]] = []
        self.refuses = refuses

    async def text(self, to: str, body: str) -> None:
        if self.refuses:
            self.refuses -= 1
            raise EmadsVoiceError("Twilio refused (400): try again.")
        self.sent.append((to, body))


@pytest.mark.parametrize(
    ("language", "asked", "result"),
    [
        ("English", "waits for your approval until 20", "is rejected"),
        ("Vietnamese", "chờ anh chị duyệt đến 20", "đã từ chối"),
    ],
)
async def test_messages_are_short_and_in_the_plans_language(
    store: DecisionStore,
    notices: Notices,
    plan_of: PlanOf,
    clock: Clock,
    language: str,
    asked: str,
    result: str,
) -> None:
    messages = Messages(refuses=1)
    notifier = Notifier(notices, messages, NUMBERS, shipped(), "https://voice.example.com")
    action = f"Ring 0912 345 678 {'and again ' * 20}"
    kept = store.propose(plan_of(2, action=action).model_copy(update={"language": language}))
    while await notifier.step():
        pass
    clock.now += LEASE_S
    while await notifier.step():
        pass
    store.reject(kept.id, 1, kept.plan_hash, token("lan"))
    while await notifier.step():
        pass
    assert sorted(to for to, _ in messages.sent) == sorted([*NUMBERS.values(), NUMBERS["lan"]])
    first, last = messages.sent[0][1], messages.sent[-1][1]
    assert asked in first
    assert result in last
    for body in (first, last):
        assert kept.reference in body
        assert f"https://voice.example.com/decisions/{kept.id}" in body
        assert "345" not in body
        assert len(body) < MOST_ACTION + 200


def test_every_outcome_has_words(store: DecisionStore, notices: Notices, plan_of: PlanOf) -> None:
    kept = store.propose(plan_of(9))
    for about in ("asked", "expired", "withdrawn", "superseded", "rejected", "executed", "failed", "unknown"):
        notifier = Notifier(notices, Messages(), NUMBERS, shipped(), "")
        notice: Any = Notice(1, "lan", about, kept, 1)
        assert kept.reference in notifier.words(notice)
