"""What a page tells of a call is what the ledger has of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from emads_voice.channels.pages.calls.reading import one_call, some_calls
from emads_voice.channels.pages.calls.record import SILENT_S, Call, Speech, Stage
from emads_voice.observability.ledger import Ledger

from .conftest import BEGAN

Write = Callable[..., None]


def call(ledger: Ledger, *, after_s: float = 20, conversation: str = "call-1") -> Call:
    read = one_call(ledger, conversation, BEGAN + timedelta(seconds=after_s))
    assert read
    return read


def test_a_call_is_told_in_short(ledger: Ledger, answered: Write) -> None:
    answered()
    told = call(ledger)
    assert (told.begun, told.lasted.total_seconds(), told.turns) == (BEGAN, 16, 1)
    assert (told.asked, told.last_heard, told.trace) == (["cto", "coo"], "Is the cloud cheaper?", "ab" * 16)
    assert [(part.turn, len(part.happenings)) for part in told.parts] == [(0, 1), (1, 6)]
    assert told.interruptions == [15.9]


def test_a_plan_that_is_put_before_people_is_told_in_its_turn(ledger: Ledger, happened: Write) -> None:
    happened("call_started", 0)
    for after_s, kind, turn in (
        (1, "voice_input", 1),
        (2, "proposed", 1),
        (3, "proposed", 0),
        (4, "said", 1),
    ):
        happened(kind, after_s, turn=turn)
    happened("executed", 5)
    happened("voice_input", 6, turn=2)
    parts = [(part.turn, len(part.happenings)) for part in call(ledger).parts]
    assert parts == [(0, 1), (1, 4), (0, 1), (2, 1)]


def test_its_speech_ends_when_it_was_noted(ledger: Ledger, answered: Write) -> None:
    answered()
    assert call(ledger).speech == [Speech(False, 7.5, 2.5), Speech(True, 12.0, 4.0)]


def test_a_turn_has_stages(ledger: Ledger, answered: Write) -> None:
    answered()
    part = call(ledger).parts[1]
    assert part.stages == [
        Stage("routing", 0.25, 0.0),
        Stage("answering", 1.75, 0.25),
        Stage("saying", 4.0, 2.0),
    ]
    assert part.lasted_s == 6.0


def test_of_an_answer_it_tells_what_was_played(ledger: Ledger, happened: Write) -> None:
    happened("said", 1, turn=1, text="Yes. No.", played="Yes.")
    happened("said", 2, turn=2, text="All.", played="All.")
    happened("said", 3, turn=3, text="None.", played="")
    # The whole number was redacted, and what was played of it was none.
    happened("said", 4, turn=4, text="Call [phone] now.", played="Call oh nine")
    played = [(each.played, each.unplayed) for part in call(ledger).parts for each in part.happenings]
    assert played == [("Yes.", " No."), ("All.", ""), ("", "None."), ("Call oh nine", "[phone] now.")]


@pytest.mark.parametrize(
    ("kinds", "after_s", "state"),
    [
        (["call_started", "voice_input"], 20, "live"),
        (["call_started", "voice_input"], SILENT_S + 20, "left_open"),
        (["call_started", "ended"], 20, "ended"),
        (["call_started", "ended", "call_started"], 20, "live"),
        (["call_started", "ended", "erased"], 20, "ended"),
        (["voice_input"], 20, "ended"),  # over the HTTP API nothing begins or ends
    ],
)
def test_it_says_whether_a_call_goes_on(
    ledger: Ledger, happened: Write, kinds: list[str], after_s: float, state: str
) -> None:
    for number, kind in enumerate(kinds):
        happened(kind, number)
    assert call(ledger, after_s=after_s).state == state


@pytest.mark.parametrize("later", ["reviewed", "executed", "erased"])
def test_what_is_done_later_makes_no_call_longer(ledger: Ledger, happened: Write, later: str) -> None:
    happened("call_started", 0)
    happened("ended", 30)
    happened(later, 86_400)
    assert call(ledger).lasted.total_seconds() == 30
    happened("voice_input", 5, thread="call-2")
    happened(later, 86_400, thread="call-2")
    assert call(ledger, conversation="call-2").lasted.total_seconds() == 0


def test_those_that_go_on_come_first(ledger: Ledger, happened: Write) -> None:
    for number, thread in enumerate(["a", "b", "c"]):
        happened("call_started", number, thread=thread)
    happened("ended", 4, thread="c")
    listed = some_calls(ledger, BEGAN + timedelta(seconds=9))
    assert [each.conversation for each in listed.calls] == ["b", "a", "c"]
    assert (listed.unreadable, listed.older) == ([], "")


def test_there_are_fifty_on_a_page(ledger: Ledger, happened: Write) -> None:
    for number in range(120):
        happened("voice_input", number, thread=f"c{number}")
    at, after, seen = datetime.now().astimezone(), "", []
    for expected in (50, 50, 20):
        listed = some_calls(ledger, at, after=after)
        assert len(listed.calls) == expected
        seen += [each.conversation for each in listed.calls]
        after = listed.older
    assert seen == [f"c{number}" for number in reversed(range(120))]
    assert after == ""
