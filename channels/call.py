"""Who is on the line, and the seam below which a conversation is held."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .transport import Transport

Direction = Literal["inbound", "outbound"]


@dataclass(frozen=True, slots=True)
class CallInfo:
    """What is known of a call when its line opens. Numbers are left out of its repr, which ends up in logs.

    Attributes:
        call_sid: the telephone company's id of the call.
        thread_id: the conversation it belongs to; the same one when a broken line comes back.
        caller: the person on the other side: a number, E.164 where it is known so, or an address such as
            ``sip:alice@example.com``; "" if withheld.
        called: our number, E.164.
        direction: who rang whom.
        resumed: the line broke during this call and has come back: the caller is owed an apology.
        parameters: what else the call was given, by name.
    """

    call_sid: str
    thread_id: str
    caller: str = field(default="", repr=False)
    called: str = field(default="", repr=False)
    direction: Direction = "inbound"
    resumed: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


Converse = Callable[[Transport, CallInfo], Awaitable[int | None]]
"""Holds one conversation to its end: returns when the line is gone or has nothing more to say. What it returns is how
many turns the caller had, for the log; None if it does not count them."""
