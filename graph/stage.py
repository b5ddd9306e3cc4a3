"""A stage of a turn: what it is, what it is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import Span

from emads_voice.voice.mouth import Mouth, SilentMouth

from .context import VoiceContext
from .state import VoiceState

Update = dict[str, Any]
"""What a stage changes of the state, by key."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a stage works with: the run's context made definite.

    Attributes:
        context: as given, or the defaults.
        thread_id: the conversation; "" where the graph runs without a checkpointer.
        span: the stage's own span.
    """

    context: VoiceContext
    thread_id: str
    span: Span

    @property
    def mouth(self) -> Mouth:
        """The context's, or a silent one."""
        return self.context.mouth or SilentMouth()


Stage = Callable[[VoiceState, Run], Awaitable[Update]]
"""Reads the state, does its part of the turn, and returns the update."""
