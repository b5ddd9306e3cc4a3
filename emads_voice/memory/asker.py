"""Who asks, and which decisions they may be told of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

COMMAND_LINE = "command line"
AT_THE_MACHINE = frozenset((COMMAND_LINE, "microphone"))
"""Channels of whoever uses this machine's account, who can read the database besides."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as the channel has found out; never as anybody says.

    Attributes:
        channel: how they reach us.
        thread_id: the conversation.
        person: their number or address as a keyed hash; "" where nobody is known.
        approves: whether that number is an approver's.
    """

    channel: str
    thread_id: str
    person: str
    approves: bool

    @property
    def hears_all(self) -> bool:
        """Whether they may be told of every decision."""
        return self.approves or self.channel in AT_THE_MACHINE

    def hears(self, row: Any) -> bool:
        """Whether they may be told of a decision: an approver, who asked for it, or the conversation it was made in.

        Args:
            row: has its ``thread_id`` and ``asked_by``.
        """
        own = bool(self.person) and row.asked_by == self.person
        return self.hears_all or own or (bool(self.thread_id) and row.thread_id == self.thread_id)
