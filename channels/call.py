"""Who is on the line, which conversation that is, and the seam below which it is held."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID, uuid5

from emads_voice.graph import VoiceContext

from .transport import Transport

Direction = Literal["inbound", "outbound"]

_CALLS = UUID("6a5f1f0e-8c51-4f0b-9d53-1d7c0f4f2f6b")
"""The namespace of calls' conversations. Another one would part a call from what was said in it."""


def thread_of_call(call_sid: str) -> str:
    """The id of a call's conversation, where nobody gave it one: a UUID, as LangGraph's server wants thread ids to be.

    The same SID has the same conversation, whatever process asks.
    """
    return str(uuid5(_CALLS, call_sid))


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
        purpose: why we rang, in words that they are told; "" if we did not, or nobody said why.
        resumed: the line broke during this call and has come back: the caller is owed an apology.
        returned: the caller was to be transferred, and comes back because nobody took over; what the telephone company
            says of that, "no-answer". "" otherwise.
        parameters: what else the call was given, by name.
        channel: how the caller reaches us: "phone", "browser".
        greets: whether we speak first; who begins by typing a question waits for its answer.
        patient: whether silence means nothing: who types, or presses a button to talk, takes their time.
    """

    call_sid: str
    thread_id: str
    caller: str = field(default="", repr=False)
    called: str = field(default="", repr=False)
    direction: Direction = "inbound"
    purpose: str = field(default="", repr=False)
    resumed: bool = False
    returned: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    channel: str = "phone"
    greets: bool = True
    patient: bool = False

    @property
    def context(self) -> VoiceContext:
        """What agents are told of the call."""
        return VoiceContext(
            channel=self.channel,
            caller=self.caller,
            called=self.called,
            call_sid=self.call_sid,
            direction=self.direction,
            purpose=self.purpose,
            parameters=dict(self.parameters),
        )


Converse = Callable[[Transport, CallInfo], Awaitable[int | None]]
"""Holds one conversation to its end: returns when the line is gone or has nothing more to say. What it returns is how
many turns the caller had, for the log; None if it does not count them."""
