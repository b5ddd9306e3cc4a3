"""What a specialist is told that is remembered from other conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from emads_voice.agents.call_context import CallContext


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered about a question and of who asks it.

    Attributes:
        decided: earlier decisions on the subject, each with ``question``, ``proposed``, ``status`` and ``reference``.
        caller: what they had kept of themselves, in their words.
    """

    decided: Sequence[Mapping[str, str]] = ()
    caller: Sequence[str] = ()


class Remembers(Protocol):
    """Whoever remembers: :class:`emads_voice.memory.Memory` does."""

    async def known_to(self, call: CallContext, question: str) -> Known:
        """What is remembered about a question, and of who asks it."""
