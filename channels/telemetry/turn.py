"""What is traced and measured of one turn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span
from opentelemetry.util.types import AttributeValue

from emads_voice.observability import attributes, happened, metrics, span

CANCELLED = "cancelled"
"""Why a turn ended whose program did not wait for its end."""


class TurnTelemetry:
    """The span of one turn, and why it ended. Whoever ends a turn from outside says why before.

    Attributes:
        span: the turn's; it records nothing before the turn begins and after it is over.
    """

    def __init__(self) -> None:
        self.span: Span = trace.INVALID_SPAN
        self._ended = ""

    @contextmanager
    def running(self, thread_id: str, channel: str) -> Iterator[None]:
        """The block is the turn.

        Args:
            thread_id: the conversation.
            channel: how the caller reaches us.
        """
        began = time.perf_counter()
        named: dict[str, AttributeValue] = {
            attributes.OPERATION: attributes.AGENT,
            attributes.AGENT_NAME: attributes.TURN_AGENT,
            attributes.CONVERSATION_ID: thread_id,
            attributes.LANGSMITH_THREAD: thread_id,
        }
        if channel:
            named[attributes.CHANNEL] = channel
        with span(attributes.TURN, named) as self.span:
            try:
                yield
            except Exception:
                self.ends("error")
                raise
            finally:
                self.ends(CANCELLED)  # if nothing else is known
                counted = {attributes.CHANNEL: channel, attributes.TURN_ENDED: self._ended}
                metrics.TURNS.add(1, counted)
                metrics.TURN_DURATION.record(time.perf_counter() - began, counted)

    def ends(self, why: str) -> None:
        """Why it ends. The first reason holds: what comes after it comes of it."""
        if not self._ended:
            self._ended = why
            self.tell({attributes.TURN_ENDED: why})

    def timed_out(self) -> None:
        """It is given up."""
        if not self._ended:
            self.happened(attributes.TIMEOUT)
        self.ends("timeout")

    def tell(self, told: dict[str, AttributeValue]) -> None:
        """More about it; forgotten once it is over."""
        if self.span.is_recording():
            self.span.set_attributes(told)

    def happened(self, event: str) -> None:
        """Something has happened in it."""
        happened(event, to=self.span)
