"""What happens in a call beside its usual course: told once, it is an event of a span, is counted, and is told to
whoever keeps a record of the call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeAlias

from opentelemetry import trace
from opentelemetry.metrics import Counter
from opentelemetry.trace import Span

from . import attributes, metrics

Told: TypeAlias = Mapping[str, str | float | bool]
"""More about it: attributes with values of small sets, and no word of anybody's."""

_keeper: ContextVar[Callable[[str, Told], None] | None] = ContextVar("emads_voice_keeper", default=None)

COUNTED: Final[Mapping[str, Counter]] = {
    attributes.RECOGNIZER_FAILED: metrics.FAILOVERS,
    attributes.SYNTHESIZER_FAILED: metrics.FAILOVERS,
    attributes.MODEL_FAILED: metrics.FAILOVERS,
    attributes.ANSWER_DEGRADED: metrics.DEGRADED,
    attributes.BARGE_IN: metrics.BARGE_INS,
    attributes.FALSE_INTERRUPTION: metrics.FALSE_INTERRUPTIONS,
    attributes.TIMEOUT: metrics.TIMEOUTS,
}
"""The events that are counted, each with its counter."""


@contextmanager
def happenings_told(keeper: Callable[[str, Told], None]) -> Iterator[None]:
    """What happens in the block, and in tasks that are begun in it, is told to somebody else, too.

    Args:
        keeper: takes an event of :mod:`.attributes` and what is told of it, at once, as it may be told of from a call.
    """
    token = _keeper.set(keeper)
    try:
        yield
    finally:
        _keeper.reset(token)


def happened(event: str, told: Told | None = None, *, to: Span | None = None) -> None:
    """Something has happened.

    Args:
        event: one of the events of :mod:`.attributes`.
        told: more about it.
        to: whose event it is; None: the active span's.
    """
    (to or trace.get_current_span()).add_event(event, told)
    if counter := COUNTED.get(event):
        counter.add(1, told)
    if keeper := _keeper.get():
        keeper(event, told or {})
