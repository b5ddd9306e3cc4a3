"""What is put before people to decide on: a plan, which never changes. Another wording is another plan."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Any

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from emads_voice.agents.decisions import Decision

_REFERENCE_DIGITS = 4


class Step(BaseModel):
    """One thing that is done when a plan has been approved.

    Attributes:
        executor: who does it, by name.
        arguments: what it is told, besides the plan and the key of the execution.
    """

    model_config = ConfigDict(frozen=True)

    executor: str
    arguments: dict[str, JsonValue] = {}


class Plan(BaseModel):
    """What is to be done, why, and what that takes.

    Attributes:
        action: what is proposed, in a sentence in ``language``.
        decision: what ReconcileGPT made of the specialists' analyses.
        steps: what is done once it is approved, in order.
        language: what it is worded in, by name.
        feedback: what a reviewer wanted changed in the version before; "" in a first version.
    """

    model_config = ConfigDict(frozen=True)

    action: str = Field(min_length=1)
    decision: Decision
    steps: tuple[Step, ...] = Field(min_length=1)
    language: str = "English"
    feedback: str = ""

    @cached_property
    def canonical(self) -> bytes:
        """The plan as the one JSON text there is of it (RFC 8785)."""
        told: dict[str, Any] = self.model_dump(mode="json")
        return rfc8785.dumps(told)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of :attr:`canonical` in hex: what is approved is what has this hash."""
        return sha256(self.canonical).hexdigest()

    @property
    def reference(self) -> str:
        """Four digits that people tell each other; see :func:`reference_of`."""
        return reference_of(self.hash)

    @property
    def risk(self) -> int:
        """0 to 12, the higher of risk and complexity, rounded up: what policies go by."""
        highest = max(self.decision.risk.value, self.decision.complexity.value)
        return -int(-highest // 1)


def reference_of(plan_hash: str) -> str:
    """The four digits by which people tell plans apart when they speak; decided by is always the whole hash."""
    return f"{int(plan_hash[:12], 16) % 10**_REFERENCE_DIGITS:0{_REFERENCE_DIGITS}d}"
