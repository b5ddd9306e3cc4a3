"""How far a conversation is what was written, and how much of it is signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from emads_voice.observability.ledger.standing import Standing, standing_of


def standing(kept: Any, conversation: str = "call-1") -> Standing:
    return standing_of(kept.ledger, [each.entry for each in kept.ledger.read(conversation)])


def test_it_is_signed_as_far_as_a_checkpoint_goes(kept: Any, of: Callable[..., Any]) -> None:
    kept.write(of(turn=1), of("call-2"), of(turn=2))
    assert standing(kept) == Standing(entries=2, verified=2, signed=0)
    kept.checkpoint()
    kept.write(of(turn=3))
    assert standing(kept) == Standing(entries=3, verified=3, signed=2)
    assert standing(kept, "call-9") == Standing(0, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entries SET record = CAST(replace(record, 'voice_input', 'said') AS BLOB) WHERE sequence = 2",
        "UPDATE ledger_entries SET hash = zeroblob(32) WHERE sequence = 2",
        "DELETE FROM ledger_entries WHERE sequence = 2",
    ],
)
def test_it_is_verified_up_to_the_entry_that_was_changed(
    kept: Any, of: Callable[..., Any], change: str
) -> None:
    kept.write(*(of(turn=number) for number in (1, 2, 3)))
    kept.checkpoint()
    with kept.ledger.database.writing() as connection:
        connection.execute(text(change))
    told = standing(kept)
    assert told.verified == told.signed == 1
    assert told.entries >= 2
