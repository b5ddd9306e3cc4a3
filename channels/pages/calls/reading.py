"""Calls out of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emads_voice.observability import AuditError
from emads_voice.observability.ledger import Ledger
from emads_voice.observability.ledger.standing import standing_of

from .record import Call, read_call

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """Some calls, those that go on first, then by when they began, the last first.

    Attributes:
        calls: the calls.
        unreadable: conversations with an entry that is damaged.
        older: the conversation that the next ones come after; "" if there are no more.
    """

    calls: list[Call]
    unreadable: list[str]
    older: str


def one_call(ledger: Ledger, conversation: str, at: datetime) -> Call | None:
    """A call; None if the ledger has none of that name.

    Raises:
        DatabaseError: the database does not answer.
        AuditError: an entry is damaged.
    """
    reads = ledger.read(conversation)
    return read_call(reads, standing_of(ledger, [each.entry for each in reads]), at) if reads else None


def some_calls(ledger: Ledger, at: datetime, *, after: str = "") -> Listed:
    """As many calls as a page holds.

    Args:
        ledger: where they are.
        at: the time now.
        after: the conversation before the first of them; "": from the newest.

    Raises:
        DatabaseError: the database does not answer.
    """
    named = [name for name in ledger.conversations() if name]
    first = named.index(after) + 1 if after in named else 0
    shown = named[first : first + ON_A_PAGE]
    calls: list[Call] = []
    unreadable: list[str] = []
    for name in shown:
        try:
            call = one_call(ledger, name, at)
        except AuditError:
            unreadable.append(name)
        else:
            calls += [call] if call else []
    calls.sort(key=lambda call: call.state != "live")
    return Listed(calls, unreadable, shown[-1] if named[first + ON_A_PAGE :] else "")
