"""Who must approve a plan, and how: computed from its risk, and by nothing that anybody says.

The levels are EMADS-PR's: 0 to 3 low, 4 to 7 medium, 8 to 12 or escalated high. How each is approved is the step-up of
banks by telephone: the more is at stake, the more has to be shown.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

Level = Literal["low", "medium", "high"]


class Channel(StrEnum):
    """How a reviewer came."""

    PHONE = "phone"
    HTTP = "http"
    PAGE = "page"
    COMMAND_LINE = "command line"
    STUDIO = "studio"


class Proof(StrEnum):
    """How it is known who a reviewer is."""

    NOTHING = "nothing"
    NUMBER = "number"
    """They call from an approver's number, which can be faked."""
    PIN = "number and PIN"
    TOKEN = "token"
    """They hold an approver's token, which nobody else has."""
    ACCOUNT = "account"
    """They use this machine's command line, as the user whose data this is."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What it takes to approve a plan.

    Attributes:
        level: of its risk.
        approvals: by how many different people.
        proof: what a caller must have shown; who comes another way has a token or an account.
        in_writing: whether a telephone call alone is never enough: at least one approval comes another way.
        automatic: whether it is carried out without anybody's approval.
    """

    level: Level
    approvals: int
    proof: frozenset[Proof]
    in_writing: bool = False
    automatic: bool = False

    def suffices(self, proof: Proof) -> bool:
        """Whether somebody who has shown this much may approve."""
        return proof in self.proof

    def fulfilled(self, channels: Collection[Channel]) -> bool:
        """Whether approvals that came by these channels, one each, are enough."""
        written = any(channel is not Channel.PHONE for channel in channels)
        return len(channels) >= self.approvals and (written or not self.in_writing)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a deployment chooses of it.

    Attributes:
        auto_execute_low: whether plans of low risk are carried out without review. EMADS-PR's notes disagree about it,
            so it is off unless asked for.
        expires_after: how long a plan stays open; what nobody approves by then is rejected.
    """

    auto_execute_low: bool = False
    expires_after: timedelta = timedelta(days=3)

    def requirement(self, risk: int, *, escalated: bool) -> Requirement:
        """What approving a plan takes.

        Args:
            risk: 0 to 12, see :attr:`.plan.Plan.risk`.
            escalated: whether ReconcileGPT wants more people asked.
        """
        return requirement(level_of(risk, escalated=escalated), automatic=self.auto_execute_low)


_WRITTEN = frozenset({Proof.TOKEN, Proof.ACCOUNT})
_REQUIREMENTS = {
    "low": Requirement("low", 1, _WRITTEN | {Proof.NOTHING, Proof.NUMBER, Proof.PIN}),
    "medium": Requirement("medium", 1, _WRITTEN | {Proof.PIN}),
    "high": Requirement("high", 2, _WRITTEN | {Proof.PIN}, in_writing=True),
}


def level_of(risk: int, *, escalated: bool) -> Level:
    """The level of a risk from 0 to 12; what is escalated is high, whatever its risk."""
    if escalated or risk >= 8:
        return "high"
    return "medium" if risk >= 4 else "low"


def requirement(level: Level, *, automatic: bool = False) -> Requirement:
    """What approving a plan of this level takes; ``automatic`` is whether those of low risk need nobody."""
    if level == "low" and automatic:
        return Requirement("low", 0, _REQUIREMENTS["low"].proof, automatic=True)
    return _REQUIREMENTS[level]
